"""What is past its term goes at night, in small batches; what an open ticket or the register needs stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from afk_core.files import service as files
from afk_core.files.file import CheckedFile, FileKind
from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.officers.models import AuditRecord, OfficerSession
from afk_core.officers.service import record_audit
from bot.conversation.messages import Author, ChannelName, Delivery, Reply
from bot.conversation.models import Contact, Conversation, Message, MessageFile
from bot.conversation.store import add_message, locked_by_id, locked_conversation, save_contact
from bot.jobs.models import Job, JobKind
from bot.jobs.store import NewJob, add_jobs, bury, next_job
from bot.limits.nightly import next_night
from bot.retention import service as retention
from bot.retention import store
from bot.retention.erasing import erase
from bot.retention.terms import term_in_words
from knowledge.store import add_uses
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.limits.watch import Watch
from tickets import service as tickets

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def watch(database: Database, clock: FixedClock) -> Watch:
    """Monday 09.30 WITA."""
    watch = Watch(make_context(database, clock), clock)
    await watch.open_doors()
    return watch


async def talk(watch: Watch, address: str, *words: str) -> int:
    """A chat with these words and a contact; its id."""
    async with watch.database.write() as session:
        now = watch.clock.now()
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, address)
        chat.updated_at, chat.state, chat.display_name = now, {"topic": "plb"}, "Siti"
        for each in words:
            await add_message(session, chat, now, Reply(each, author=Author.USER), delivery=Delivery.SENT)
        await save_contact(
            session,
            Contact(
                conversation_id=chat.id,
                name="Siti",
                business="R",
                business_kind="umkm",
                reach="0812",
                consented_at=now,
            ),
        )
        await add_uses(session, ["plb/apa"], chat.id, now)
        return chat.id


async def nights(watch: Watch, days: int) -> None:
    """Let that many days pass, and the night after them do its work to the end."""
    watch.clock.advance(days=days)
    async with watch.database.write() as session:
        await next_night(watch.context, session)
    watch.clock.advance(days=1)
    for _ in range(60):
        while await watch.runner.run_one():
            pass
        watch.clock.advance(seconds=1)


async def rows(watch: Watch, model: Any, *where: Any) -> int:
    async with watch.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(model).where(*where)) or 0)


def removed(watch: Watch, what: str) -> float:
    return watch.context.metrics.registry.get_sample_value("klinik_removed_total", {"what": what}) or 0.0


async def test_a_silent_chat_goes_after_its_term_and_one_with_an_open_ticket_stays_whole(
    watch: Watch,
) -> None:
    silent, asking = await talk(watch, "diam", "a", "b"), await talk(watch, "tiket", "c")
    opened = await watch.open(conversation_id=asking)
    await nights(watch, 360)
    assert await rows(watch, Message) == 3
    young = await talk(watch, "baru", "d")
    await nights(watch, 10)
    assert await rows(watch, Conversation, Conversation.id == silent) == 0
    assert await rows(watch, Message, Message.conversation_id == asking) == 1
    assert await rows(watch, Contact) == 2
    assert await rows(watch, Message, Message.conversation_id == young) == 1
    assert (removed(watch, "messages"), removed(watch, "conversations")) == (2, 1)
    assert (await watch.detail(opened.ticket_id)).reach


async def test_a_settled_ticket_keeps_its_chat_then_is_emptied_and_keeps_its_verdict(watch: Watch) -> None:
    chat = await talk(watch, "tiket", "c")
    opened = await watch.open(conversation_id=chat)
    await watch.deliver((await watch.answer(opened.ticket_id)).entry_id)
    await nights(watch, 400)
    assert await rows(watch, Message) == 0
    assert await rows(watch, Contact) == 0
    # The person is forgotten; the row stays, because the ticket still names it.
    async with watch.database.read() as session:
        row = await session.get(Conversation, chat)
        assert row is not None
        assert (row.state, row.display_name) == (None, None)
    before = await watch.detail(opened.ticket_id)
    assert before.name == "Siti <3"
    await nights(watch, 1500)
    ticket = await watch.detail(opened.ticket_id)
    assert (ticket.name, ticket.business, ticket.reach, ticket.steps) == ("", "", "", frozenset())
    assert ticket.emptied_at is not None
    assert all(entry.text is None for entry in ticket.timeline)
    assert [limit.verdict for limit in ticket.limits] == [limit.verdict for limit in before.limits] != [None]
    assert await rows(watch, Conversation) == 0
    assert await watch.read(tickets.tickets_of_conversation, chat) == []
    with pytest.raises(DomainError) as refused:
        await watch.do(tickets.note, watch.ani, opened.ticket_id, "catatan")
    assert refused.value.code == "ticket.emptied"


async def test_jobs_sessions_and_old_audit_records_go_and_a_young_record_cannot(watch: Watch) -> None:
    now = watch.clock.now()
    async with watch.database.write() as session:
        await add_jobs(session, now, [NewJob(JobKind.INBOX, f"{n}", {}, now) for n in "ab"])
        for job in await session.scalars(select(Job).where(Job.kind == JobKind.INBOX)):
            bury(job, now, "x")
        await record_audit(
            session, now - timedelta(days=4000), action="officer.signed_in", subject="officer:1"
        )
    kept = await rows(watch, AuditRecord)
    await nights(watch, 95)
    assert await rows(watch, Job, Job.kind == JobKind.INBOX) == 0
    assert await rows(watch, OfficerSession) == 0
    assert await rows(watch, AuditRecord) == kept - 1
    assert (removed(watch, "dead_jobs"), removed(watch, "audit")) == (2, 1)
    with pytest.raises(Exception, match="only grows"):
        async with watch.database.write() as session:
            await session.execute(text("DELETE FROM audit_record"))


@ON_SQLITE
async def test_a_long_past_goes_in_small_batches_of_which_each_is_its_own_transaction(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(3):
        await talk(watch, f"chat{number}", *"abcde"[: number + 1])
    watch.clock.advance(days=400)
    async with watch.database.write() as session:
        await retention.start(watch.context, session, "malam")
    sizes = []
    for _ in range(100):
        left = await rows(watch, Message)
        watch.clock.advance(seconds=1)
        if not await watch.runner.run_one():
            break
        sizes.append(left - await rows(watch, Message))
    assert max(sizes) == 2
    assert await rows(watch, Message) == await rows(watch, Conversation) == 0


async def test_whatever_names_a_conversation_keeps_it_unless_it_is_known_to_go_along() -> None:
    """The register of UMKM above all: a certificate's business is still found by its chat."""
    names = {table.name for table in store.holders()}
    assert {"ticket", "umkm", "umkm_registration"} <= names
    assert names.isdisjoint({"message", "contact"})


