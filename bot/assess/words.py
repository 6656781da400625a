"""A self-assessment in words, the same in chat, on pages and on paper. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.rules.assessment import (
    Gap,
    Standing,
    aspects_short,
    export_gaps,
    fitting_themes,
    gaps,
    next_stage,
    reasons,
    standings,
)
from afk_core.rules.dates import format_short_date
from afk_core.rules.klaster import Klaster, SubKlaster, Suggestion, suggest_klaster
from afk_core.rules.lampiran_c import CODES, item_of
from afk_core.umkm.assess import steps
from afk_core.umkm.assess.assessment import AssessmentResult
from bot.conversation.texts import Texts

_REGULATION: Final = "PER-25/BC/2024 "
_SHOWN_GAPS: Final = 8
_SHOWN_THEMES: Final = 6
_FACILITIES: Final = {
    Klaster.POTENSI: "umkm-pemberdayaan",
    Klaster.SIAP: "ekspor-perdana",
    Klaster.TELAH: "kite-ikm",
}


class Change(Struct, frozen=True):
    """What changed since an earlier assessment: names of items that rose and fell."""

    before: AssessmentResult
    better: tuple[str, ...]
    worse: tuple[str, ...]


def option_words(texts: Texts, step: str, value: str) -> str:
    """What an answer says."""
    if step in steps.COUNTS:
        return texts("assess.unknown_number") if value == "0" else value
    return texts(f"assess.{value}.{step}")


def progress(texts: Texts, step: str) -> str:
    """Where one stands at a step."""
    if step not in CODES:
        return texts("assess.progress_export")
    item = item_of(step)
    return texts("assess.progress", number=CODES.index(step) + 1, aspect=item.aspect.label)


def question(texts: Texts, step: str) -> str:
    """The question of a step in plain words."""
    return texts(f"assess.ask.{step}")


def annex(texts: Texts, step: str) -> str:
    """The annex text of an item."""
    item = item_of(step)
    return texts("assess.annex_text", citation=item.citation, potensi=item.potensi, siap=item.siap)


def answer_lines(texts: Texts, values: Mapping[str, str]) -> list[str]:
    """Every answer that was given, one a line, in the order of the steps."""
    lines = []
    for step in steps.path(values):
        if step not in values:
            continue
        gaps_of_line = {
            "label": texts(f"assess.short.{step}"),
            "answer": option_words(texts, step, values[step]),
        }
        if step in CODES:
            lines.append(texts("assess.summary_line", code=step, **gaps_of_line))
        else:
            lines.append(texts("assess.summary_fact", **gaps_of_line))
    return lines


def klaster_words(klaster: Klaster, sub_klaster: SubKlaster | None) -> str:
    """The suggestion's official name, the kind of Telah Ekspor included."""
    return f"{klaster.label}, sub-klaster {sub_klaster.short}" if sub_klaster else klaster.label


def suggestion_of(result: AssessmentResult) -> Suggestion:
    """The suggestion with the kinds that also hold, from the answers."""
    return suggest_klaster(result.facts, result.levels)


def date_words(moment: datetime, tz: ZoneInfo) -> str:
    """The day of a moment on the office's clock."""
    return format_short_date(moment.astimezone(tz).date())


def result_words(texts: Texts, result: AssessmentResult) -> str:
    """What is suggested and why; it says that it is a suggestion. The last line names the regulation."""
    listed = "\n".join(
        f"• {reason.replace(_REGULATION, '')}" for reason in reasons(result.facts, result.levels)
    )
    parts = [
        texts("assess.result", klaster=klaster_words(result.klaster, result.sub_klaster), reasons=listed)
    ]
    if also := suggestion_of(result).also:
        parts.append(texts("assess.result_also", kinds=", ".join(kind.short for kind in also)))
    parts += [texts("assess.suggestion_only"), texts("assess.basis")]
    return "\n\n".join(parts)


def plan_words(texts: Texts, result: AssessmentResult) -> str:
    """The standing of the aspects, what is missing for the next stage, fitting themes, next steps."""
    parts = []
    if result.levels:
        parts.append(_block(texts("assess.standing"), standing_lines(texts, result)))
    parts.append(missing_words(texts, result))
    themes = [
        texts("assess.themes_line", label=theme.label)
        for theme in fitting_themes(result.facts, result.levels)[:_SHOWN_THEMES]
    ]
    parts.append(_block(texts("assess.themes"), themes))
    parts.append(texts("assess.next_steps"))
    return "\n\n".join(parts)


