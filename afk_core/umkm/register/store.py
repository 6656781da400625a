"""All SQL of the register as a whole."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.crypto import cipher
from afk_core.offices.models import Office
from afk_core.umkm.models import Umkm, UmkmCertificate, UmkmEvent, UmkmFingerprint, UmkmRegistration
from afk_core.umkm.register.listing import UNDECIDED, Order, RegisterQuery
from afk_core.umkm.registration import EventAudience

Found = tuple[Umkm, Office, UmkmRegistration | None, str | None, Any]
"""A business, its office, its newest registration, the certificate in force, the last contact."""

_OfUmkm = UmkmCertificate | UmkmFingerprint | UmkmRegistration
_KINDS: Final = {13: ("nib",), 15: ("identity",), 16: ("identity",)}
_NPWP_DIGITS: Final = 16


async def page(
    session: AsyncSession, office_ids: Collection[int], wanted: RegisterQuery, *, offset: int, limit: int
) -> Sequence[Found]:
    """Businesses that fit, in the order asked for."""
    contact = _last_contact()
    newest = _newest_registration()
    query = (
        select(Umkm, Office, UmkmRegistration, _certificate_number(), contact)
        .join(Office, Office.id == Umkm.office_id)
        .outerjoin(UmkmRegistration, UmkmRegistration.id == newest)
        .where(*_conditions(office_ids, wanted))
        .order_by(*_order(wanted.order, contact))
        .offset(offset)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]


async def count(session: AsyncSession, office_ids: Collection[int], wanted: RegisterQuery) -> int:
    """How many businesses fit."""
    query = select(func.count()).select_from(Umkm).where(*_conditions(office_ids, wanted))
    return (await session.execute(query)).scalar_one()


async def one(session: AsyncSession, umkm_id: int) -> Found | None:
    """One business with what the list says of it."""
    query = (
        select(Umkm, Office, UmkmRegistration, _certificate_number(), _last_contact())
        .join(Office, Office.id == Umkm.office_id)
        .outerjoin(UmkmRegistration, UmkmRegistration.id == _newest_registration())
        .where(Umkm.id == umkm_id)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


async def registrations(session: AsyncSession, umkm_id: int) -> Sequence[UmkmRegistration]:
    """The registrations of a business, the newest first."""
    query = select(UmkmRegistration).where(UmkmRegistration.umkm_id == umkm_id)
    return (await session.scalars(query.order_by(UmkmRegistration.id.desc()))).all()


async def issued_at(session: AsyncSession, umkm_id: int) -> dict[int, tuple[int, datetime]]:
    """Registration and instant of each certificate of a business, by its id."""
    query = select(UmkmCertificate.id, UmkmCertificate.registration_id, UmkmCertificate.issued_at)
    rows = await session.execute(query.where(UmkmCertificate.umkm_id == umkm_id))
    return {row[0]: (row[1], row[2]) for row in rows}


async def values(session: AsyncSession, office_ids: Collection[int], column: str) -> Sequence[str]:
    """The different values of `kabupaten` or `kategori` in these offices, in order."""
    wanted = {"kabupaten": Umkm.kabupaten, "kategori": Umkm.kategori}[column]
    query = select(wanted).where(Umkm.office_id.in_(office_ids)).distinct().order_by(wanted)
    return (await session.scalars(query)).all()


async def offices(session: AsyncSession, office_ids: Collection[int]) -> Sequence[Office]:
    """These offices by name."""
    query = select(Office).where(Office.id.in_(office_ids)).order_by(Office.name)
    return (await session.scalars(query)).all()


def _conditions(office_ids: Collection[int], wanted: RegisterQuery) -> list[ColumnElement[bool]]:
    chosen = set(office_ids) & {wanted.office_id} if wanted.office_id is not None else set(office_ids)
    found: list[ColumnElement[bool]] = [Umkm.office_id.in_(chosen)]
    if wanted.words:
        found.append(_holds(wanted.words))
    if wanted.klaster:
        found.append(Umkm.klaster == ("" if wanted.klaster == UNDECIDED else wanted.klaster))
    if wanted.kabupaten:
        found.append(Umkm.kabupaten == wanted.kabupaten)
    if wanted.kategori:
        found.append(Umkm.kategori == wanted.kategori)
    if wanted.contact_since is not None:
        found.append(_last_contact() >= wanted.contact_since)
    if wanted.contact_before is not None:
        found.append(_last_contact() < wanted.contact_before)
    if wanted.binaan is not None:
        held = _beside(UmkmCertificate, *_in_force())
        found.append(held if wanted.binaan else ~held)
    return found


def _holds(words: str) -> ColumnElement[bool]:
    low = words.lower()
    digits = "".join(each for each in words if each.isascii() and each.isdigit())
    ways: list[ColumnElement[bool]] = [
        func.lower(Umkm.name).contains(low, autoescape=True),
        _beside(UmkmRegistration, func.lower(UmkmRegistration.number) == low),
        _beside(UmkmCertificate, func.lower(UmkmCertificate.number) == low),
    ]
    for kind in _KINDS.get(len(digits), ()):
        number = digits.rjust(_NPWP_DIGITS, "0") if kind == "identity" else digits
        value = cipher().fingerprint(f"umkm-{kind}", number)
        ways.append(_beside(UmkmFingerprint, UmkmFingerprint.kind == kind, UmkmFingerprint.value == value))
    return or_(*ways)


def _beside(table: type[_OfUmkm], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the business has such a row; the outer query may name the same table for another purpose."""
    return select(table.umkm_id).where(table.umkm_id == Umkm.id, *conditions).correlate(Umkm).exists()


