"""QR codes as SVG: on papers, and on pages that offer an address to a phone."""

import io
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from segno import QRCode


class Qr(Struct, frozen=True):
    """An address that a paper shows as a code with the same address in words below it."""

    address: str


def qr_inline(address: str) -> str:
    """The code of `address` as an SVG element for a page, which gives it its size."""
    return _code(address).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, light="#fff")


def qr_svg(address: str) -> str:
    """The code of `address` as an SVG document of its own, one unit a module, with a quiet zone.

    The same address gives the same text. Error correction M or better: it survives a bad print.
    """
    out = io.BytesIO()
    _code(address).save(out, kind="svg", border=4, svgclass=None, lineclass=None)
    return out.getvalue().decode()


def _code(address: str) -> "QRCode":
    # Loaded with the first code that is drawn, as typst with the first paper.
    import segno

    return segno.make(address, error="m", micro=False)
