"""Changing the key: a new one for the data folder, and sealing everything anew."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from afk_core.infra import crypto
from afk_core.infra.errors import DomainError
from afk_core.infra.keys import KeyRing, follow, key_ring, new_key, retire_others
from afk_core.infra.sealed_store import SealedTable, reseal_some, sealed_tables
from bot.alone import alone_on_sqlite
from bot.context import Context


class KeyChange(Struct, frozen=True):
    """What was done: how many values were sealed anew, and whether the data folder has a new key."""

    values: int
    new_key: bool
    ring: KeyRing


async def change_key(context: Context) -> KeyChange:
    """Seal everything with the main key, after making a new one where the key lies in the data folder.

    May be killed anywhere and repeated: a change that was begun is finished, without another new key. With
    SQLite the service must not run; with PostgreSQL every replica must know both keys. Raises DomainError
    `key.by_settings`, `data_dir.in_use`, `key.wrong`.
    """
    settings = context.settings
    in_folder = settings.secret_key is None
    if in_folder and not context.db.is_sqlite:
        raise DomainError("key.by_settings")
    with alone_on_sqlite(context):
        ring = key_ring(settings)
        begun = bool(ring.others)
        if in_folder and not begun:
            ring = follow(settings, ring, new_key())
        crypto.install(ring.cipher())
        values = 0
        for sealed in sealed_tables():
            values += await _reseal(context, sealed)
        if in_folder:
            retire_others(settings, ring)
    return KeyChange(values, in_folder and not begun, ring)


async def _reseal(context: Context, sealed: SealedTable) -> int:
    values, after = 0, None
    while True:
        done = await _some(context, sealed, after)
        values += done[0]
        after = done[1]
        if after is None:
            return values


async def _some(
    context: Context, sealed: SealedTable, after: Sequence[Any] | None
) -> tuple[int, Sequence[Any] | None]:
    async with context.db.write() as session:
        done = await reseal_some(session, sealed, after)
    return done.values, done.last