def aspects_words(texts: Texts, result: AssessmentResult) -> str:
    """How many aspects stand at Siap, or that none was asked for: who has exported may leave them out."""
    if not result.levels:
        return texts("assess.aspects_unasked")
    return texts("assess.aspects_ready", count=result.ready_aspects)


def standing_lines(texts: Texts, result: AssessmentResult) -> list[str]:
    """The standing of each aspect, one a line."""
    return [_standing_line(texts, standing) for standing in standings(result.levels)]


def _standing_line(texts: Texts, standing: Standing) -> str:
    if not standing.answered:
        return texts("assess.standing_unanswered", aspect=standing.aspect.label)
    return texts(
        "assess.standing_line",
        aspect=standing.aspect.label,
        ready=standing.ready_items,
        items=standing.items,
    )


def next_words(result: AssessmentResult) -> str | None:
    """The official name of the next stage; None at the highest."""
    stage = next_stage(Suggestion(result.klaster, result.sub_klaster, (), result.ready_aspects))
    return None if stage is None else stage.short


def missing_words(texts: Texts, result: AssessmentResult, most: int = _SHOWN_GAPS) -> str:
    """What is missing for the next stage, the decisive first."""
    stage = next_words(result)
    if stage is None:
        return texts("assess.missing_none")
    lines = missing_lines(texts, result)
    if len(lines) > most:
        lines = [*lines[: most - 1], texts("assess.missing_more", count=len(lines) - most + 1)]
    return _block(texts("assess.missing", next=stage), lines)


def missing_lines(texts: Texts, result: AssessmentResult) -> list[str]:
    """What is missing, one a line: of exporting itself, then of the items."""
    if result.klaster is not Klaster.POTENSI:
        return [texts("assess.missing_line", label=gap.label) for gap in export_gaps(result.facts)]
    lines = [_gap_line(texts, gap) for gap in gaps(result.levels)]
    if aspects_short(result.levels):
        decisive = sum(gap.decisive for gap in gaps(result.levels))
        lines.insert(decisive, texts("assess.missing_aspects", count=result.ready_aspects))
    return lines


def _gap_line(texts: Texts, gap: Gap) -> str:
    label = texts(f"assess.short.{gap.item.code}")
    return texts("assess.missing_decisive" if gap.decisive else "assess.missing_line", label=label)


def facility_of(result: AssessmentResult) -> str:
    """The topic of the knowledge that fits the suggestion best."""
    return _FACILITIES[result.klaster]


def change_since(texts: Texts, result: AssessmentResult, before: AssessmentResult) -> Change:
    """What changed from `before` to `result`, by the items that both answered."""
    both = [code for code in CODES if code in result.levels and code in before.levels]
    rose = [code for code in both if result.levels[code].rank > before.levels[code].rank]
    fell = [code for code in both if result.levels[code].rank < before.levels[code].rank]
    return Change(before, _names(texts, rose), _names(texts, fell))


def change_words(texts: Texts, result: AssessmentResult, before: AssessmentResult, tz: ZoneInfo) -> str:
    """The comparison with an earlier assessment."""
    change = change_since(texts, result, before)
    lines = []
    now, then = (klaster_words(each.klaster, each.sub_klaster) for each in (result, before))
    if now != then:
        lines.append(texts("assess.compared_klaster", before=then, after=now))
    if result.levels and before.levels and result.ready_aspects != before.ready_aspects:
        counts = {"before": before.ready_aspects, "after": result.ready_aspects}
        lines.append(texts("assess.compared_aspects", **counts))
    if change.better:
        lines.append(texts("assess.compared_better", items=", ".join(change.better)))
    if change.worse:
        lines.append(texts("assess.compared_worse", items=", ".join(change.worse)))
    head = texts("assess.compared_head", date=date_words(before.finished_at, tz))
    return _block(head, lines or [texts("assess.compared_same")])


def _names(texts: Texts, codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(texts(f"assess.short.{code}") for code in codes)


def _block(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *lines])
