"""`klinik check`: every part of an installation looked at, one line each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import typer

from afk_core.infra import logs
from afk_core.infra.clock import SystemClock
from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings, load_settings
from bot.checkup.data import look_at_database
from bot.checkup.finding import Finding, Weight
from bot.checkup.machine import compare_clock, look_at_folder, look_at_public_address, time_at
from bot.problems import problem_text
from bot.program_texts import program_text
from bot.published import read_published
from bot.terminal import plain_errors
from knowledge.check import check_articles, describe_fault, files_of
from knowledge.editorial.checking import check_published
from knowledge.editorial.overlay import PublishedText, overlay, shipped_library
from knowledge.parse import ARTICLES
from knowledge.tables import check_tables


def check() -> None:
    """Periksa pemasangan dan sebutkan apa yang perlu dibetulkan."""
    sound = _check_articles()
    with plain_errors():
        settings = load_settings()
    logs.configure("WARNING", as_json=settings.log_format == "json")
    _say(Finding("Pengaturan"))
    bad = asyncio.run(_check(settings))
    if bad or not sound:
        raise typer.Exit(1)


async def _check(settings: Settings) -> bool:
    bad = False
    async for finding in _findings(settings):
        _say(finding)
        bad |= finding.weight is Weight.BAD
    return bad


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    clock = SystemClock()
    for finding in look_at_folder(settings):
        yield finding
    async for finding in look_at_database(settings, clock):
        yield finding
    if settings.telegram_token is not None and settings.telegram_token.get_secret_value():
        there = await asyncio.to_thread(time_at, settings.telegram_api)
        if there is not None:
            yield compare_clock(clock.now(), there, "Telegram")
        yield await _telegram(settings, clock.now())
    if settings.public_url:
        yield await asyncio.to_thread(look_at_public_address, settings.public_url)


async def _telegram(settings: Settings, now: datetime) -> Finding:
    from bot.channels.telegram.checkup import look_at_telegram

    try:
        return await look_at_telegram(settings, now)
    except DomainError as error:
        return Finding("Telegram", Weight.BAD, problem_text(error))


def _check_articles() -> bool:
    today = datetime.now(UTC).date()
    published = _published_if_any()
    library = overlay(shipped_library(), published)
    faults = [*check_articles(ARTICLES, today), *check_published(published, library, today)]
    faults += check_tables({*library.articles, *files_of(ARTICLES)})
    for fault in faults:
        print(describe_fault(fault))
    if not faults:
        _say(Finding("Artikel"))
    # An overdue review is said, but must not stop an office that has no newer article.
    return not any(fault.blocking for fault in faults)


def _published_if_any() -> list[PublishedText]:
    """What is published; settings or a database that cannot be read are named by the checks that follow."""
    try:
        return read_published(load_settings())
    except DomainError:
        return []


def _say(finding: Finding) -> None:
    print(program_text(f"check_{finding.weight}", what=finding.what, problem=finding.sentence))
