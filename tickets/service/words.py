"""What a user asked in a ticket, with their corrections, and to which request it belongs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from tickets.service.timeline import read_timeline
from tickets.ticket import EntryKind

_WORDS: Final = (EntryKind.QUESTION, EntryKind.USER_MESSAGE, EntryKind.MERGED)


class Said(Struct, frozen=True):
    """Words of the user as they stand now, and where they stand in the timeline.

    `files` are the ids of the files that go with them; without words the text is the files' names.
    """

    entry_id: int
    n: int
    text: str
    at: datetime
    files: tuple[int, ...] = ()


async def asked_words(session: AsyncSession, ticket_id: int) -> list[Said]:
    """Everything that the user asked in a ticket, in order, without what went to a ticket of its own."""
    entries = await read_timeline(session, ticket_id)
    edits = {each.data.get("entry"): each.text for each in entries if each.kind is EntryKind.USER_EDIT}
    gone = {
        moved
        for each in entries
        if each.kind is EntryKind.SPLIT
        for moved in each.data["entries"]  # type: ignore[attr-defined]
    }
    return [
        Said(
            each.id,
            each.n,
            edits.get(each.id) or each.text or ", ".join(file.name for file in each.files),
            each.at,
            tuple(file.id for file in each.files if not file.removed),
        )
        for each in entries
        if each.kind in _WORDS and each.id not in gone
    ]


def opening_of(n: int, openings: Sequence[int]) -> int | None:
    """The number of the entry that opened the request to which the words at `n` belong."""
    return max((opened for opened in openings if opened <= n), default=None)


def words_of_request(words: Sequence[Said], opened_n: int, openings: Sequence[int]) -> list[Said]:
    """The words that belong to the request that entry `opened_n` opened."""
    return [each for each in words if opening_of(each.n, openings) == opened_n]
