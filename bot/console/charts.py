"""Geometry of the charts: places as shares of the width, so that words keep their size on every screen."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

_HEIGHT: Final = 220
_TOP: Final = 30
_BOTTOM: Final = 190
_LEFT: Final = 12.0
_RIGHT: Final = 96.0
_ABOVE: Final = -12.0
_BELOW: Final = 24.0
_LABEL_GAP: Final = 18.0


class Dot(Struct, frozen=True):
    """A point of a line: `x` in percent of the width, `y` in pixels, `value` as words, `href` its rows."""

    x: float
    y: float
    name: str
    value: str
    href: str


class Stroke(Struct, frozen=True):
    """A piece of a line between two neighbouring points."""

    x1: float
    y1: float
    x2: float
    y2: float


class Line(Struct, frozen=True):
    """One line of a chart with its label beside the last point."""

    code: str
    dots: tuple[Dot, ...]
    strokes: tuple[Stroke, ...]
    label_y: float


class Tick(Struct, frozen=True):
    """A mark of an axis."""

    at: float
    name: str


class LineChart(Struct, frozen=True):
    """Lines over the months; `xs` in percent, `ys` in pixels."""

    height: int
    lines: tuple[Line, ...]
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]


class Point(Struct, frozen=True):
    """What a line says at one place; None leaves a gap. `share` is from 0 to 1."""

    name: str
    share: float | None
    value: str
    href: str


def line_chart(names: Sequence[str], lines: Sequence[tuple[str, Sequence[Point]]]) -> LineChart:
    """A chart of shares from 0 to 1 over `names`; the lowest share decides where the axis begins."""
    shares = [point.share for _, points in lines for point in points if point.share is not None]
    floor = min((int(share * 10) / 10 for share in shares), default=0.0)
    floor = min(floor, 0.9)
    xs = [_LEFT + (_RIGHT - _LEFT) * (n + 0.5) / len(names) for n in range(len(names))]
    drawn = [(code, _dots(points, xs, floor)) for code, points in lines]
    return LineChart(
        height=_HEIGHT,
        lines=tuple(
            Line(code, tuple(dot for dot in dots if dot), _strokes(dots), label_y)
            for (code, dots), label_y in zip(drawn, _label_places([d for _, d in drawn]), strict=True)
        ),
        xs=tuple(Tick(x, name) for x, name in zip(xs, names, strict=True)),
        ys=tuple(_tick(floor + (1 - floor) * part / 2, floor) for part in range(3)),
    )


def _tick(share: float, floor: float) -> Tick:
    return Tick(_y(share, floor), f"{share * 100:.0f} %")


def _y(share: float, floor: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * (share - floor) / (1 - floor), 1)


def _dots(points: Sequence[Point], xs: Sequence[float], floor: float) -> list[Dot | None]:
    return [
        None
        if point.share is None
        else Dot(round(x, 2), _y(point.share, floor), point.name, point.value, point.href)
        for point, x in zip(points, xs, strict=True)
    ]


def _strokes(dots: Sequence[Dot | None]) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(one.x, one.y, two.x, two.y)
        for one, two in pairwise(dots)
        if one is not None and two is not None
    )


def _label_places(lines: Sequence[Sequence[Dot | None]]) -> list[float]:
    """Heights of the labels at the ends of lines: off the line, and not over one another."""
    places = [_beside_end([dot for dot in dots if dot]) for dots in lines]
    order = sorted(range(len(places)), key=lambda n: places[n])
    for above, below in pairwise(order):
        places[below] = max(places[below], places[above] + _LABEL_GAP)
    return [round(place, 1) for place in places]


def _beside_end(dots: Sequence[Dot]) -> float:
    """Above the last point of a line that rises to it, below that of one that falls."""
    if not dots:
        return float(_BOTTOM)
    falls = len(dots) > 1 and dots[-2].y < dots[-1].y
    return dots[-1].y + (_BELOW if falls and dots[-1].y + _BELOW < _BOTTOM else _ABOVE)


def level(count: int, most: int) -> int:
    """How dark a cell is, from 0 (none) to 5 (the most)."""
    return 0 if not count else min(5, 1 + count * 5 // (most + 1))
