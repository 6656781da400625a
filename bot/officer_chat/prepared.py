"""Acts that need words: an officer's typed words are shown back, and carried out when they confirm.

An act is prepared as a row, so that a second press of "Kirim" finds it done, and so that what is sent is what
was shown. The words of a reply are also the officer's draft in the console.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from afk_core.infra.errors import DomainError
from afk_core.officers.service import officer_by_id
from afk_core.rules.roles import Act
from bot.conversation.messages import Button
from bot.officer_chat import store
from bot.officer_chat.models import DeskMessage, PreparedAct
from bot.officer_chat.seat import Seat
from bot.officer_chat.words import user_words
from bot.problems import problem_text
from tickets import service as tickets
from tickets.desk import Outline
from tickets.escalation import EscalationKind
from tickets.ticket import MAX_REPLY

PATIENCE: Final = timedelta(minutes=15)
"""How long a question in a private chat takes the next words that are no reply to anything."""

_CALLED_OFF: Final = frozenset({"batal", "/batal"})


class Deed(StrEnum):
    """What is prepared, as stored."""

    REPLY = "reply"
    NOTE = "note"
    CLOSE = "close"
    ESCALATE = "escalate"
    BACK = "back"


_QUESTIONS: Final = {
    Deed.NOTE: "desk.words.note",
    Deed.CLOSE: "desk.words.close",
    Deed.BACK: "desk.words.back",
}


async def ask_words(
    seat: Seat, deed: Deed, ticket_id: int, number: str, target: dict[str, Any] | None = None
) -> None:
    """Ask the officer for the words of an act."""
    act = await _keep(seat, deed, ticket_id, text=None, seen_entry=0, target=target)
    if deed is Deed.ESCALATE and target is not None:
        by_unit = target["kind"] == EscalationKind.UNIT.value
        key = "desk.words.escalate_unit" if by_unit else "desk.words.escalate"
        text = seat.texts(key, number=number, to=target["name"])
    else:
        text = seat.texts(_QUESTIONS[deed], number=number)
    seat.show(text, ticket_id=ticket_id, act_id=act.id, asks=True)


async def confirm_close(seat: Seat, ticket_id: int, number: str) -> None:
    """Ask whether an answered ticket is to be closed."""
    act = await _keep(seat, Deed.CLOSE, ticket_id, text="", seen_entry=0)
    question = seat.texts("desk.words.close_question", number=number)
    seat.show(question, _buttons(seat, act, "desk.act.go_close"), ticket_id=ticket_id, act_id=act.id)


async def take_words(seat: Seat, shown: DeskMessage, text: str) -> PreparedAct | None:
    """Take typed words that answer a message of ours.

    A note comes back, to be kept at once; everything else is shown for confirmation first.
    """
    asked = None if shown.act_id is None else await store.locked_act(seat.session, shown.act_id)
    if asked is not None and asked.asked:
        return await answer_question(seat, asked, text)
    if shown.ticket_id is not None:
        await _preview_reply(seat, shown.ticket_id, text, shown.seen_entry)
    return None


async def answer_question(seat: Seat, act: PreparedAct, text: str) -> PreparedAct | None:
    """Take the words that an act was waiting for; as `take_words`."""
    if not await may_go_on(seat, act):
        return None
    if text.strip().casefold() in _CALLED_OFF:
        await call_off(seat, act)
        return None
    found = await tickets.outline(seat.session, act.ticket_id)
    if found is None:
        return None
    if len(text.strip()) > MAX_REPLY:
        seat.show(problem_text(DomainError("ticket.text_too_long", maximum=MAX_REPLY)))
        return None
    if act.act == Deed.NOTE.value:
        act.text = text
        return act
    if not _fill(act, text):
        seat.show(seat.texts("desk.words.unit_both"), ticket_id=act.ticket_id, act_id=act.id, asks=True)
        return None
    # Words may come again as long as nothing was confirmed; the newest preview has the newest words.
    key, go = {
        Deed.CLOSE: ("desk.words.close_preview", "desk.act.go_close"),
        Deed.ESCALATE: ("desk.words.escalate_preview", "desk.act.go_escalate"),
        Deed.BACK: ("desk.words.back_preview", "desk.act.go_back"),
    }[Deed(act.act)]
    to = (act.target or {}).get("name", "-")
    preview = seat.texts(key, number=found.number, text=_shown(seat, found, act.text or ""), to=to)
    seat.show(preview, _buttons(seat, act, go), ticket_id=act.ticket_id, act_id=act.id)
    return None


async def may_go_on(seat: Seat, act: PreparedAct) -> bool:
    """Whether the act is this officer's and still to be done; else that is said."""
    if act.officer_id != seat.viewer.officer_id:
        owner = await officer_by_id(seat.session, act.officer_id)
        seat.say("desk.words.not_yours", name=owner.name)
        return False
    if act.done_at is not None:
        seat.say("desk.words.done_already")
        return False
    return True


