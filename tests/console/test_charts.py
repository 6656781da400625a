"""Geometry of the charts, numbers in words, and the size of files."""

import pytest

from afk_core.infra.errors import DomainError
from bot.console.charts import Point, level, line_chart
from bot.console.export import MOST_ROWS, check_count
from bot.console.figures import decimal, percent, whole


def _points(*shares: float | None) -> list[Point]:
    return [Point(f"b{n}", share, str(share), f"#{n}") for n, share in enumerate(shares)]


def test_a_gap_breaks_the_line_and_higher_shares_stand_higher() -> None:
    chart = line_chart(["a", "b", "c", "d"], [("r1", _points(0.9, 0.95, None, 1.0))])
    [line] = chart.lines
    assert len(line.dots) == 3
    assert len(line.strokes) == 1, "nothing is drawn over the month without requests"
    assert line.dots[0].y > line.dots[1].y > line.dots[2].y
    assert all(0 <= dot.x <= 100 and 0 <= dot.y <= chart.height for dot in line.dots)


def test_the_axis_reaches_down_to_the_lowest_share_and_up_to_all() -> None:
    chart = line_chart(["a", "b"], [("r1", _points(0.42, 1.0))])
    assert [tick.name for tick in chart.ys] == ["40 %", "70 %", "100 %"]
    steady = line_chart(["a"], [("r1", _points(1.0))])
    assert steady.ys[0].name == "90 %"


def test_labels_of_lines_that_end_at_the_same_place_do_not_cover_one_another() -> None:
    chart = line_chart(["a"], [("r1", _points(0.95)), ("r2", _points(0.95))])
    one, two = (line.label_y for line in chart.lines)
    assert abs(one - two) >= 18


def test_a_chart_without_figures_is_empty() -> None:
    assert line_chart(["a", "b"], []).lines == ()


def test_cells_grow_darker_with_the_count() -> None:
    levels = [level(count, 40) for count in (0, 1, 10, 20, 30, 40)]
    assert levels == sorted(levels)
    assert (levels[0], levels[1], levels[-1]) == (0, 1, 5)


def test_numbers_are_written_the_indonesian_way() -> None:
    assert (whole(1234567), decimal(1234.56), decimal(0.5, 2)) == ("1.234.567", "1.234,6", "0,50")


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "100,0"), (0.9999, "99,9"), (0.978, "97,8"), (0.57, "57,0"), (0.0, "0,0"), (-0.6, "-60,0")],
)
def test_a_share_is_never_rounded_up_to_all(share: float, words: str) -> None:
    assert percent(share) == f"{words}\N{NO-BREAK SPACE}%"


def test_a_file_that_nobody_can_open_is_refused_with_how_much_it_would_be() -> None:
    check_count(MOST_ROWS)
    with pytest.raises(DomainError, match=r"report\.too_many_rows") as refused:
        check_count(MOST_ROWS + 1)
    assert refused.value.details == {"count": MOST_ROWS + 1, "maximum": MOST_ROWS}
