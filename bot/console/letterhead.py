"""What the papers of the console say of an office and of those who sign for it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.officers.service import Viewer, list_officers
from afk_core.offices.service import office_by_id
from afk_core.rules.dates import format_short_date
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role, role_label


async def office_head(session: AsyncSession, office_id: int) -> dict[str, str | None]:
    """The office for `letterhead` of the papers: its name, and that of the Kanwil above it."""
    office = await office_by_id(session, office_id)
    parent = None if office.parent_id is None else (await office_by_id(session, office.parent_id)).name
    return {"name": office.name, "parent": parent}


async def signers(
    session: AsyncSession, viewer: Viewer, office_id: int, day: date, *, made: str, known: str
) -> list[dict[str, str]]:
    """Who made the paper under the words `made`, and the Koordinator of the office under `known`.

    A Koordinator who made it for their own office signs alone. Where the office has none, or more than
    one, a line is left for the name.
    """
    kind = OfficeKind((await office_by_id(session, office_id)).kind)
    own = OfficeKind((await office_by_id(session, viewer.office_id)).kind)
    maker = {"place": made, "position": role_label(viewer.role, own), "name": viewer.name}
    if viewer.role is Role.KOORDINATOR and viewer.office_id == office_id:
        return [maker | {"place": format_short_date(day)}]
    heads = [
        officer.name
        for officer in await list_officers(session, {office_id})
        if officer.active and officer.role is Role.KOORDINATOR
    ]
    head = {
        "place": f"{format_short_date(day)}\n{known}",
        "position": role_label(Role.KOORDINATOR, kind),
        "name": heads[0] if len(heads) == 1 else "",
    }
    return [maker, head]