async def test_a_file_goes_with_the_last_that_holds_it(watch: Watch) -> None:
    chat = await talk(watch, "berkas", "a")
    async with watch.database.write() as session:
        now = watch.clock.now()
        held, loose = [await files.store(session, now, _pdf(n), loose=False) for n in ("a", "b")]
        message = await session.scalar(select(Message.id).where(Message.conversation_id == chat))
        session.add(MessageFile(message_id=message, n=1, file_id=held))
    assert {"message_file", "ticket_file", "umkm_document"} <= {c.table.name for c in store.file_holders()}
    opened = await watch.open(conversation_id=chat)
    await nights(watch, 400)
    assert [each.removed for each in (await watch.read(files.views, [held, loose])).values()] == [False, True]
    await watch.deliver((await watch.answer(opened.ticket_id)).entry_id)
    await nights(watch, 1)
    assert [each.removed for each in (await watch.read(files.views, [held, loose])).values()] == [True, True]


async def test_a_person_can_have_their_data_removed_but_for_an_open_ticket(watch: Watch) -> None:
    chat, other = await talk(watch, "hapus", "a", "b", "c"), await talk(watch, "lain", "d")
    settled, waiting = [await watch.open(conversation_id=chat) for _ in range(2)]
    await watch.deliver((await watch.answer(settled.ticket_id)).entry_id)
    async with watch.database.write() as session:
        now = watch.clock.now()
        file = await files.store(session, now, _pdf("a"), loose=False)
        message = await session.scalar(select(func.min(Message.id)).where(Message.conversation_id == chat))
        session.add(MessageFile(message_id=message, n=1, file_id=file))
        await add_jobs(session, now, [NewJob(JobKind.INBOX, "mati", {"a": 1}, now, "in:webchat:hapus")])
        dead = await next_job(session, now, JobKind.INBOX)
        assert dead is not None
        bury(dead, now, "x")
    async with watch.database.write() as session:
        conversation = await locked_by_id(session, chat)
        assert conversation is not None
        done = await erase(session, watch.clock.now(), conversation, before_seq=3)
    assert (done.messages, done.files, done.tickets) == (2, 1, 1)
    assert await rows(watch, Message, Message.conversation_id == chat) == 1
    assert await rows(watch, Contact) == 1
    assert await rows(watch, Job, Job.key == "mati") == 0
    assert (await watch.detail(settled.ticket_id)).emptied_at is not None
    assert (await watch.detail(waiting.ticket_id)).name == "Siti <3"
    assert await rows(watch, Message, Message.conversation_id == other) == 1
    assert await rows(watch, AuditRecord, AuditRecord.action == "chat.erased") == 1


def _pdf(name: str) -> CheckedFile:
    return CheckedFile(b"%PDF-1.4", f"{name}.pdf", FileKind.PDF, "0" * 64)


def test_a_term_is_said_in_words() -> None:
    assert [term_in_words(days) for days in (365, 1825, 90, 400)] == [
        "1 tahun",
        "5 tahun",
        "3 bulan",
        "400 hari",
    ]
