"""Stored files: unreadable without the key, and gone when nothing holds them."""

import pytest
from sqlalchemy import text

from afk_core.files import service as files
from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from tests.fakes import FixedClock
from tests.files import samples


async def test_a_file_is_kept_encrypted_and_read_back_whole(database: Database, clock: FixedClock) -> None:
    checked = files.accept(samples.pdf(), "NIB 9120301234567.pdf", max_bytes=10_000)
    async with database.write() as session:
        file_id = await files.store(session, clock.now(), checked, loose=False)
    async with database.read() as session:
        row = (await session.execute(text("SELECT name, content FROM stored_file"))).one()
        assert b"9120301234567" not in row.name
        assert b"%PDF" not in row.content
        assert await files.read(session, file_id) == checked
        view = (await files.views(session, [file_id]))[file_id]
        assert (view.name, view.size, view.removed) == (checked.name, checked.size, False)


async def test_a_file_that_nothing_holds_is_removed_after_a_week(
    database: Database, clock: FixedClock
) -> None:
    checked = files.accept(samples.png(), "a.png", max_bytes=10_000)
    async with database.write() as session:
        loose = await files.store(session, clock.now(), checked)
        held = await files.store(session, clock.now(), checked)
        await files.hold(session, [held])
    clock.advance(days=7)
    async with database.write() as session:
        assert await files.expire(session, clock.now()) == 1
        assert await files.expire(session, clock.now()) == 0
    async with database.read() as session:
        assert (await files.read(session, held)).content == checked.content
        with pytest.raises(DomainError, match=r"file\.not_found"):
            await files.read(session, loose)
        assert (await files.views(session, [loose]))[loose].removed
