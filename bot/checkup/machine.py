"""What the machine must give: a folder and a key that only the service reads, room on the disk, the time."""

import http.client
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from afk_core.infra.database import sqlite_file
from afk_core.infra.errors import DomainError
from afk_core.infra.keys import key_file, key_ring, others_file
from afk_core.infra.settings import Settings
from bot.checkup.finding import Finding, Weight
from bot.problems import problem_text
from bot.program_texts import program_text

_FOLDER, _KEY, _DISK, _CLOCK, _PUBLIC = "Folder data", "Kunci", "Diska", "Jam", "Alamat publik"
_BAD_BYTES: Final = 200 * 2**20
_LOW_SHARE: Final = 0.1
_LOW_BYTES: Final = 2 * 2**30
_SKEW_SECONDS: Final = 30.0
_REPLY_SECONDS: Final = 10.0


def look_at_folder(settings: Settings) -> Iterator[Finding]:
    """The data folder, the key in it, and the room on its disk."""
    folder = settings.data_dir
    if folder.exists() and not folder.is_dir():
        yield Finding(_FOLDER, Weight.BAD, program_text("check_folder_is_file", path=folder))
        return
    yield _folder(settings)
    yield _key(settings)
    yield _disk(next(each for each in (folder, *folder.absolute().parents) if each.exists()))


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding(_FOLDER, Weight.MIND, program_text("check_folder_absent", path=folder))
    database = sqlite_file(settings.sqlalchemy_url)
    exposed = database is not None and database.exists() and _others_may(database, write=False)
    if _others_may(folder, write=True) or (exposed and _others_may(folder, write=False)):
        return Finding(_FOLDER, Weight.MIND, program_text("check_folder_open", path=folder))
    return Finding(_FOLDER)


def _key(settings: Settings) -> Finding:
    file = key_file(settings)
    if settings.secret_key is None and not file.exists():
        return Finding(_KEY, Weight.MIND, program_text("check_key_absent", path=file))
    try:
        key_ring(settings)
    except DomainError as error:
        return Finding(_KEY, Weight.BAD, problem_text(error))
    if settings.secret_key is None:
        for path in (file, others_file(settings)):
            if path.exists() and _others_may(path, write=False):
                return Finding(_KEY, Weight.BAD, program_text("check_key_open", path=path))
    return Finding(_KEY)


def _disk(place: Path) -> Finding:
    usage = shutil.disk_usage(place)
    free = program_text("check_disk", free=f"{usage.free / 2**30:.1f}".replace(".", ","), path=place)
    if usage.free < _BAD_BYTES:
        return Finding(_DISK, Weight.BAD, free)
    if usage.free < min(_LOW_BYTES, usage.total * _LOW_SHARE):
        return Finding(_DISK, Weight.MIND, free)
    return Finding(_DISK)


def compare_clock(now: datetime, other: datetime, whose: str) -> Finding:
    """Whether this machine's clock agrees with another; `whose` names that one."""
    apart = (now - other).total_seconds()
    if abs(apart) <= _SKEW_SECONDS:
        return Finding(_CLOCK)
    side = program_text("check_clock_ahead" if apart > 0 else "check_clock_behind")
    return Finding(
        _CLOCK, Weight.BAD, program_text("check_clock", seconds=round(abs(apart)), side=side, whose=whose)
    )


def look_at_future(now: datetime, newest: datetime) -> Finding | None:
    """What the newest row says of the clock: a row from the future was written under a wrong one."""
    if (newest - now).total_seconds() <= _SKEW_SECONDS:
        return None
    return Finding(
        _CLOCK, Weight.BAD, program_text("check_clock_back", newest=f"{newest:%Y-%m-%d %H:%M} UTC")
    )


def time_at(address: str) -> datetime | None:
    """The time by the `Date` of whoever answers at `address`; None without an answer."""
    answer = _ask(address, "/")
    try:
        return parsedate_to_datetime(answer[1]).astimezone(UTC) if answer else None
    except (TypeError, ValueError):
        return None


def look_at_public_address(public_url: str) -> Finding:
    """Whether people reach this service under the address that the settings name."""
    answer = _ask(public_url, "/healthz")
    if answer is None:
        return Finding(_PUBLIC, Weight.MIND, program_text("check_public_away", url=public_url))
    if answer[0] != http.client.OK:
        sentence = program_text("check_public_odd", url=public_url, status=answer[0])
        return Finding(_PUBLIC, Weight.BAD, sentence)
    if not public_url.startswith("https://"):
        return Finding(_PUBLIC, Weight.MIND, program_text("check_public_plain", url=public_url))
    return Finding(_PUBLIC)


def _ask(address: str, path: str) -> tuple[int, str] | None:
    """Status and `Date` of one small request."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=_REPLY_SECONDS)
        try:
            connection.request("GET", parts.path.rstrip("/") + path)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Date", "")
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None


def _others_may(path: Path, *, write: bool) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWOTH if write else stat.S_IROTH | stat.S_IWOTH))
