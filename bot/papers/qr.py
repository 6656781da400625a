"""QR codes as SVG: on papers, and on pages that offer an address to a phone."""

import io
from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Qr:
    """An address that a paper shows as a code with the same address in words below it."""

    address: str


def qr_inline(address: str) -> str:
    """The code of `address` as an SVG element for a page, which gives it its size."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, light="#fff")


def qr_svg(address: str) -> str:
    """The code of `address` as an SVG document of its own, one unit a module, with a quiet zone.

    The same address gives the same text. Error correction M or better: it survives a bad print.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, svgclass=None, lineclass=None)
    return out.getvalue().decode()
