"""Gathering what the page of one registration shows."""

from collections.abc import Mapping

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import Field
from afk_core.rules.roles import Act
from afk_core.umkm import service as umkm
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.registration import KEYS_OF, EventKind, EventView, RegistrationDetail
from bot.console.desk import Desk
from bot.console.umkm_contexts import Choice, EventLine, RegistrationPage, choice_value
from bot.conversation.store import locked_by_id
from bot.problems import problem_text, status_of

_BY_PERSON = frozenset(
    {
        EventKind.SUBMITTED,
        EventKind.RESUBMITTED,
        EventKind.WITHDRAWN,
        EventKind.REPLIED,
        EventKind.DOCUMENT,
        EventKind.AMENDED,
        EventKind.CORRECTION_ASKED,
    }
)


async def hold_conversation(session: AsyncSession, viewer: Viewer, registration_id: int) -> None:
    """Lock the person's conversation before their registration, as a turn of the conversation does.

    Raises DomainError `umkm.not_found`.
    """
    conversation_id = await umkm.conversation_of(session, viewer, registration_id)
    if conversation_id is not None:
        await locked_by_id(session, conversation_id)


async def registration_page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    registration_id: int,
    *,
    reveal: bool = False,
    refusal: DomainError | None = None,
    acted: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The whole page; its status is that of `refusal`. With `reveal` the look is recorded.

    `acted` names the form that was refused, which keeps what was `typed`. Raises DomainError
    `umkm.not_found`, `umkm.not_permitted`.
    """
    now = desk.context.clock.now()
    mends: Mapping[str, Mapping[str, str]] = {}
    if reveal:
        async with desk.context.db.write() as session:
            detail = await umkm.reveal(session, now, viewer, registration_id)
            data = await umkm.fields_of(session, viewer, registration_id)
        mends = {field.value: {key: data[key] for key in KEYS_OF[field]} for field in Field}
    else:
        async with desk.context.db.read() as session:
            detail = await umkm.detail(session, viewer, registration_id)
    page = RegistrationPage(
        frame=desk.frame(
            viewer,
            detail.name,
            current="umkm",
            notice="" if refusal else request.query_params.get("pesan", ""),
            problem=problem_text(refusal) if refusal else "",
        ),
        here=f"/petugas/umkm/{detail.id}",
        registration=detail,
        tz=detail.tz,
        steps=frozenset(step.value for step in detail.steps),
        lines=tuple(_line(event) for event in reversed(detail.events)),
        choices=_choices(detail),
        decided=choice_value(
            detail.decided_klaster or detail.klaster,
            detail.decided_sub_klaster if detail.decided_klaster else detail.sub_klaster,
        ),
        may_reveal=viewer.can(Act.SEE_PERSONAL_DATA, detail.office_id),
        mends=mends,
        acted=acted,
        typed=typed,
    )
    status = 200 if refusal is None else status_of(refusal)
    return desk.pages.response("umkm_pendaftaran.html", page, status=status)


def _choices(detail: RegistrationDetail) -> tuple[Choice, ...]:
    """Every klaster that can be decided; without NIB the page says so when another is refused."""
    found = [Choice(choice_value(klaster, None), klaster.short) for klaster in Klaster]
    kinds = [
        Choice(choice_value(Klaster.TELAH, kind), klaster_text(Klaster.TELAH.value, kind.value))
        for kind in SubKlaster
    ]
    return (*found[:-1], *kinds)


def _line(event: EventView) -> EventLine:
    person = event.kind in _BY_PERSON
    return EventLine(
        who=event.officer or ("Pendaftar" if person else "Sistem"),
        what=_what(event),
        text=event.text,
        at=event.at,
        by_person=person,
    )


def _what(event: EventView) -> str:
    """What happened, in words after the name of who did it."""
    data = event.data
    match event.kind:
        case EventKind.CHECKED:
            right, wrong = _count(data, "right"), _count(data, "wrong")
            parts = [f"{right} isian benar"] * bool(right) + [f"{wrong} isian salah"] * bool(wrong)
            return f"memeriksa isian: {', '.join(parts)}"
        case EventKind.CORRECTED | EventKind.DATA_CHANGED:
            return f"membetulkan isian “{Field(str(data['field'])).label}”"
        case (
            EventKind.AMENDED
            | EventKind.CORRECTION_ASKED
            | EventKind.CORRECTION_APPLIED
            | EventKind.CORRECTION_DECLINED
        ):
            return f"{_WHAT[event.kind]}: {_labels(data)}"
        case EventKind.VERIFIED | EventKind.DETERMINED | EventKind.KLASTER_CHANGED:
            return f"{_WHAT[event.kind]} {_decision(data)}"
        case EventKind.ISSUED:
            replaced = f", menggantikan {data['replaces']}" if data.get("replaces") else ""
            return f"menerbitkan sertifikat {data['number']}{replaced}"
        case EventKind.REVOKED:
            return f"mencabut sertifikat {data['number']}"
        case _:
            return _WHAT[event.kind]


_WHAT = {
    EventKind.SUBMITTED: "mengirim daftar isian",
    EventKind.RESUBMITTED: "mengirim perbaikan daftar isian",
    EventKind.WITHDRAWN: "membatalkan pendaftaran",
    EventKind.REPLIED: "menjawab",
    EventKind.DOCUMENT: "mengirim berkas",
    EventKind.ASKED: "bertanya kepada pendaftar",
    EventKind.RETURNED: "mengembalikan daftar isian untuk diperbaiki",
    EventKind.VERIFIED: "menyatakan terverifikasi, klaster",
    EventKind.SENT_BACK: "meminta verifikasi ulang",
    EventKind.DETERMINED: "menetapkan sebagai UMKM Binaan, klaster",
    EventKind.REFUSED: "menolak pendaftaran",
    EventKind.GIVEN_BACK: "tidak menerbitkan sertifikat dan mengembalikannya",
    EventKind.KLASTER_CHANGED: "memperbarui klaster menjadi",
    EventKind.AMENDED: "mengubah isian",
    EventKind.CORRECTION_ASKED: "meminta perubahan isian",
    EventKind.CORRECTION_APPLIED: "memasukkan perubahan yang diminta",
    EventKind.CORRECTION_DECLINED: "menolak perubahan yang diminta",
}


def _labels(data: Mapping[str, object]) -> str:
    fields = data.get("fields")
    return ", ".join(Field(each).label for each in fields) if isinstance(fields, list) else ""


def _decision(data: Mapping[str, object]) -> str:
    now = klaster_text(str(data["klaster"]), str(data["sub_klaster"]))
    before = klaster_text(str(data["klaster_before"]), str(data["sub_klaster_before"]))
    return now if now == before or not before else f"{now} (sebelumnya {before})"


def _count(data: Mapping[str, object], key: str) -> int:
    found = data.get(key)
    return len(found) if isinstance(found, list) else 0
