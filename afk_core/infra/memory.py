"""What was worked out, kept beside the code as Python keeps what it compiled.

What always gives the same from the same code and data is done once and written to a file whose name is the
digest of these: whoever changes one of them gets another name, and works it out anew. A file that cannot be
written or read costs only the work.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

KEPT = 4  # files of one kind: an old and a new version of the articles, while both are served

Facts = Mapping[str, Any]
"""Numbers, words and lists by name, as JSON can hold them."""


def recall(kind: str, given: bytes, work_out: Callable[[], Facts], folder: Path) -> Facts:
    """What `work_out` gave in `folder` when `given` was the same as now, or gives now."""
    file = folder / f"{kind}-{sha256(given).hexdigest()[:24]}.json"
    with suppress(OSError, ValueError):
        known = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    found = work_out()
    with suppress(OSError):
        _keep(found, file)
        _forget_old(kind, folder)
    return found


def _keep(found: Facts, file: Path) -> None:
    """Write under another name first, so that a process that is killed leaves no half of a file."""
    file.parent.mkdir(exist_ok=True)
    number, name = tempfile.mkstemp(dir=file.parent, prefix=file.stem, suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as part:
            json.dump(found, part, ensure_ascii=False)
        Path(name).chmod(0o644)  # the service may run as somebody else than who set it up
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise


def _forget_old(kind: str, folder: Path) -> None:
    files = sorted(folder.glob(f"{kind}-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
