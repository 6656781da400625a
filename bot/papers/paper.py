"""From a template and plain data to the bytes of a paper."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.papers.glyphs import printable
from bot.papers.qr import Qr, qr_svg

if TYPE_CHECKING:
    from typst import Fonts

Form = Literal["pdf", "png", "svg"]

_FOLDER: Final = Path(__file__).parent / "templates"
_SHARED: Final = "kop"
_STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
"""Archive form with structure, and the form for screen readers."""
_PICTURE_DPI: Final = 144


async def render(
    template: str, data: Mapping[str, object], *, dated: datetime, form: Form = "pdf", page: int = 1
) -> bytes:
    """The paper `template` (a name of `templates()`) filled with `data`, made in a worker thread.

    `data` holds strings, numbers, None, lists and mappings of them, and `Qr`; what stands in a string is
    shown as text, never read as markup. Dates and numbers come in as words (`afk_core.rules.dates`,
    `bot.console.figures`). `dated` is the date of the document: the same data and date give the same bytes.
    As picture ("png", "svg") it is the one `page`.
    """
    return await asyncio.to_thread(_render, template, data, dated, form, page)


async def page_count(template: str, data: Mapping[str, object], *, dated: datetime) -> int:
    """How many pages `render` gives."""
    return len(await asyncio.to_thread(_pages, template, data, dated, "svg"))


def templates() -> tuple[str, ...]:
    """The names of all papers, without the shared parts."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.typ") if path.stem != _SHARED))


def _render(template: str, data: Mapping[str, object], dated: datetime, form: Form, page: int) -> bytes:
    return _pages(template, data, dated, form)[page - 1]


def _pages(template: str, data: Mapping[str, object], dated: datetime, form: Form) -> list[bytes]:
    if template not in templates():
        raise LookupError(f"no paper is called {template!r}")
    # Loaded with the first paper: its program is 7 MB that many a process never needs.
    import typst

    try:
        return _compile(template, data, dated, form, strict=False)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compile(template, data, dated, form, strict=True)


def _compile(
    template: str, data: Mapping[str, object], dated: datetime, form: Form, *, strict: bool
) -> list[bytes]:
    import typst

    made = typst.compile(
        str(_FOLDER / f"{template}.typ"),
        root=str(_FOLDER),
        font_paths=_fonts(),
        format=form,
        ppi=_PICTURE_DPI if form == "png" else None,
        sys_inputs={"data": json.dumps(_plain(data, strict=strict), ensure_ascii=False)},
        pdf_standards=list(_STANDARDS) if form == "pdf" else [],
        timestamp=dated.astimezone(UTC).replace(microsecond=0),
    )
    return made if isinstance(made, list) else [made]


@cache
def _fonts() -> "Fonts":
    """The fonts inside typst only, so that every machine gives the same paper."""
    import typst

    return typst.Fonts(include_system_fonts=False)


def _plain(value: object, *, strict: bool) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return printable(value, strict=strict)
    if isinstance(value, Qr):
        return {"svg": qr_svg(value.address), "address": value.address}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, strict=strict) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item, strict=strict) for item in value]
    raise TypeError(f"a paper cannot show {type(value).__name__}")
