"""What was learnt, kept beside the code as Python keeps what it compiled.

Learning gives the same from the same questions, word tables and code, so it is done once and written to a
file whose name is the digest of all of these: whoever changes one of them gets another name, and learns
anew. A file that cannot be written or read costs only the learning.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "__pycache__"
KEPT = 4  # files of one kind: an old and a new version of the articles, while both are served
_READERS = ("PySastrawi", "RapidFuzz")  # libraries that decide how a question is read

Weights = Mapping[str, Any]
"""Numbers and words by name, as JSON can hold them."""


def recall(kind: str, given: str, learn: Callable[[], Weights], folder: Path = FOLDER) -> Weights:
    """What `learn` learnt when the code, its tables and `given` were the same as now, or learns now."""
    file = folder / f"{kind}-{_digest(given)}.json"
    with suppress(OSError, ValueError):
        known = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    learnt = learn()
    with suppress(OSError):
        _keep(learnt, file)
        _forget_old(kind, folder)
    return learnt


def _digest(given: str) -> str:
    return sha256(_sources() + given.encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _sources() -> bytes:
    here = Path(__file__).parent
    digest = sha256()
    for file in sorted([*here.glob("*.py"), *here.glob("*.toml")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in _READERS:
        digest.update(metadata.version(name).encode())
    return digest.digest()


def _keep(learnt: Weights, file: Path) -> None:
    """Write under another name first, so that a process that is killed leaves no half of a file."""
    file.parent.mkdir(exist_ok=True)
    number, name = tempfile.mkstemp(dir=file.parent, prefix=file.stem, suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as part:
            json.dump(learnt, part, ensure_ascii=False)
        Path(name).chmod(0o644)  # the service may run as somebody else than who set it up
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise


def _forget_old(kind: str, folder: Path) -> None:
    files = sorted(folder.glob(f"{kind}-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
