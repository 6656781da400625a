"""Neighbour topics: what people ask the office that this knowledge does not answer."""

from functools import lru_cache

from msgspec import Struct

from knowledge.memory import word_table


class Neighbour(Struct, frozen=True):
    """A subject beside ours: its names and words, and where to ask about it."""

    key: str
    title: str
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    direction: str


@lru_cache(maxsize=1)
def load_neighbours() -> tuple[Neighbour, ...]:
    """Read `neighbours.toml`, in its order."""
    return tuple(
        Neighbour(key, row["judul"], tuple(row["nama"]), tuple(row["kata_kunci"]), row["arah"])
        for key, row in word_table("neighbours").items()
    )
