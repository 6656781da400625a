"""Every step of a timeline has words for officers in Telegram."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.texts import Texts
from bot.officer_chat.words import entry_words, timeline_words
from tickets.ticket import Audience, Author, EntryKind, TimelineEntry

TEXTS = Texts.load()
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")


def entry(n: int, kind: EntryKind, text: str | None = "Kata-kata") -> TimelineEntry:
    return TimelineEntry(n, n, kind, Audience.OFFICERS, Author.OFFICER, "Sari", text, {}, NOON, None)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_kind_of_entry_has_its_own_sentence(kind: EntryKind) -> None:
    assert TEXTS.get(f"desk.entries.{kind}", "")
    assert entry_words(TEXTS, entry(1, kind), NOON, WITA).startswith("[12.00]")


def test_what_came_since_the_last_answer_is_shown_whole_and_the_rest_cut_and_counted() -> None:
    before = [entry(n, EntryKind.USER_MESSAGE, f"{n}" + "a" * 500) for n in range(1, 9)]
    since = [entry(10 + n, EntryKind.USER_MESSAGE, f"{n}" + "b" * 500) for n in range(3)]
    words = timeline_words(TEXTS, [*before, entry(9, EntryKind.ANSWER), *since], NOON, WITA, at_most=5)
    assert words.count("b" * 500) == 3
    assert "a" * 500 not in words
    assert words.startswith("7 catatan lebih lama")
