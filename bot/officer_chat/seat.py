"""Where an officer sits while they act: who, in which chat, and what is said to them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from bot.context import Context
from bot.conversation.messages import Button, Desk, Reply
from bot.conversation.models import Conversation
from bot.conversation.texts import Texts
from bot.officer_chat.link import GroupView
from bot.officer_chat.words import Veil, plain
from bot.problems import problem_text
from knowledge.editorial.anonymize import anonymize

T = TypeVar("T")


@dataclass
class Seat:
    """One act of one officer. In a `group` it is seen by others, so personal data is veiled there.

    `topic_id` is the ticket's place in the group, `quote` the message that is answered.
    """

    context: Context
    session: AsyncSession
    now: datetime
    viewer: Viewer
    conversation: Conversation
    group: GroupView | None = None
    topic_id: int | None = None
    quote: str | None = None
    replies: list[Reply] = field(default_factory=list)

    @property
    def texts(self) -> Texts:
        """The sentences of the chat."""
        return self.context.texts

    def veil(self, *names: str) -> Veil:
        """How words are shown here: in a group without personal data, of `names` too."""
        if self.group is None:
            return plain
        return lambda text: anonymize(text, names)

    def button(self, key: str, action: str) -> Button:
        """A button labelled with the sentence of `key`; `action` without the desk's own prefix."""
        return Button(self.texts(key), f"o:{action}")

    def say(self, key: str, *rows: Sequence[Button], **gaps: object) -> None:
        """Answer with a sentence that is about no ticket."""
        self.show(self.texts(key, **gaps), *rows)

    def show(
        self,
        text: str,
        *rows: Sequence[Button],
        ticket_id: int | None = None,
        seen_entry: int = 0,
        act_id: int | None = None,
        asks: bool = False,
    ) -> None:
        """Answer with `text`; a reply to it is about the ticket, or is the words for the act."""
        desk = Desk(
            ticket_id=ticket_id,
            seen_entry=seen_entry,
            act_id=act_id,
            topic_id=self.topic_id,
            quote=self.quote,
            asks=asks,
        )
        self.replies.append(Reply(text, tuple(tuple(row) for row in rows if row), desk=desk))

    def confirm(self, key: str, **gaps: object) -> None:
        """Say that something was done; in a group the ticket's own news says it to everybody."""
        if self.group is None:
            self.say(key, **gaps)

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T | DomainError:
        """Do `work`, all of it or nothing; a refusal comes back."""
        try:
            async with self.session.begin_nested():
                return await work()
        except DomainError as error:
            return error

    async def do(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """As `attempt`; a refusal is said to the officer, and None comes back."""
        result = await self.attempt(work)
        if isinstance(result, DomainError):
            self.show(problem_text(result))
            return None
        return result
