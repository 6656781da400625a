"""Loads aiogram without building its 400 types: each is built when it is first used, which happens to a few.

aiogram builds all of them as it is imported. That took more than half of the time from the start of a process
until it served, and nobody on Telegram is answered before.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

_BUILD = "model_rebuild"


def load_aiogram() -> None:
    """Import aiogram; what somebody else imported before stays as it is."""
    with _building_put_off() as names:
        from aiogram.methods import Response, TelegramMethod
        from aiogram.types import TelegramObject, Update
    if names:
        for base in (TelegramObject, TelegramMethod, Response):
            setattr(base, _BUILD, classmethod(_builder(names)))
    # The first turn would do it, and somebody waits for that one.
    Update.model_rebuild()


@contextmanager
def _building_put_off() -> Iterator[dict[str, Any]]:
    """Let nothing of aiogram be built meanwhile; the names by which its types know each other."""
    names: dict[str, Any] = {}
    build = BaseModel.__dict__[_BUILD]

    def put_off(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        if cls.__module__.startswith("aiogram.") and _types_namespace is not None:
            names.update(_types_namespace)
            return None
        return build.__func__(cls, _types_namespace=_types_namespace, **options)

    setattr(BaseModel, _BUILD, classmethod(put_off))
    try:
        yield names
    finally:
        setattr(BaseModel, _BUILD, build)


def _builder(names: dict[str, Any]) -> Any:
    """As pydantic's own, which it calls at the first use of a type; it could not find `names` by itself."""
    build = BaseModel.__dict__[_BUILD].__func__

    def model_rebuild(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        return build(cls, _types_namespace=names | dict(_types_namespace or {}), **options)

    return model_rebuild
