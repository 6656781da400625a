"""Taking UMKM into the register from the lines of a file: every line is checked before any is written.

A line is a daftar isian that was signed on paper: it becomes a registration that waits for verification.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.audit import record_audit
from afk_core.officers.officer import Viewer
from afk_core.offices.models import Office
from afk_core.offices.service import lock_office, office_by_id
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import FieldError, Served, areas_named
from afk_core.rules.roles import Act
from afk_core.umkm import store as umkm_rows
from afk_core.umkm.fields import fingerprints_of, tidy
from afk_core.umkm.registration import DATA_KEYS, NewRegistration
from afk_core.umkm.service.filing import submit

CONSENT: Final = "persetujuan"
"""The key of the day on which the paper was signed."""

COLUMNS: Final = (*DATA_KEYS, CONSENT)
CHANNEL: Final = "berkas"
MOST_LINES: Final = 500
_OPTIONAL: Final = frozenset({"npwp", "nik", "nib", "kecamatan", "sub_klaster"})
_DAY_FORMS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


class Line(Struct, frozen=True):
    """One line of a file: its number there, and what stands in it by `COLUMNS`."""

    number: int
    values: Mapping[str, str]


class Fault(Struct, frozen=True):
    """Why a line cannot be taken: the column, a code, and what else its sentence names."""

    line: int
    key: str
    code: str
    other: str = ""


class Sound(Struct, frozen=True):
    """A line without fault, ready to be filed."""

    line: int
    data: Mapping[str, str]
    consented_on: date


class Judged(Struct, frozen=True):
    """All lines of a file, each either sound or with its faults in order."""

    sound: tuple[Sound, ...]
    faults: tuple[Fault, ...]


async def judge(session: AsyncSession, now: datetime, viewer: Viewer, lines: Sequence[Line]) -> Judged:
    """Look at every line as it would be filed in the viewer's office; nothing is written.

    Raises DomainError `umkm.not_permitted`.
    """
    office = await _office(session, viewer)
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    sound: list[Sound] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        data, signed, found = _read(line, office, today)
        if data:
            found += _twice(line, data, seen) + await _known(session, line, data, office.id)
        faults += found
        if not found and signed is not None:
            sound.append(Sound(line.number, data, signed))
    return Judged(tuple(sound), tuple(faults))


async def take_in(session: AsyncSession, now: datetime, viewer: Viewer, lines: Sequence[Line]) -> int:
    """File every line under the next numbers of the office, all or none; how many they are.

    Raises DomainError `umkm.not_permitted`, and `umkm.import_changed` when a line that was sound no longer
    is, because the register or the day has changed.
    """
    office = await _office(session, viewer)
    # Two who send the same file at once would not see each other's lines.
    await lock_office(session, office.id)
    judged = await judge(session, now, viewer, lines)
    if judged.faults or not judged.sound:
        raise DomainError("umkm.import_changed")
    for each in judged.sound:
        new = NewRegistration(
            office_id=office.id,
            conversation_id=None,
            channel=CHANNEL,
            data=each.data,
            consented_at=datetime.combine(each.consented_on, time(), ZoneInfo(office.time_zone)).astimezone(
                UTC
            ),
            officer_id=viewer.officer_id,
        )
        await submit(session, now, new)
    await record_audit(
        session,
        now,
        action="umkm.imported",
        subject=f"office:{office.code}",
        officer_id=viewer.officer_id,
        office_id=office.id,
        detail={"rows": len(judged.sound)},
    )
    return len(judged.sound)


def _read(line: Line, office: Office, today: date) -> tuple[dict[str, str], date | None, list[Fault]]:
    """The fields as they are stored, the day of the signature, and every fault; empty fields with faults."""
    data: dict[str, str] = {}
    faults: list[Fault] = []
    for key in DATA_KEYS:
        raw = _code(key, line.values.get(key, "").strip())
        if not raw and key in _OPTIONAL:
            data[key] = ""
            continue
        try:
            data[key] = _area(raw, office, today) if key == "kabupaten" else tidy(key, raw, today)
        except FieldError as error:
            # "empty" for every kind of field: an empty cell says nothing about digits.
            faults.append(Fault(line.number, key, error.code if raw else "empty"))
    tried = {fault.key for fault in faults}
    if not data.get("npwp") and not data.get("nik") and not tried & {"npwp", "nik"}:
        faults.append(Fault(line.number, "npwp", "no_identity"))
    if not tried & {"klaster", "sub_klaster"} and _telah(data) != bool(data["sub_klaster"]):
        faults.append(Fault(line.number, "sub_klaster", "sub_klaster"))
    signed, fault = _day(line, today)
    faults += [fault] if fault else []
    return ({} if len(data) < len(DATA_KEYS) else data), signed, faults


def _telah(data: Mapping[str, str]) -> bool:
    return data["klaster"] == Klaster.TELAH.value


def _area(raw: str, office: Office, today: date) -> str:
    """The kabupaten as the office writes it; any other as it stands, for the agent to see."""
    names = areas_named(raw, [Served(office.id, office.served_areas)])
    return names[0] if len(names) == 1 else tidy("kabupaten", raw, today)


def _code(key: str, raw: str) -> str:
    """The stored code where somebody wrote the official name."""
    names: dict[str, str] = {}
    if key == "klaster":
        names = {name.casefold(): each.value for each in Klaster for name in (each.short, each.label)}
    elif key == "sub_klaster":
        names = {name.casefold(): each.value for each in SubKlaster for name in (each.short, each.label)}
    return names.get(raw.casefold(), raw)


def _day(line: Line, today: date) -> tuple[date | None, Fault | None]:
    raw = line.values.get(CONSENT, "").strip()
    if not raw:
        return None, Fault(line.number, CONSENT, "empty")
    for form in _DAY_FORMS:
        try:
            found = datetime.strptime(raw, form).date()  # noqa: DTZ007 (a day, no instant)
        except ValueError:
            continue
        if found > today:
            return None, Fault(line.number, CONSENT, "day_ahead")
        return (found, None) if found.year >= 2000 else (None, Fault(line.number, CONSENT, "day"))
    return None, Fault(line.number, CONSENT, "day")


def _twice(line: Line, data: Mapping[str, str], seen: dict[tuple[str, str], int]) -> list[Fault]:
    """The same NPWP, NIK or NIB further up in the file."""
    faults = []
    for kind, value in fingerprints_of(data).items():
        first = seen.setdefault((kind, value), line.number)
        if first != line.number:
            faults.append(Fault(line.number, _key_of(kind, data), "twice", str(first)))
    return faults


async def _known(session: AsyncSession, line: Line, data: Mapping[str, str], office_id: int) -> list[Fault]:
    """The same NPWP, NIK or NIB in the register of this office; in others it is for the agent to see."""
    faults = []
    for kind, value in fingerprints_of(data).items():
        ids = await umkm_rows.with_fingerprint(session, kind, value)
        for umkm, _office_of, registration in (await umkm_rows.latest_registrations(session, ids)).values():
            if umkm.office_id == office_id:
                number = registration.number if registration else umkm.name
                faults.append(Fault(line.number, _key_of(kind, data), "known", number))
                break
    return faults


def _key_of(kind: str, data: Mapping[str, str]) -> str:
    if kind == "nib":
        return "nib"
    return "npwp" if data.get("npwp") else "nik"


async def _office(session: AsyncSession, viewer: Viewer) -> Office:
    if not viewer.can(Act.EDIT_UMKM):
        raise DomainError("umkm.not_permitted")
    return await office_by_id(session, viewer.office_id)
