"""One request as a paper for internal control: everything recorded about it, in words, with its checksum."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.officers.service import AuditEntry, Viewer
from afk_core.rules.dates import format_moment
from bot.console.export import report_words
from bot.console.figures import filesize
from bot.papers import Qr
from bot.topics import topic_title
from tickets.sealing.sealed import AlertRecord, LimitRecord, Material
from tickets.ticket import Audience, Author, EntryKind, TimelineEntry

PRINTED_SIGNS: Final = 16
"""Of the checksum of the content, so many signs stand at the foot of every page."""

_DECIDES: Final = (
    EntryKind.CLAIMED,
    EntryKind.RELEASED,
    EntryKind.ANSWER,
    EntryKind.QUESTION_BACK,
    EntryKind.COMPLAINT,
    EntryKind.ESCALATED,
    EntryKind.HANDED_BACK,
    EntryKind.CLOSED,
    EntryKind.VERDICT_CORRECTED,
    EntryKind.LIMIT_MOVED,
    EntryKind.RECALLED,
    EntryKind.REVIEW_APPROVED,
    EntryKind.REVIEW_RETURNED,
    EntryKind.ASSIGNED,
    EntryKind.TAKEN_OVER,
    EntryKind.INVITED,
    EntryKind.UNINVITED,
    EntryKind.MERGED,
    EntryKind.MERGED_INTO,
    EntryKind.SPLIT,
)
_GAPS: Final = ("score", "name", "number")
_KNOWN_STEPS: Final = (EntryKind.RATED, EntryKind.ESCALATED, EntryKind.COMPLAINT)


class Labels(Struct, frozen=True):
    """Words that the pages use: of kinds of business, limits, and actions of the audit trail."""

    kinds: Mapping[str, str]
    limits: Mapping[str, str]
    actions: Mapping[str, str]


class SealedPaper(Struct, frozen=True):
    """The data of `berkas.typ`, and the checksum of what stands in them above the seal."""

    data: dict[str, Any]
    content_sha256: str


def sealed_paper(
    about: Material,
    labels: Labels,
    office: Mapping[str, str | None],
    viewer: Viewer,
    now: datetime,
    check_address: str,
) -> SealedPaper:
    """The paper about a ticket; `check_address` is the page on which a file can be checked."""
    content = _Writer(about, labels).content(office)
    digest = content_checksum(content)
    words, detail = report_words()["sealed"], about.detail
    seal = words["seal"]
    return SealedPaper(
        content
        | {
            "foot": words["foot"].format(number=detail.number, print=grouped(digest[:PRINTED_SIGNS])),
            "seal_title": seal["title"],
            "seal": [
                [seal["made"], _exact(now, detail.tz)],
                [seal["by"], f"{viewer.name}, {viewer.position}"],
                [seal["content"], grouped(digest)],
            ],
            "seal_words": seal["words"],
            "qr": Qr(f"{check_address}?sidik={digest[:PRINTED_SIGNS]}"),
            "qr_caption": seal["qr"],
        },
        digest,
    )


def content_checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as JSON: keys in order, no blanks, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def grouped(digest: str) -> str:
    """A checksum in groups of four signs, to be read aloud and compared."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


