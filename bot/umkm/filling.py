"""Filling in the daftar isian, for every face: what is suggested, where it goes, and how it is sent."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices, office_by_id
from afk_core.phones import valid_number
from afk_core.rules.klaster import Klaster
from afk_core.rules.registration import Served
from afk_core.rules.umkm_lifecycle import RegistrationStatus, nib_may_lack
from afk_core.umkm import service as umkm
from afk_core.umkm import steps
from afk_core.umkm.assess.service import latest_result
from afk_core.umkm.registration import KEYS_OF, DraftView, NewRegistration, RegistrationChange
from bot.conversation.models import Conversation
from bot.conversation.store import contact_of


class Destination(Struct, frozen=True):
    """The office that a form goes to; `serves` is False where it is not the one of the address."""

    office: Office
    serves: bool

    @property
    def tz(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.office.time_zone)


async def served_areas(session: AsyncSession) -> list[Served]:
    """What every active office serves."""
    return [Served(office.id, office.served_areas) for office in await list_offices(session)]


async def served_names(session: AsyncSession) -> list[str]:
    """Every kabupaten and kota that an active office serves, in order."""
    return sorted({area.name for office in await served_areas(session) for area in office.areas})


async def destination(session: AsyncSession, data: Mapping[str, str], otherwise: Office) -> Destination:
    """The office of the address, or `otherwise`."""
    office_id, serves = steps.office_of(data, await served_areas(session), otherwise.id)
    return Destination(await office_by_id(session, office_id), serves)


async def first_suggestions(session: AsyncSession, conversation_id: int) -> dict[str, str]:
    """A new draft with what is known of the person already: contact and last assessment."""
    values, kept = {}, {}
    contact = await contact_of(session, conversation_id)
    if contact is not None:
        values = {"pemilik": contact.name}
        values["nama"] = contact.business if contact.business_kind == "umkm" else ""
        reach = contact.reach if _reaches(contact.reach) else ""
        values["email" if "@" in reach else "telepon"] = reach
    result = await latest_result(session, conversation_id)
    if result is not None:
        values["klaster"] = result.klaster.value
        values["sub_klaster"] = result.sub_klaster.value if result.sub_klaster else ""
        kept[steps.ASSESSMENT] = str(result.id)
    return steps.prefilled(values) | kept


async def begin(
    session: AsyncSession, now: datetime, conversation_id: int, data: Mapping[str, str]
) -> DraftView:
    """Start a draft after consent, which is `now`."""
    step = steps.next_open(data) or ""
    await umkm.save_draft(session, now, conversation_id, step, data, now)
    return DraftView(step, data, now, now)


async def answer(
    session: AsyncSession, now: datetime, conversation_id: int, draft: DraftView, step: str, text: str
) -> DraftView:
    """The draft with an answer; raises `FieldError`. The day is that of the whole country's west."""
    data = steps.take(draft.data, step, text, _today(now), await served_areas(session))
    return await _keep(session, now, conversation_id, draft, data)


async def answer_none(
    session: AsyncSession, now: datetime, conversation_id: int, draft: DraftView, step: str
) -> DraftView:
    """The draft with "belum ada"; raises `FieldError`."""
    return await _keep(session, now, conversation_id, draft, steps.take_none(draft.data, step))


async def send(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    draft: DraftView,
    otherwise: Office,
) -> RegistrationChange:
    """Send the form, or the mended one again; raises DomainError as `submit` and `resubmit`."""
    if steps.next_open(draft.data) is not None:
        raise DomainError("umkm.incomplete")
    goes_to = (await destination(session, draft.data, otherwise)).office
    fields = steps.form_data(draft.data)
    mended = draft.data.get(steps.REGISTRATION)
    if mended:
        return await umkm.resubmit(session, now, conversation.id, int(mended), fields, goes_to.id)
    assessment = draft.data.get(steps.ASSESSMENT)
    new = NewRegistration(
        office_id=goes_to.id,
        conversation_id=conversation.id,
        channel=conversation.channel,
        data=fields,
        consented_at=draft.consented_at,
        assessment_id=int(assessment) if assessment else None,
    )
    return await umkm.submit(session, now, new)


async def mend(session: AsyncSession, now: datetime, conversation_id: int, registration_id: int) -> DraftView:
    """A draft that mends a returned form: the lines that were wrong are asked again.

    Raises DomainError `umkm.not_found`, `umkm.step_forbidden`.
    """
    own = await umkm.own_registration(session, conversation_id, registration_id)
    if own.status is not RegistrationStatus.RETURNED:
        raise DomainError("umkm.step_forbidden", status=own.status.label)
    wrong = [key for field, _note in own.wrong for key in KEYS_OF[field]]
    data = steps.mending(own.data, wrong, own.id)
    step = steps.next_open(data) or ""
    await umkm.save_draft(session, now, conversation_id, step, data, own.submitted_at)
    return DraftView(step, data, own.submitted_at, now)


def lacks_nib(data: Mapping[str, str]) -> Klaster | None:
    """The klaster asked for, if it needs a NIB that is not there."""
    klaster = Klaster(data["klaster"]) if data.get("klaster") else None
    if klaster is None or data.get("nib") or nib_may_lack(klaster):
        return None
    return klaster


async def _keep(
    session: AsyncSession, now: datetime, conversation_id: int, draft: DraftView, data: dict[str, str]
) -> DraftView:
    step = steps.next_open(data) or ""
    await umkm.save_draft(session, now, conversation_id, step, data, draft.consented_at)
    return DraftView(step, data, draft.consented_at, now)


def _reaches(reach: str) -> bool:
    return "@" in reach or valid_number(reach) is not None


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo("Asia/Jakarta")).date()
