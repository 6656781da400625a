"""What a flow has in hand during one turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id
from bot.context import Context
from bot.conversation.messages import Button, InboundMessage, NewMessage, Turn
from bot.conversation.models import Conversation, Message
from bot.conversation.state import Form, State
from bot.conversation.texts import Texts
from bot.home import default_office
from knowledge.answers import KnowledgeBase


@dataclass
class TurnContext:
    """One turn: who said what, where the dialogue stands, and the parts that a flow may use.

    `inbound_row` is the message of the person, the stored one where they edit it; a flow that passes a new
    one on to a ticket ties it to the ticket's entry there.
    """

    context: Context
    knowledge: KnowledgeBase
    session: AsyncSession
    now: datetime
    conversation: Conversation
    state: State
    message: InboundMessage
    inbound_row: NewMessage | Message | None = None
    turn: Turn = field(default_factory=Turn)

    @property
    def texts(self) -> Texts:
        """The sentences of the chat."""
        return self.context.texts

    def say(self, key: str, *rows: Sequence[Button], **gaps: object) -> None:
        """Reply with the sentence of `key`."""
        self.turn.say(self.texts(key, **gaps), *rows)

    def button(self, key: str, action: str) -> Button:
        """A button labelled with the sentence of `key`."""
        return Button(self.texts(key), action)

    def form_button(self, form: Form, key: str, value: str) -> Button:
        """A button that answers the present question of `form` with `value`."""
        return Button(self.texts(key), form_action(form, value))

    def topic_title(self, slug: str) -> str:
        """The title of a topic."""
        return self.knowledge.collection.articles[slug].title

    async def office(self) -> Office:
        """The office that this conversation belongs to."""
        if self.conversation.office_id is not None:
            office = await office_by_id(self.session, self.conversation.office_id)
            if office.active:
                return office
        return await default_office(self.session, self.context.settings.office)


def form_action(form: Form, value: str) -> str:
    """The action behind a button of the present question of a form."""
    return f"f:{form.run}:{form.step}:{value}"
