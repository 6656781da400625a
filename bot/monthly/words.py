"""The words of monthly reports, from `bot/texts/monthly.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def monthly_words() -> Mapping[str, Any]:
    """All groups of words."""
    return tomllib.loads((files("bot") / "texts" / "monthly.toml").read_text("utf-8"))