class _Writer:
    """Puts the material of one ticket into words."""

    def __init__(self, about: Material, labels: Labels) -> None:
        self._about, self._labels = about, labels
        self._words: dict[str, Any] = report_words()["sealed"]
        self._tz = about.detail.tz

    def content(self, office: Mapping[str, str | None]) -> dict[str, Any]:
        words, detail = self._words, self._about.detail
        return {
            "title": words["title"],
            "number": words["number"].format(number=detail.number),
            "nothing": words["nothing"],
            "office": dict(office),
            "about": self._facts(),
            "limits_title": words["limits"]["title"],
            "limits": [self._limit(each) for each in self._about.limits],
            "decisions_title": words["decisions"]["title"],
            "decisions_heads": words["decisions"]["heads"],
            "decisions": self._decisions(),
            "timeline_title": words["timeline"]["title"],
            "timeline": [self._entry(each) for each in detail.timeline],
            "alerts_title": words["alerts"]["title"],
            "alerts_heads": words["alerts"]["heads"],
            "alerts": [self._alert(each) for each in self._about.alerts],
            "looks_title": words["looks"]["title"],
            "looks_heads": words["looks"]["heads"],
            "looks": [self._look(each) for each in self._about.looks],
        }

    def _facts(self) -> list[list[str]]:
        names, detail, words = self._words["about"], self._about.detail, self._words
        rating = detail.rating and names["rating_words"].format(score=detail.rating)
        moments = (
            ("opened", detail.opened_at),
            ("answered", detail.answered_at),
            ("closed", detail.closed_at),
        )
        return [
            [names["office"], detail.office_name],
            [names["status"], detail.status.label],
            [names["topic"], topic_title(detail.topic) or words["unknown"]],
            [names["complaint"], words["yes"] if detail.complaint else words["no"]],
            [names["name"], detail.name or words["unknown"]],
            [names["business"], detail.business or words["unknown"]],
            [names["kind"], self._labels.kinds.get(detail.business_kind, detail.business_kind)],
            [names["reach"], detail.reach or words["unknown"]],
            *([names[name], self._exact(at)] for name, at in moments if at is not None),
            [names["holder"], detail.holder_name or words["nobody"]],
            *([[names["rating"], rating]] if rating else []),
            [names["entries"], str(detail.last_entry)],
        ]

    def _limit(self, each: LimitRecord) -> dict[str, Any]:
        names, limit = self._words["limits"], each.limit
        facts = [
            [names["received"], self._exact(limit.received_at)],
            [names["counted"], self._exact(limit.counted_from)],
            [names["due"], self._exact(limit.due)],
        ]
        if limit.closed_at is not None:
            by = "" if each.closed_by is None else f", {names['by'].format(n=each.closed_by)}"
            name = names["first_attempt"] if limit.undeliverable else names["ended"]
            facts.append([name, f"{self._exact(limit.closed_at)}{by}"])
        facts.append([names["verdict"], self._verdict(each)])
        if each.judged_at is not None:
            facts.append([names["judged"], self._exact(each.judged_at)])
        facts += [[names["reasoning"], limit.reasoning], [names["calendar"], self._calendar(each)]]
        name = names["name"].format(request=limit.request, limit=self._labels.limits[limit.kind.value])
        return {"name": name, "facts": facts}

    def _verdict(self, each: LimitRecord) -> str:
        names, limit = self._words["limits"], each.limit
        if limit.verdict is not None:
            return limit.verdict.label
        if limit.superseded:
            return str(names["superseded"])
        return str(names["running"] if limit.closed_at is None else names["ended_unanswered"])

    def _calendar(self, each: LimitRecord) -> str:
        names, version = self._words["limits"], each.calendar_version
        if each.calendar_since is None:
            return str(names["calendar_unknown"].format(version=version))
        since = self._exact(each.calendar_since)
        return str(names["calendar_words"].format(version=version, since=since, reason=each.calendar_reason))

    def _decisions(self) -> list[list[str]]:
        made = [
            (entry.at, self._who(entry), self._step(entry))
            for entry in self._about.detail.timeline
            if entry.kind in _DECIDES
        ]
        wording = self._words["decisions"]["verdict"]
        for each in self._about.limits:
            if each.judged_at is not None and each.limit.verdict is not None:
                limit = self._labels.limits[each.limit.kind.value]
                words = wording.format(limit=limit, verdict=each.limit.verdict.label)
                made.append((each.judged_at, self._words["system"], words))
        return [[self._exact(at), who, words] for at, who, words in sorted(made, key=lambda row: row[0])]

    def _entry(self, entry: TimelineEntry) -> dict[str, Any]:
        words = self._words["timeline"]
        reader = words["for_user" if entry.audience is Audience.USER else "for_officers"]
        step = entry.kind not in (EntryKind.QUESTION, EntryKind.USER_MESSAGE, EntryKind.USER_EDIT)
        what = reader.format(step=self._step(entry)) if step else self._step(entry)
        return {
            "who": self._who(entry),
            "what": words["what"].format(n=entry.n, step=what),
            "when": self._exact(entry.at),
            "text": entry.text or "",
            "audience": entry.audience.value if entry.author is not Author.SYSTEM else "",
            "receipts": [*self._files(entry), *self._receipts(entry), *self._rest(entry)],
        }

    def _receipts(self, entry: TimelineEntry) -> list[str]:
        words, delivery = self._words["timeline"], entry.delivery
        if delivery is None:
            return []
        parts = [words["delivery"].format(state=delivery.state.label)]
        if delivery.first_attempt_at is not None:
            parts.append(words["first_attempt"].format(moment=self._exact(delivery.first_attempt_at)))
        if delivery.delivered_at is not None:
            parts.append(words["delivered"].format(moment=self._exact(delivery.delivered_at)))
        if delivery.error:
            parts.append(words["error"].format(error=delivery.error))
        return [" ".join(parts)]

    def _files(self, entry: TimelineEntry) -> list[str]:
        words = self._words["timeline"]
        return [
            words["file"].format(
                name=words["file_removed"] if file.removed else file.name,
                size=filesize(file.size),
                checksum=file.sha256,
            )
            for file in entry.files
        ]

    def _rest(self, entry: TimelineEntry) -> list[str]:
        if entry.kind in _KNOWN_STEPS or not entry.data:
            return []
        detail = json.dumps(entry.data, sort_keys=True, ensure_ascii=False)
        return [self._words["timeline"]["detail"].format(detail=detail)]

    def _step(self, entry: TimelineEntry) -> str:
        words, kind = self._words["steps"], entry.kind
        if kind is EntryKind.COMPLAINT and entry.data.get("complaint") is False:
            return str(words["complaint_off"])
        if kind is EntryKind.CLOSED and entry.author is not Author.OFFICER:
            return str(words["closed_alone"])
        return str(words[kind.value].format(**{name: entry.data.get(name) for name in _GAPS}))

    def _who(self, entry: TimelineEntry) -> str:
        if entry.author is Author.OFFICER:
            return entry.officer_name or str(self._words["officer"])
        return str(self._words["user" if entry.author is Author.USER else "service"])

    def _alert(self, each: AlertRecord) -> list[str]:
        recorded = "" if each.recorded_at is None else self._exact(each.recorded_at)
        return [self._words["alerts"][each.kind.value], self._exact(each.at), recorded]

    def _look(self, record: AuditEntry) -> list[str]:
        who = record.officer_name or self._words["officer"] if record.officer_id else self._words["system"]
        return [self._exact(record.at), who, self._labels.actions.get(record.action, record.action)]

    def _exact(self, at: datetime) -> str:
        return _exact(at, self._tz)


def _exact(at: datetime, tz: ZoneInfo) -> str:
    """An instant in words for people, and to the microsecond with its offset for whoever checks."""
    iso = at.astimezone(tz).isoformat()
    moment = format_moment(at.astimezone(UTC), tz)
    return str(report_words()["sealed"]["exact"].format(moment=moment, iso=iso))