def _order(order: Order, contact: ColumnElement[Any]) -> tuple[Any, ...]:
    by: dict[Order, tuple[Any, ...]] = {
        Order.NAME: (func.lower(Umkm.name),),
        Order.CONTACT: (contact.desc(),),
        Order.LONGEST: (contact,),
        Order.KABUPATEN: (Umkm.kabupaten, func.lower(Umkm.name)),
        Order.KLASTER: (_rank(), func.lower(Umkm.name)),
        Order.NEWEST: (Umkm.created_at.desc(),),
    }
    return (*by[order], Umkm.id)


def _rank() -> ColumnElement[int]:
    """Telah Ekspor first, undecided last."""
    places = {"telah-ekspor": 0, "siap-ekspor": 1, "potensi-ekspor": 2}
    return case(places, value=Umkm.klaster, else_=3)


def _last_contact() -> ColumnElement[Any]:
    """The newest of: what was recorded with the business, and each step that its person saw or took."""
    told: Any = (
        select(func.max(UmkmEvent.at))
        .join(UmkmRegistration, UmkmRegistration.id == UmkmEvent.registration_id)
        .where(UmkmRegistration.umkm_id == Umkm.id, UmkmEvent.audience == EventAudience.USER.value)
        .correlate(Umkm)
        .scalar_subquery()
    )
    return case((and_(told.is_not(None), told > Umkm.last_contact_at), told), else_=Umkm.last_contact_at)


def _newest_registration() -> Any:
    newest: Select[Any] = select(func.max(UmkmRegistration.id)).where(UmkmRegistration.umkm_id == Umkm.id)
    return newest.correlate(Umkm).scalar_subquery()


def _certificate_number() -> Any:
    query = select(func.max(UmkmCertificate.number)).where(UmkmCertificate.umkm_id == Umkm.id, *_in_force())
    return query.correlate(Umkm).scalar_subquery()


def _in_force() -> tuple[ColumnElement[bool], ...]:
    later = UmkmCertificate.__table__.alias("later")
    replaced = exists().where(later.c.replaces_id == UmkmCertificate.id)
    return UmkmCertificate.revoked_at.is_(None), ~replaced
