"""PURE: the way through the daftar isian, the same for chat and web page.

An answered step stands in the data of the draft, also as an empty text ("belum ada"). What is only
suggested (from the contact, the assessment, an earlier form) stands under `suggested(step)`, until the
person takes it over. Keys that begin with "_" belong to the draft, not to the form.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.registration import KATEGORI, FieldError, Served, areas_named, office_serving, tidy_words
from afk_core.umkm.fields import tidy
from afk_core.umkm.registration import DATA_KEYS

STEPS: Final = (
    "nama",
    "npwp",
    "nik",
    "nib",
    "kabupaten",
    "kecamatan",
    "alamat",
    "pemilik",
    "telepon",
    "email",
    "klaster",
    "sub_klaster",
    "kategori",
    "produksi",
)
"""In the order in which they are asked."""

MAY_LACK: Final = ("npwp", "nib")
"""Steps that can be answered with "belum ada"."""

REGISTRATION: Final = "_registration"
"""The id of the returned registration that a draft mends."""

ASSESSMENT: Final = "_assessment"
"""The id of the assessment that suggested the klaster."""

_SUGGESTED: Final = "~"
_KINDS_OF_AREA: Final = ("kabupaten ", "kota ")


def suggested(step: str) -> str:
    """The key under which a suggestion for a step is kept."""
    return f"{_SUGGESTED}{step}"


def path(data: Mapping[str, str]) -> tuple[str, ...]:
    """The steps of this form: NIK only without NPWP, sub-klaster only for Telah Ekspor."""
    left_out = set()
    if data.get("npwp") or "npwp" not in data:
        left_out.add("nik")
    if data.get("klaster") != Klaster.TELAH.value:
        left_out.add("sub_klaster")
    return tuple(step for step in STEPS if step not in left_out)


def next_open(data: Mapping[str, str]) -> str | None:
    """The first step without an answer; None when all are answered."""
    return next((step for step in path(data) if step not in data), None)


def previous(data: Mapping[str, str], step: str) -> str | None:
    """The step before; None at the first."""
    steps = path(data)
    place = steps.index(step) if step in steps else len(steps)
    return steps[place - 1] if place else None


def progress(data: Mapping[str, str], step: str) -> tuple[int, int]:
    """Which of how many steps this is, counted from 1."""
    steps = path(data)
    return (steps.index(step) + 1 if step in steps else len(steps), len(steps))


def answered(data: Mapping[str, str]) -> int:
    """How many steps have an answer."""
    return sum(step in data for step in path(data))


def options(step: str) -> tuple[str, ...]:
    """The values that are offered for a step; other words are taken for the kategori only."""
    match step:
        case "klaster":
            return tuple(klaster.value for klaster in Klaster)
        case "sub_klaster":
            return tuple(kind.value for kind in SubKlaster)
        case "kategori":
            return KATEGORI
        case _:
            return ()


def current(data: Mapping[str, str], step: str) -> str:
    """What stands in a step or is suggested for it; empty for neither."""
    return data.get(step) or data.get(suggested(step), "")


def take(
    data: Mapping[str, str], step: str, text: str, on: date, offices: Sequence[Served]
) -> dict[str, str]:
    """The data with the answer to a step.

    Raises `FieldError`; besides those of the fields "area_many" and "area_unknown".
    """
    value = _kabupaten(text, offices) if step == "kabupaten" else tidy(step, text, on)
    if step == "npwp":
        return _with(data, npwp=value, nik="")
    if step == "klaster" and value != Klaster.TELAH.value:
        return _with(data, klaster=value, sub_klaster="")
    if step == "klaster":
        return _without(_with(data, klaster=value), "" if data.get("sub_klaster") else "sub_klaster")
    return _with(data, **{step: value})


def take_none(data: Mapping[str, str], step: str) -> dict[str, str]:
    """The data with "belum ada" for a step of `MAY_LACK`; raises `FieldError` "empty" for another."""
    if step not in MAY_LACK:
        raise FieldError("empty")
    if step == "npwp":
        return _without(_with(data, npwp=""), "" if data.get("nik") else "nik")
    return _with(data, **{step: ""})


def prefilled(values: Mapping[str, str]) -> dict[str, str]:
    """A new draft in which these values are suggested."""
    return {suggested(step): value for step, value in values.items() if step in STEPS and value}


def mending(data: Mapping[str, str], wrong: Iterable[str], registration_id: int) -> dict[str, str]:
    """The draft that mends a returned form: the `wrong` keys are asked again, the rest stands."""
    asked = set(wrong)
    kept = {key: value for key, value in data.items() if key in DATA_KEYS and key not in asked}
    again = {suggested(key): data[key] for key in asked if data.get(key)}
    return kept | again | {REGISTRATION: str(registration_id)}


def form_data(data: Mapping[str, str]) -> dict[str, str]:
    """What is sent: the fields alone."""
    return {key: data.get(key, "") for key in DATA_KEYS}


def office_of(data: Mapping[str, str], offices: Sequence[Served], otherwise: int) -> tuple[int, bool]:
    """The office that the address chooses, and whether it is one that serves it."""
    found = office_serving(data.get("kabupaten", ""), data.get("kecamatan", ""), offices)
    return (otherwise, False) if found is None else (found, True)


def _kabupaten(text: str, offices: Sequence[Served]) -> str:
    words = tidy_words("kabupaten", text)
    names = areas_named(words, offices)
    if len(names) > 1:
        raise FieldError("area_many")
    if names:
        return names[0]
    # Where no office of this service works, the person says themselves which of the two it is.
    for kind in _KINDS_OF_AREA:
        if words.casefold().startswith(kind) and len(words) > len(kind) + 1:
            return kind.capitalize() + words[len(kind) :].title()
    raise FieldError("area_unknown")


def _with(data: Mapping[str, str], **values: str) -> dict[str, str]:
    taken = {suggested(key) for key in values}
    return {key: value for key, value in data.items() if key not in taken} | values


def _without(data: Mapping[str, str], step: str) -> dict[str, str]:
    return {key: value for key, value in data.items() if key != step}
