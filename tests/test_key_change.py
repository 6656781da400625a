"""A change of the key: nothing is lost, wherever it stops; the old key then opens nothing any more."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from afk_core.files import service as files
from afk_core.files.file import CheckedFile, FileKind
from afk_core.infra import crypto, keys
from afk_core.infra.crypto import Cipher
from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.infra.sealed_store import sealed_tables
from afk_core.infra.settings import Settings, load_settings
from bot import key_change
from bot.channels.webchat.key import address_of, issue_key
from bot.conversation.messages import ChannelName, Delivery, Reply
from bot.conversation.models import Message
from bot.conversation.store import add_message, locked_conversation
from bot.key_change import change_key
from tests.conftest import MONDAY_MORNING
from tests.dialogue import make_context
from tests.fakes import FixedClock

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_MESSAGES = 450
_OLD, _NEW = b"a" * 32, b"b" * 32


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    yield
    crypto.install(Cipher(b"k" * crypto.KEY_BYTES))


async def _fill(database: Database, address: str) -> None:
    async with database.write() as session:
        chat = await locked_conversation(session, MONDAY_MORNING, ChannelName.WEBCHAT, address)
        for number in range(_MESSAGES):
            await add_message(session, chat, MONDAY_MORNING, Reply(f"pesan {number}"), delivery=Delivery.SENT)
        checked = CheckedFile(b"%PDF-1.4 isi", "surat.pdf", FileKind.PDF, "0" * 64)
        await files.store(session, MONDAY_MORNING, checked)


async def _reads_all(database: Database) -> bool:
    async with database.read() as session:
        texts = (await session.scalars(select(Message.text))).all()
        return len(texts) == _MESSAGES and (await files.read(session, 1)).content == b"%PDF-1.4 isi"


def _opens(settings: Settings) -> None:
    crypto.install(keys.key_ring(settings).cipher())


@ON_SQLITE
async def test_an_interrupted_change_loses_nothing_and_is_finished_by_the_next(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_context(database, clock, data_dir=tmp_path)
    settings = context.settings
    _opens(settings)
    browser = issue_key()
    address = address_of(browser)
    assert address is not None
    await _fill(database, address)
    old = keys.secret_key(settings)
    whole = key_change.reseal_some
    calls = 0

    async def killed(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > 8:
            raise KeyboardInterrupt
        return await whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(key_change, "reseal_some", killed)
    with pytest.raises(KeyboardInterrupt):
        await change_key(context)
    monkeypatch.undo()
    _opens(settings)
    assert await _reads_all(database)
    begun = keys.secret_key(settings)
    assert begun != old
    done = await change_key(context)
    assert not done.new_key
    assert keys.secret_key(settings) == begun
    assert keys.key_ring(settings).others == ()
    for file in (keys.key_file(settings), keys.others_file(settings)):
        assert file.stat().st_mode & 0o777 == 0o600
    _opens(settings)
    assert await _reads_all(database)
    assert address_of(browser) == address
    assert (await change_key(context)).values > _MESSAGES
    crypto.install(Cipher(old))
    with pytest.raises(DomainError) as refused:
        await _reads_all(database)
    assert refused.value.code == "key.wrong"


async def test_replicas_with_either_key_work_while_it_is_changed_by_settings(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    first = keys.KeyRing(_OLD)
    crypto.install(first.cipher())
    await _fill(database, "4711")
    entry = keys.fingerprint_entry(first)

    def settings(main: bytes, *others: str) -> Settings:
        return Settings(
            _env_file=None,
            data_dir=tmp_path,
            secret_key=SecretStr(base64.b64encode(main).decode()),
            other_keys=SecretStr(" ".join(others)),
        )

    old, new = (base64.b64encode(each).decode() for each in (_OLD, _NEW))
    prepared, changed = settings(_OLD, new, entry), settings(_NEW, old, entry)
    context = make_context(
        database, clock, data_dir=tmp_path, secret_key=changed.secret_key, other_keys=changed.other_keys
    )
    done = await change_key(context)
    assert done.values > _MESSAGES
    assert not done.new_key
    marks = set()
    for each in (prepared, changed, settings(_NEW, entry)):
        _opens(each)
        marks.add(crypto.cipher().fingerprint("identity", "3171234567890001"))
        assert await _reads_all(database)
    assert marks == {first.cipher().fingerprint("identity", "3171234567890001")}
    _opens(settings(_OLD))
    with pytest.raises(DomainError):
        await _reads_all(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_key_in_a_folder_is_not_changed_under_replicas(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with pytest.raises(DomainError) as refused:
        await change_key(make_context(database, clock, data_dir=tmp_path))
    assert refused.value.code == "key.by_settings"


def test_other_keys_without_the_entry_for_fingerprints_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLINIK_OTHER_KEYS", base64.b64encode(_OLD).decode())
    with pytest.raises(DomainError) as refused:
        load_settings()
    assert "KLINIK_OTHER_KEYS harus memuat tepat satu entri sidik:..." in str(
        refused.value.details["problems"]
    )


def test_every_encrypted_column_is_sealed_anew() -> None:
    tables = {each.table.name for each in sealed_tables()}
    assert {"message", "contact", "ticket", "ticket_entry", "job", "stored_file", "umkm", "officer"} <= tables
