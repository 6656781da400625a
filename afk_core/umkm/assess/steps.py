"""The questions of a self-assessment in their order, and what each of them takes. Pure.

An assessment in the making is a plain mapping of step to value. The steps are the facts of export, for an
exporter the choice whether to go on (`rinci`), and the item codes of Lampiran C.
"""

from collections.abc import Mapping
from typing import Final

from afk_core.infra.errors import DomainError
from afk_core.rules.klaster import ExportFacts
from afk_core.rules.lampiran_c import CODES, Level, item_of

YES: Final = "ya"
NO: Final = "tidak"
EVER: Final = "pernah"
WAYS: Final = ("sendiri", "pihak_lain", "rantai_pasok")
COUNTS: Final = ("jumlah", "negara")
DETAIL: Final = "rinci"
EXPORT_STEPS: Final = (EVER, *WAYS, *COUNTS)
STEPS: Final = (*EXPORT_STEPS, DETAIL, *CODES)
"""Every step that there can be, in order."""

MOST: Final = {"jumlah": 100_000, "negara": 250}
"""The highest number that is believed; 0 says that the number is not known."""

Values = Mapping[str, str]


def path(values: Values) -> tuple[str, ...]:
    """The steps that apply to who answered `values` so far.

    Exports come first; only who exported under the own name is asked how often and where to, and who
    exported may stop before the 21 items.
    """
    if values.get(EVER) != YES:
        return (EVER, *CODES)
    counts = COUNTS if values.get("sendiri") == YES else ()
    items = CODES if values.get(DETAIL) == YES else ()
    return (EVER, *WAYS, *counts, DETAIL, *items)


def next_open(values: Values, after: str | None = None) -> str | None:
    """The first step without an answer, looking from `after` on first; None when nothing is open."""
    steps = path(values)
    start = steps.index(after) + 1 if after in steps else 0
    turned = (*steps[start:], *steps[:start])
    return next((step for step in turned if step not in values), None)


def previous(values: Values, step: str) -> str | None:
    """The step before `step`; None before the first, the last one for a step that does not apply."""
    steps = path(values)
    place = steps.index(step) if step in steps else len(steps)
    return steps[place - 1] if place else None


def is_complete(values: Values) -> bool:
    """Whether every step that applies has its answer."""
    return next_open(values) is None


def options(step: str) -> tuple[str, ...]:
    """The values that a step offers; empty for a number. Raises KeyError for what is no step."""
    if step in COUNTS:
        return ()
    if step in (EVER, *WAYS, DETAIL):
        return (YES, NO)
    return tuple(level.value for level in item_of(step).levels)


def answered(values: Values, step: str, value: str) -> dict[str, str]:
    """`values` with the answer `value` to `step`; answers that no longer apply are left out.

    Raises DomainError `assess.step_unknown`, `assess.value_unknown`, `assess.number` (`most`),
    `assess.no_way` (exported, but in no way), `assess.more_countries` (more countries than exports).
    """
    if step not in path(values):
        raise DomainError("assess.step_unknown")
    value = _checked(step, value)
    changed = {**values, step: value}
    _check_together(changed)
    # Who says that they never exported after all takes back what they said of their exports.
    kept = path(changed)
    return {name: changed[name] for name in STEPS if name in kept and name in changed}


def facts_of(values: Values) -> ExportFacts:
    """The facts of export in `values`."""
    if values.get(EVER) != YES:
        return ExportFacts(pernah=False)
    own, other, chain = (values.get(way) == YES for way in WAYS)
    count, countries = (int(values.get(name, "0")) for name in COUNTS)
    return ExportFacts(True, own, other, chain, count if own else 0, countries if own else 0)


def levels_of(values: Values) -> dict[str, Level]:
    """The levels of the items that were answered."""
    return {code: Level(values[code]) for code in CODES if code in values}


def answered_items(values: Values) -> int:
    """How many of the 21 items have an answer."""
    return sum(code in values for code in CODES)


def _checked(step: str, value: str) -> str:
    if step not in COUNTS:
        if value not in options(step):
            raise DomainError("assess.value_unknown")
        return value
    most = MOST[step]
    if not (value.isascii() and value.isdecimal() and len(value) <= 7 and int(value) <= most):
        raise DomainError("assess.number", most=most)
    return str(int(value))


def _check_together(values: Values) -> None:
    if values.get(EVER) == YES and all(values.get(way) == NO for way in WAYS):
        raise DomainError("assess.no_way")
    count, countries = (int(values.get(name, "0")) for name in COUNTS)
    if 0 < count < countries:
        raise DomainError("assess.more_countries", count=count, countries=countries)
