"""Everything that is kept of the person of one conversation, as plain data in their own words.

The parts are lists of names and values, so that the paper and the file for programs say the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.monitoring import service as monitoring
from afk_core.offices.models import Office
from afk_core.rules.dates import format_moment, format_short_date
from afk_core.rules.monitoring_items import Item, item_text
from afk_core.satisfaction import service as survey
from afk_core.umkm import service as umkm
from afk_core.umkm import steps as register_steps
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import kind_label
from afk_core.umkm.assess import service as assess
from afk_core.umkm.registration import OwnRecord
from bot.assess import words as assess_words
from bot.conversation.contact import HERE
from bot.conversation.messages import Author, StoredMessage
from bot.conversation.models import Conversation
from bot.conversation.store import contact_of, messages_after
from bot.conversation.texts import Texts
from bot.survey.contexts import survey_answers
from bot.umkm.words import event_words, value_words
from tickets import service as tickets
from tickets.ticket import TicketSummary

MOST_MESSAGES: Final = 20_000
Pairs = tuple[tuple[str, str], ...]


class Block(Struct, frozen=True):
    """One thing that is kept: what it is, names and values, and a list below a heading of its own."""

    title: str
    facts: Pairs
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Said(Struct, frozen=True):
    """A message of the conversation."""

    at: datetime
    who: str
    text: str
    files: tuple[str, ...]


class OwnData(Struct, frozen=True):
    """Everything; `parts` are the blocks by the heading of their part, `said` the conversation in order."""

    made_at: datetime
    office: str
    tz: ZoneInfo
    parts: Mapping[str, tuple[Block, ...]]
    said: tuple[Said, ...]


async def gather(
    session: AsyncSession, now: datetime, texts: Texts, conversation: Conversation, office: Office
) -> OwnData:
    """What is kept of the person of `conversation` now."""
    tz = ZoneInfo(office.time_zone)
    records = await umkm.own_records(session, conversation.id)
    said = await messages_after(session, conversation.id, 0, limit=MOST_MESSAGES)
    requests = await tickets.tickets_of_conversation(session, conversation.id)
    parts = {
        "chat": [_conversation(texts, conversation, said, tz)],
        "contact": await _contact(session, texts, conversation.id, tz),
        "tickets": [_ticket(texts, each, tz) for each in requests],
        "assessments": await _assessments(session, now, texts, conversation.id, tz),
        "drafts": await _draft(session, now, texts, conversation.id, tz),
        "registrations": [await _registration(session, texts, each, tz) for each in records],
        "activities": await _activities(session, texts, records),
        "monitoring": await _monitoring(session, texts, records),
    }
    return OwnData(
        made_at=now,
        office=office.name,
        tz=tz,
        parts={texts(f"data.part.{key}"): tuple(blocks) for key, blocks in parts.items() if blocks},
        said=tuple(_said(texts, each) for each in said),
    )


def _conversation(
    texts: Texts, conversation: Conversation, said: Iterable[StoredMessage], tz: ZoneInfo
) -> Block:
    names = sorted({file.name for message in said for file in message.files if not file.removed})
    facts = [
        ("channel", texts(f"data.channel.{conversation.channel}")),
        ("shown_name", conversation.display_name or texts("data.none")),
        ("since", format_moment(conversation.created_at, tz)),
    ]
    lists = {texts("data.label.files"): tuple(names)} if names else {}
    return Block(texts("data.title.chat"), _named(texts, facts), lists)


async def _contact(session: AsyncSession, texts: Texts, conversation_id: int, tz: ZoneInfo) -> list[Block]:
    contact = await contact_of(session, conversation_id)
    if contact is None:
        return []
    facts = [
        ("name", contact.name),
        ("business", contact.business),
        ("kind", texts(f"kinds.{contact.business_kind}")),
        ("reach", texts("handover.here") if contact.reach == HERE else contact.reach),
        ("consented", format_moment(contact.consented_at, tz)),
    ]
    return [Block(texts("data.title.contact"), _named(texts, facts))]


def _ticket(texts: Texts, ticket: TicketSummary, tz: ZoneInfo) -> Block:
    facts = [
        ("opened", format_moment(ticket.opened_at, tz)),
        ("status", texts(f"tickets.status.{ticket.status}")),
        ("question", ticket.question),
    ]
    return Block(texts("data.title.ticket", number=ticket.number), _named(texts, facts))


async def _assessments(
    session: AsyncSession, now: datetime, texts: Texts, conversation_id: int, tz: ZoneInfo
) -> list[Block]:
    blocks = []
    draft = await assess.find_draft(session, now, conversation_id)
    if draft is not None and draft.values:
        lines = tuple(line.removeprefix("• ") for line in assess_words.answer_lines(texts, draft.values))
        blocks.append(Block(texts("data.title.assessing"), (), {texts("data.label.answers"): lines}))
    for each in await assess.results_of(session, conversation_id):
        facts = [
            ("suggested", assess_words.klaster_words(each.klaster, each.sub_klaster)),
            ("ready", assess_words.aspects_words(texts, each)),
        ]
        lines = tuple(line.removeprefix("• ") for line in assess_words.answer_lines(texts, each.values))
        title = texts("data.title.assessment", day=format_short_date(each.finished_at.astimezone(tz).date()))
        blocks.append(Block(title, _named(texts, facts), {texts("data.label.answers"): lines}))
    return blocks


async def _draft(
    session: AsyncSession, now: datetime, texts: Texts, conversation_id: int, tz: ZoneInfo
) -> list[Block]:
    blocks = []
    draft = await umkm.read_draft(session, now, conversation_id)
    if draft is not None:
        facts = _fields(texts, draft.data)
        changed = _named(texts, [("changed", format_moment(draft.updated_at, tz))])
        blocks.append(Block(texts("data.title.draft"), (*changed, *facts)))
    answers = await survey.find_draft(session, now, conversation_id)
    if answers is not None:
        title = texts("data.title.survey", period=answers.period.label)
        blocks.append(Block(title, survey_answers(texts, answers)))
    return blocks


async def _registration(session: AsyncSession, texts: Texts, record: OwnRecord, tz: ZoneInfo) -> Block:
    own = record.own
    facts = [
        ("status", own.status.label),
        ("office", own.office),
        ("sent", format_moment(own.submitted_at, tz)),
        ("consented", format_moment(record.consented_at, tz)),
    ]
    stored = await files.views(session, [each.file_id for each in record.documents])
    papers = tuple(
        f"{stored[each.file_id].name}, {format_moment(each.at, tz)}"
        for each in record.documents
        if each.file_id in stored
    )
    certificates = tuple(
        texts(
            "data.certificate",
            number=each.number,
            day=format_short_date(each.issued_on),
            standing=each.standing.label,
        )
        for each in record.certificates
    )
    steps = tuple(f"{format_moment(each.at, tz)}: {event_words(texts, each)}" for each in record.events)
    lists = {"certificates": certificates, "documents": papers, "steps": steps}
    return Block(
        texts("data.title.registration", number=own.number),
        (*_named(texts, facts), *_fields(texts, own.data)),
        {texts(f"data.label.{key}"): lines for key, lines in lists.items() if lines},
    )


async def _activities(session: AsyncSession, texts: Texts, records: Iterable[OwnRecord]) -> list[Block]:
    blocks = []
    for row, came in await activities.of_person(session, [each.umkm_id for each in records]):
        facts = [
            ("kind_of_activity", kind_label(row.theme)),
            ("when", format_moment(row.starts_at, row.tz)),
            ("place", row.place),
            ("status", row.status.label),
            ("came", texts("data.unknown" if came is None else "data.yes" if came else "data.no")),
        ]
        blocks.append(Block(row.theme.label, _named(texts, facts)))
    return blocks


async def _monitoring(session: AsyncSession, texts: Texts, records: Iterable[OwnRecord]) -> list[Block]:
    """What agents recorded of the person's businesses each quarter."""
    blocks = []
    for number in dict.fromkeys(each.umkm_id for each in records):
        for found in await monitoring.history(session, number):
            given = {item: item_text(item, found.answers.get(item, "")) for item in Item}
            facts = tuple((item.label, words) for item, words in given.items() if words)
            title = texts("data.title.monitoring", quarter=found.quarter.label)
            blocks.append(Block(title, facts))
    return blocks


def _fields(texts: Texts, data: Mapping[str, str]) -> Pairs:
    return tuple(
        (texts(f"register.short.{step}"), value_words(texts, step, data[step]))
        for step in register_steps.STEPS
        if data.get(step)
    )


def _said(texts: Texts, message: StoredMessage) -> Said:
    who = message.author_name or texts(f"data.author.{message.author}")
    if message.author is Author.USER:
        who = texts("data.author.user")
    return Said(message.created_at, who, message.text, tuple(file.name for file in message.files))


def _named(texts: Texts, facts: Iterable[tuple[str, str]]) -> Pairs:
    return tuple((texts(f"data.label.{key}"), value) for key, value in facts)
