"""Greeting, help, and the topics by kind of business."""

from collections.abc import Sequence

from bot.conversation.messages import Button
from bot.conversation.turn import TurnContext

KINDS = ("umkm", "logistik", "manufaktur", "pertambangan", "lainnya")
"""Kinds of business (PER-25/BC/2024 Pasal 5 ayat (5))."""

_PAGE = 8


def main_rows(turn: TurnContext) -> list[list[Button]]:
    """The five things that a person can do here."""
    return [
        [turn.button("menu.ask", "menu:ask")],
        [turn.button("menu.assess", "menu:assess"), turn.button("menu.register", "menu:register")],
        [turn.button("menu.tickets", "menu:tickets"), turn.button("menu.officer", "h")],
    ]


async def greet(turn: TurnContext, rows: Sequence[Sequence[Button]] = ()) -> None:
    """Say who is here, what can be done, and offer it; `rows` stand above the rest."""
    office = await turn.office()
    turn.say("menu.greeting", *rows, *main_rows(turn), office=office.name)


def offer(turn: TurnContext, key: str = "menu.again", rows: Sequence[Sequence[Button]] = ()) -> None:
    """The main choices below the sentence of `key`; `rows` stand above the rest."""
    turn.say(key, *rows, *main_rows(turn))


def choose_kind(turn: TurnContext) -> None:
    """Ask for the kind of business, to list the facilities of that kind."""
    buttons = [turn.button(f"kinds.{kind}", f"k:{kind}:0") for kind in (*KINDS, "program")]
    turn.say("topics.choose_kind", *_pairs(buttons))


def list_topics(turn: TurnContext, kind: str, page: int) -> None:
    """The topics of one kind of business, a page at a time."""
    topics = turn.knowledge.topics(kind)
    shown = topics[page * _PAGE : (page + 1) * _PAGE]
    if not shown:
        turn.say("topics.none", [turn.button("topics.back", "menu:ask")])
        return
    rows = [[Button(title, f"t:{slug}")] for slug, title in shown]
    if len(topics) > (page + 1) * _PAGE:
        rows.append([turn.button("topics.more", f"k:{kind}:{page + 1}")])
    rows.append([turn.button("topics.back", "menu:ask"), turn.button("menu.main", "menu")])
    turn.say("topics.choose_topic", *rows, kind=turn.texts(f"kinds.{kind}"))


def _pairs(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
