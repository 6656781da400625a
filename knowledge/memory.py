"""What was learnt and read, kept for as long as the code and the word tables of this package are the same."""

import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from afk_core.infra import memory
from afk_core.infra.memory import Facts as Facts

_HERE = Path(__file__).parent
FOLDER = _HERE / "__pycache__"
_READERS = ("PySastrawi", "RapidFuzz")  # libraries that decide how a question is read


def recall(kind: str, given: str, learn: Callable[[], Facts], folder: Path = FOLDER) -> Facts:
    """What `learn` learnt when the code, its tables and `given` were the same as now, or learns now."""
    return memory.recall(kind, _sources() + given.encode(), learn, folder)


@cache
def word_table(name: str) -> dict[str, Any]:
    """The rows of `<name>.toml`, not to be changed; TOML is slow to read, JSON is not."""
    file = _HERE / f"{name}.toml"
    return dict(recall(f"table-{name}", "", lambda: tomllib.loads(file.read_text(encoding="utf-8"))))


@lru_cache(maxsize=1)
def _sources() -> bytes:
    digest = sha256()
    for file in sorted([*_HERE.glob("*.py"), *_HERE.glob("*.toml")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in _READERS:
        digest.update(metadata.version(name).encode())
    return digest.digest()
