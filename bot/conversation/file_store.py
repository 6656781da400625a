"""All SQL of the files that go with messages."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files.file import FileView
from afk_core.files.service import views
from bot.conversation.models import Message, MessageFile

_FILES = (
    select(MessageFile.message_id, MessageFile.file_id)
    .where(MessageFile.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(MessageFile.message_id, MessageFile.n)
)


async def add_files(session: AsyncSession, message_id: int, file_ids: Sequence[int]) -> None:
    """Tie files to a message, in this order."""
    session.add_all(
        MessageFile(message_id=message_id, n=n, file_id=file_id) for n, file_id in enumerate(file_ids, 1)
    )
    await session.flush()


async def file_ids(session: AsyncSession, message_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the files of each message that has some, in order."""
    if not message_ids:
        return {}
    found: dict[int, list[int]] = {}
    for message_id, file_id in await session.execute(_FILES, {"messages": list(message_ids)}):
        found.setdefault(message_id, []).append(file_id)
    return found


async def files_of(session: AsyncSession, message_ids: Collection[int]) -> dict[int, tuple[FileView, ...]]:
    """What is shown of the files of each message that has some, in order."""
    by_message = await file_ids(session, message_ids)
    known = await views(session, [one for ids in by_message.values() for one in ids])
    return {message_id: tuple(known[one] for one in ids) for message_id, ids in by_message.items()}


async def is_in_conversation(session: AsyncSession, conversation_id: int, file_id: int) -> bool:
    """Whether a message of this conversation carries the file."""
    query = (
        select(MessageFile.file_id)
        .join(Message, Message.id == MessageFile.message_id)
        .where(Message.conversation_id == conversation_id, MessageFile.file_id == file_id)
    )
    return (await session.execute(query.limit(1))).first() is not None