async def call_off(seat: Seat, act: PreparedAct) -> None:
    """Drop a prepared act, and the draft of its words."""
    act.done_at = seat.now
    draft = await seat.attempt(lambda: tickets.draft_of(seat.session, seat.viewer, act.ticket_id))
    if draft is not None and not isinstance(draft, DomainError) and draft.text == act.text:
        await tickets.drop_draft(seat.session, seat.viewer, act.ticket_id)
    seat.say("desk.words.cancelled")


async def show_stale(seat: Seat, act: PreparedAct, found: Outline) -> None:
    """Show what the user wrote since, with the kept words below; from now on that counts as seen."""
    veil = seat.veil(found.name, found.business)
    news = [entry for entry in found.entries if entry.n > act.seen_entry]
    words = user_words(seat.texts, news, seat.now, found.tz, veil)
    act.seen_entry = found.last_entry
    await _keep_draft(seat, act)
    text = seat.texts(
        "desk.words.stale", number=found.number, words=words, text=_shown(seat, found, act.text or "")
    )
    seat.show(
        text,
        *_reply_buttons(seat, act, "desk.act.send_anyway"),
        ticket_id=act.ticket_id,
        seen_entry=act.seen_entry,
        act_id=act.id,
    )


async def _preview_reply(seat: Seat, ticket_id: int, text: str, seen_entry: int) -> None:
    """Show words for the user before they go, with what the user wrote since the answered message."""
    detail = await seat.do(lambda: tickets.detail(seat.session, seat.viewer, ticket_id))
    if detail is None:
        return
    if not seat.viewer.can(Act.ANSWER_TICKET, detail.office_id):
        seat.show(problem_text(DomainError("ticket.not_permitted")))
        return
    if not text.strip() or len(text.strip()) > MAX_REPLY:
        code = "ticket.text_too_long" if text.strip() else "ticket.text_empty"
        seat.show(problem_text(DomainError(code, maximum=MAX_REPLY)))
        return
    found = await tickets.outline(seat.session, ticket_id, after=seen_entry)
    if found is None:
        return
    act = await _keep(seat, Deed.REPLY, ticket_id, text=text.strip(), seen_entry=found.last_entry)
    await _keep_draft(seat, act)
    parts = [seat.texts("desk.words.preview", number=found.number, text=_shown(seat, found, text.strip()))]
    veil = seat.veil(found.name, found.business)
    news = user_words(seat.texts, found.entries, seat.now, found.tz, veil)
    if news:
        parts.append(seat.texts("desk.words.news", words=news))
    seat.show(
        "\n\n".join(parts),
        *_reply_buttons(seat, act, "desk.act.send"),
        ticket_id=ticket_id,
        seen_entry=act.seen_entry,
        act_id=act.id,
    )


async def _keep(
    seat: Seat,
    deed: Deed,
    ticket_id: int,
    *,
    text: str | None,
    seen_entry: int,
    target: dict[str, Any] | None = None,
) -> PreparedAct:
    act = PreparedAct(
        officer_id=seat.viewer.officer_id,
        conversation_id=seat.conversation.id,
        ticket_id=ticket_id,
        act=deed.value,
        target=target,
        text=text,
        seen_entry=seen_entry,
        asked=text is None,
        made_at=seat.now,
    )
    await store.add(seat.session, act)
    return act


async def _keep_draft(seat: Seat, act: PreparedAct) -> None:
    """Let the words be the console's draft too, unless other words are kept there."""

    async def keep() -> None:
        draft = await tickets.draft_of(seat.session, seat.viewer, act.ticket_id)
        if draft is None or draft.text == act.text:
            await tickets.save_draft(
                seat.session,
                seat.now,
                seat.viewer,
                act.ticket_id,
                act.text or "",
                seen_entry=act.seen_entry,
            )

    await seat.attempt(keep)


def _fill(act: PreparedAct, text: str) -> bool:
    """Give the act its words; for another unit the first line is its name. False if a part is missing."""
    target = act.target or {}
    if target.get("kind") != EscalationKind.UNIT.value:
        act.text = text.strip()
        return bool(act.text)
    unit, _, reason = text.strip().partition("\n")
    if not unit.strip() or not reason.strip():
        return False
    act.target = target | {"unit": unit.strip(), "name": unit.strip()}
    act.text = reason.strip()
    return True


def _shown(seat: Seat, found: Outline, text: str) -> str:
    return seat.veil(found.name, found.business)(text)


def _buttons(seat: Seat, act: PreparedAct, go: str) -> list[Button]:
    return [seat.button(go, f"do:{act.id}:go"), seat.button("desk.act.cancel", f"no:{act.id}")]


def _reply_buttons(seat: Seat, act: PreparedAct, send: str) -> list[list[Button]]:
    return [
        [seat.button(send, f"do:{act.id}:answer"), seat.button("desk.act.cancel", f"no:{act.id}")],
        [
            seat.button("desk.act.ask", f"do:{act.id}:ask"),
            seat.button("desk.act.as_note", f"do:{act.id}:note"),
        ],
    ]
