"""What the program says in the terminal, from `bot/texts/program.toml`."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _texts() -> dict[str, str]:
    return tomllib.loads((files("bot") / "texts" / "program.toml").read_text("utf-8"))


def program_text(key: str, /, **gaps: object) -> str:
    """The sentence of `key` with its gaps filled."""
    return _texts()[key].format(**gaps)
