"""Numbers the Indonesian way."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


def whole(number: int) -> str:
    """A whole number with points between thousands: "12.345"."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float, digits: int = 1) -> str:
    """A number with a comma: "18,4"."""
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 as percent, rounded down so that no missed limit reads as 100 %: "97,8 %"."""
    step = 10**digits
    # Rounded first to twelve places, or 0.57 * 1000 would be 569.
    down = round(share * 100 * step, 9) // 1 / step
    return f"{decimal(down, digits)}{_NO_BREAK}%"


def filesize(size: int) -> str:
    """The size of a file as people say it: "84 kB", "1,4 MB"."""
    if size < 1024 * 1024:
        return f"{whole(max(1, round(size / 1024)))}{_NO_BREAK}kB"
    return f"{decimal(size / (1024 * 1024))}{_NO_BREAK}MB"
