"""The office that a conversation belongs to when nothing names another."""

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.offices.models import Office
from afk_core.offices.service import list_offices
from afk_core.rules.offices import OfficeKind


async def default_office(session: AsyncSession, code: str) -> Office:
    """The active office with `code`; without one the first that serves visitors itself (KPPBC, then KPU).

    Raises DomainError `office.not_found`.
    """
    offices = list(await list_offices(session))
    if code:
        offices = [office for office in offices if office.code == code]
    order = [OfficeKind.KPPBC, OfficeKind.KPU, OfficeKind.KANWIL]
    offices.sort(key=lambda office: order.index(OfficeKind(office.kind)))
    if not offices:
        raise DomainError("office.not_found", office_code=code)
    return offices[0]
