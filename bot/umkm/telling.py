"""Who hears of a step of a registration: the person in plain words, the screens of the office."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.roles import Role
from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.registration import EventKind, RegistrationChange
from bot.context import Context
from bot.conversation.messages import Button, Reply
from bot.conversation.store import locked_by_id
from bot.conversation.texts import Texts
from bot.doorbell import office_topic
from bot.limits.alerts import give
from bot.notices.models import NoticeKind
from bot.notices.notice import NewNotice
from bot.notices.recipients import on_duty, with_role
from bot.outbox.queue import queue_reply
from bot.umkm.attached import certificate_file
from bot.umkm.papers import certificate_address

_TOLD = frozenset(
    {
        EventKind.ASKED,
        EventKind.CORRECTED,
        EventKind.RETURNED,
        EventKind.VERIFIED,
        EventKind.DETERMINED,
        EventKind.KLASTER_CHANGED,
        EventKind.REFUSED,
        EventKind.ISSUED,
        EventKind.REVOKED,
        EventKind.CORRECTION_APPLIED,
        EventKind.CORRECTION_DECLINED,
        EventKind.DATA_CHANGED,
    }
)
"""The steps that the person is told of; the others stay among the officers."""


_WAITS_FOR_AGENTS = frozenset(
    {
        EventKind.SUBMITTED,
        EventKind.RESUBMITTED,
        EventKind.REPLIED,
        EventKind.DOCUMENT,
        EventKind.SENT_BACK,
        EventKind.AMENDED,
    }
)
_WAITS_FOR = {
    EventKind.CORRECTION_ASKED: Role.SUB_KLASTERISASI,
    EventKind.DATA_CHANGED: Role.KOORDINATOR,
    EventKind.VERIFIED: Role.SUB_KLASTERISASI,
    EventKind.GIVEN_BACK: Role.SUB_KLASTERISASI,
    EventKind.DETERMINED: Role.KOORDINATOR,
    EventKind.KLASTER_CHANGED: Role.KOORDINATOR,
}
"""Whose step comes next; without one of that role in the office nobody else may take it, nor is told."""


async def office_told(context: Context, session: AsyncSession, change: RegistrationChange) -> None:
    """Let every screen of the office look again, and tell whose step comes next."""
    await context.doorbell.ring(session, office_topic(change.office_id))
    now = context.clock.now()
    if change.kind in _WAITS_FOR_AGENTS:
        people = await on_duty(session, now, change.office_id)
    elif change.kind is EventKind.CORRECTION_APPLIED:
        again = change.status is RegistrationStatus.IN_VERIFICATION
        people = (
            await on_duty(session, now, change.office_id)
            if again
            else await with_role(session, change.office_id, Role.KOORDINATOR)
        )
    elif change.kind in _WAITS_FOR:
        people = await with_role(session, change.office_id, _WAITS_FOR[change.kind])
    else:
        return
    notice = NewNotice(
        kind=NoticeKind.UMKM,
        office_id=change.office_id,
        key=f"umkm:{change.registration_id}:{change.event}",
        words=context.texts(f"register.notice.{change.kind.value}", number=change.number),
        at=now,
    )
    if people:
        await give(context, session, now, notice, people)


async def person_told(
    context: Context, session: AsyncSession, now: datetime, change: RegistrationChange
) -> None:
    """Bring a step to the person's chat, in the transaction that recorded it.

    The caller holds the conversation before the registration. Nothing is said where no chat is known.
    """
    await office_told(context, session, change)
    if change.kind not in _TOLD or change.conversation_id is None:
        return
    conversation = await locked_by_id(session, change.conversation_id)
    if conversation is None:
        return
    files: tuple[int, ...] = ()
    if change.kind is EventKind.ISSUED:
        paper = await certificate_file(context, session, now, conversation.id, change.registration_id)
        files = (paper,)
    reply = Reply(step_words(context, change), _buttons(context.texts, change), files=files)
    await queue_reply(context, session, now, conversation, reply)


def step_words(context: Context, change: RegistrationChange) -> str:
    """What the person reads of a step."""
    texts, kind = context.texts, change.kind.value
    said = change.text
    noted = " " + texts("register.told.note", text=said) if said else ""
    field = ", ".join(line.label for line, _note in change.fields)
    klaster = klaster_text(
        change.klaster.value if change.klaster else "", change.sub_klaster.value if change.sub_klaster else ""
    )
    certificate = change.certificate
    gaps: dict[str, object] = {
        "number": change.number,
        "klaster": klaster,
        "field": field,
        "text": said if change.kind in _PLAIN else noted,
        "certificate": certificate.number if certificate else "",
        "address": certificate_address(context.settings, certificate.code) if certificate else "",
        "lines": _wrong_lines(texts, change),
        "replaces": _replaces(texts, change),
        "next": _after_correction(texts, change),
    }
    if change.kind is EventKind.RETURNED and said:
        gaps["text"] = f"\n\n{said}"
    return texts(f"register.told.{kind}", **gaps)


_PLAIN = frozenset(
    {
        EventKind.ASKED,
        EventKind.CORRECTED,
        EventKind.CORRECTION_DECLINED,
        EventKind.DATA_CHANGED,
        EventKind.REFUSED,
        EventKind.REVOKED,
    }
)
"""The steps whose words stand by themselves."""


def _wrong_lines(texts: Texts, change: RegistrationChange) -> str:
    if change.kind is not EventKind.RETURNED or not change.fields:
        return ""
    lines = [texts("register.told.wrong_line", label=field.label, note=note) for field, note in change.fields]
    return "\n\n" + "\n".join(lines)


def _after_correction(texts: Texts, change: RegistrationChange) -> str:
    again = change.status is RegistrationStatus.IN_VERIFICATION
    return texts("register.told.verified_again" if again else "register.told.reissued")


def _replaces(texts: Texts, change: RegistrationChange) -> str:
    if change.certificate is None or not change.certificate.replaces:
        return ""
    return "\n\n" + texts("register.told.issued_replaces", number=change.certificate.replaces)


def _buttons(texts: Texts, change: RegistrationChange) -> tuple[tuple[Button, ...], ...]:
    own = f"rg:{change.registration_id}"
    show = Button(texts("register.more"), f"{own}:show")
    match change.kind:
        case EventKind.ASKED:
            return ((Button(texts("register.answer"), f"{own}:reply"),),)
        case EventKind.RETURNED:
            return ((Button(texts("register.fix"), f"{own}:fix"),), (show,))
        case _:
            return ((show,),)
