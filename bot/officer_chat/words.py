"""PURE: a ticket in words, for officers who read it in a chat."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from afk_core.rules.dates import format_duration, format_moment, format_time, month_name
from bot.conversation.messages import Button
from bot.conversation.texts import Texts
from tickets.ticket import Author, DeliveryState, EntryKind, TimelineEntry

Veil = Callable[[str], str]
"""Takes personal data out of words; in a private chat it leaves them as they are."""

USER_WORDS: Final = (
    EntryKind.QUESTION,
    EntryKind.USER_MESSAGE,
    EntryKind.USER_EDIT,
    EntryKind.MERGED,
)
_ANSWERS: Final = (EntryKind.ANSWER, EntryKind.QUESTION_BACK)
_OLD_LENGTH: Final = 300


def plain(text: str) -> str:
    """Leave words as they are."""
    return text


def entry_words(
    texts: Texts, entry: TimelineEntry, now: datetime, tz: ZoneInfo, veil: Veil = plain, *, cut: bool = False
) -> str:
    """One step of a timeline with its time and who made it; `cut` shortens long words."""
    kind = entry.kind if texts.get(f"desk.entries.{entry.kind}", "") else "other"
    words = veil(entry.text or "")
    if cut and len(words) > _OLD_LENGTH:
        words = f"{words[:_OLD_LENGTH].rstrip()} ..."
    sentence = texts(
        f"desk.entries.{kind}",
        at=_at(entry.at, now, tz),
        who=_who(texts, entry),
        text=words,
        delivery=_delivery(entry),
        score=entry.data.get("score", "-"),
        to=entry.data.get("name", "-"),
        number=entry.data.get("number", "-"),
    )
    return sentence.strip()


def timeline_words(
    texts: Texts,
    entries: Sequence[TimelineEntry],
    now: datetime,
    tz: ZoneInfo,
    veil: Veil = plain,
    *,
    at_most: int,
) -> str:
    """The newest steps of a timeline: whole since the last words to the user, cut before that."""
    shown = since_last_words(entries) or list(entries[-1:])
    before = entries[: len(entries) - len(shown)][-max(at_most - len(shown), 1) :]
    hidden = len(entries) - len(shown) - len(before)
    lines = [texts("desk.card.older", count=hidden)] if hidden else []
    lines += [entry_words(texts, entry, now, tz, veil, cut=True) for entry in before]
    lines += [entry_words(texts, entry, now, tz, veil) for entry in shown]
    return "\n\n".join(lines)


def since_last_words(entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """What came after the last words to the user that were not taken back."""
    last = max((each.n for each in entries if each.kind in _ANSWERS and not _recalled(each)), default=0)
    return [entry for entry in entries if entry.n > last]


def user_words(
    texts: Texts, entries: Iterable[TimelineEntry], now: datetime, tz: ZoneInfo, veil: Veil = plain
) -> str:
    """What the user wrote among `entries`, whole; empty when it is nothing."""
    mine = (EntryKind.NOT_ANSWERED, *USER_WORDS)
    return "\n\n".join(entry_words(texts, each, now, tz, veil) for each in entries if each.kind in mine)


def due_words(texts: Texts, due: datetime | None, now: datetime) -> str:
    """How much of a limit is left, or by how much it has passed."""
    if due is None:
        return texts("desk.queue.no_due")
    key = "desk.queue.left" if now <= due else "desk.queue.over"
    return texts(key, length=_length(abs(due - now)))


def limit_words(texts: Texts, due: datetime | None, now: datetime, tz: ZoneInfo) -> str:
    """A limit with its instant, and what is left of it."""
    if due is None:
        return texts("desk.card.no_due")
    return texts("desk.card.due", due=format_moment(due, tz), left=due_words(texts, due, now))


def rows_of(buttons: Sequence[Button], width: int = 2) -> list[list[Button]]:
    """Buttons in rows of `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _length(length: timedelta) -> str:
    days = length.days
    return f"{days} hari" if days >= 2 else format_duration(length)


def _at(at: datetime, now: datetime, tz: ZoneInfo) -> str:
    local = at.astimezone(tz)
    day = "" if local.date() == now.astimezone(tz).date() else f"{local.day} {month_name(local.month)} "
    return f"[{day}{format_time(local.time())}]"


def _who(texts: Texts, entry: TimelineEntry) -> str:
    if entry.officer_name is not None:
        return entry.officer_name
    return texts("desk.entries.user" if entry.author is Author.USER else "desk.entries.system")


def _recalled(entry: TimelineEntry) -> bool:
    return entry.delivery is not None and entry.delivery.state is DeliveryState.RECALLED


def _delivery(entry: TimelineEntry) -> str:
    return "" if entry.delivery is None else f" ({entry.delivery.state.label.lower()})"
