"""What a new installation starts with: the offices of `offices.toml` and the holidays of the library."""

import tomllib
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from afk_core.infra.memory import Facts, recall
from afk_core.offices.draft import OfficeDraft
from afk_core.rules.offices import Area, HolidayCategory, OfficeKind
from afk_core.rules.workdays import make_hours

_MEMORY: Final = Path(__file__).parent / "__pycache__"
_ESTIMATED: Final = "(perkiraan)"
_LIBRARY_CATEGORIES: Final = (
    # A day of both categories is a national holiday: the later entry wins.
    ("government", HolidayCategory.CUTI_BERSAMA),
    ("public", HolidayCategory.NASIONAL),
)


class SeedHoliday(Struct, frozen=True):
    """A holiday that the library names; `estimated` where the decree may still set another date."""

    day: date
    name: str
    category: HolidayCategory
    estimated: bool


def seed_offices_from_file() -> tuple[OfficeDraft, ...]:
    """The offices of `afk_core/data/offices.toml`, in its order: a Kanwil stands before its KPPBC."""
    text = files("afk_core.data").joinpath("offices.toml").read_text(encoding="utf-8")
    return tuple(_office(entry) for entry in tomllib.loads(text)["offices"])


@lru_cache(maxsize=4)
def seed_holidays(first_year: int, last_year: int) -> tuple[SeedHoliday, ...]:
    """National holidays and cuti bersama of Indonesia from the first to the last year, by date.

    Asked of the library once for its version: it loads the countries of the world, 0.15 s and 13 MB.
    """
    given = f"{first_year} {last_year} {holiday_source()}\n".encode() + Path(__file__).read_bytes()
    known = recall("holidays", given, lambda: _library_holidays(first_year, last_year), _MEMORY)
    return tuple(
        SeedHoliday(date.fromisoformat(day), name, HolidayCategory(category), estimated)
        for day, (name, category, estimated) in sorted(known.items())
    )


def holiday_source() -> str:
    """Where seeded holidays come from, as kept with each."""
    return f"holidays {version('holidays')}"


def _library_holidays(first_year: int, last_year: int) -> Facts:
    """Name, category and whether it is estimated, by day."""
    from holidays import country_holidays

    found: dict[str, tuple[str, str, bool]] = {}
    for library_category, category in _LIBRARY_CATEGORIES:
        named = country_holidays(
            "ID",
            years=range(first_year, last_year + 1),
            categories=(library_category,),
            language="id",
        )
        for day, name in named.items():
            plain = " ".join(name.replace(_ESTIMATED, "").split())
            found[day.isoformat()] = (plain, category.value, _ESTIMATED in name)
    return found


def _office(entry: dict[str, Any]) -> OfficeDraft:
    hours = make_hours(_times(entry["hours"]))
    return OfficeDraft(
        code=entry["code"],
        name=entry["name"],
        kind=OfficeKind(entry["kind"]),
        parent_code=entry.get("parent"),
        time_zone=entry["time_zone"],
        areas=tuple(Area(area["name"], tuple(area.get("kecamatan", ()))) for area in entry["areas"]),
        weekly=dict.fromkeys(entry["weekdays"], hours),
    )


def _times(pairs: list[list[str]]) -> Iterator[tuple[time, time]]:
    for start, end in pairs:
        yield time.fromisoformat(start), time.fromisoformat(end)
