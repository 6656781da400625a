"""Rates: at most so many in a moving window, for each key by itself, and nothing remembered for longer."""

from afk_core.infra.rates import MovingWindow


def test_a_window_moves_and_says_how_long_to_wait() -> None:
    now = 100.0
    window = MovingWindow(2, 10.0, lambda: now)
    assert [window.hit("a"), window.hit("a"), window.hit("b")] == [0.0, 0.0, 0.0]
    now += 4
    assert window.hit("a") == 6.0
    now += 6
    assert window.hit("a") == 0.0
    window.clear("a")
    assert [window.hit("a"), window.hit("a")] == [0.0, 0.0]


def test_what_has_passed_is_forgotten() -> None:
    now = 100.0
    window = MovingWindow(1, 10.0, lambda: now)
    for number in range(50):
        window.hit(str(number))
    window.hit("0")
    now += 10
    window.hit("new")
    assert len(window) == 1
