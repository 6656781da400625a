"""How the program is loaded: without the garbage collector, and without what libraries add unasked."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
"""None stands for a module that is not there, as if it were not installed."""


@contextmanager
def made_for_good() -> Iterator[None]:
    """Spare the garbage collector what is made inside, and all that was made before.

    It would look through 200,000 objects that stay, again and again: while the program is loaded, and later,
    when nobody is answered for those 0.1 to 0.2 seconds.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load_libraries() -> None:
    """Import FastAPI and structlog without what takes 0.2 s and 5 MB of every start and serves nobody.

    FastAPI loads the first version of Pydantic only to see that no parameter is one of its models, and
    builds its models of an OpenAPI description although hardly anybody asks for one: they inherit that they
    are built then. structlog takes tracebacks from Rich where it finds it; ours are plain.
    """
    _modules["pydantic.v1"] = None
    base = import_module("pydantic").BaseModel
    base.model_config["defer_build"] = True
    try:
        import_module("fastapi")
    finally:
        del base.model_config["defer_build"]
    with _without("rich"):
        import_module("structlog")


def load_alembic() -> None:
    """Import Alembic without Pygments, with which Mako would colour the templates of web pages: 5 MB."""
    with _without("pygments"):
        import_module("alembic")


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Let a module seem not to be installed, unless it is loaded already."""
    if name in _modules:
        yield
        return
    _modules[name] = None
    try:
        yield
    finally:
        del _modules[name]
