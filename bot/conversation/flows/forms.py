"""The forms that a conversation can be in, by name."""

from types import ModuleType
from typing import Final, Protocol, cast

from bot.conversation.flows import (
    assess,
    handover,
    monitoring,
    own_contact,
    register,
    register_amend,
    register_reply,
    survey,
)
from bot.conversation.state import Form
from bot.conversation.turn import TurnContext


class FormFlow(Protocol):
    """What a flow with a form offers to the router."""

    def offers_choice(self, form: Form) -> bool:
        """Whether the first buttons of the present question are answers, so that a bare number means one."""

    async def ask(self, turn: TurnContext, form: Form) -> None:
        """Put the present question."""

    async def answer(self, turn: TurnContext, form: Form, value: str, *, typed: bool) -> None:
        """Take a button's value, or words."""

    async def cancel(self, turn: TurnContext, form: Form) -> None:
        """Stop at the person's wish, and say what became of what they gave."""


_FLOWS: Final[dict[str, ModuleType]] = {
    handover.FORM: handover,
    assess.FORM: assess,
    monitoring.FORM: monitoring,
    register.FORM: register,
    register_reply.FORM: register_reply,
    register_amend.FORM: register_amend,
    own_contact.FORM: own_contact,
    survey.FORM: survey,
}
_UNKEPT: Final = frozenset({survey.FORM})
"""Forms whose answers nobody may find in the conversation later."""


def keeps_words(form: Form | None, action: str = "") -> bool:
    """Whether what a person answers, or the button `action` that they press, may be stored as a message.

    A button of a question that was answered long ago says as much as one of the present question.
    """
    asked = action.split(":")[2:3] if action.startswith("f:") else []
    return not set(asked) & set(survey.ELEMENTS) and (form is None or form.name not in _UNKEPT)


UNDERSTAND_WORDS: Final = frozenset({assess.FORM})
"""Forms that read typed words themselves: half a label may mean something else there."""


def flow_of(form: Form) -> FormFlow | None:
    """The flow that a form belongs to; None for a form of another version of the program."""
    return cast(FormFlow | None, _FLOWS.get(form.name))
