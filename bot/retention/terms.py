"""PURE: how long each kind of data is kept."""

from datetime import datetime, timedelta

from msgspec import Struct

from afk_core.infra.settings import Settings


class Terms(Struct, frozen=True):
    """What is older than its instant goes, unless something that lasts still needs it."""

    now: datetime
    jobs: datetime
    dead_jobs: datetime
    conversations: datetime
    tickets: datetime
    sessions: datetime
    audit: datetime


def terms_at(settings: Settings, now: datetime) -> Terms:
    """The terms of the settings, seen from `now`."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    return Terms(
        now=now,
        jobs=before(settings.keep_jobs_days),
        dead_jobs=before(settings.keep_dead_jobs_days),
        conversations=before(settings.keep_conversations_days),
        tickets=before(settings.keep_tickets_days),
        sessions=before(settings.keep_sessions_days),
        audit=before(settings.keep_audit_days),
    )


def term_in_words(days: int) -> str:
    """A term as people say it: whole years where they fit, else months, else days."""
    if days % 365 == 0:
        return f"{days // 365} tahun"
    if days % 30 == 0:
        return f"{days // 30} bulan"
    return f"{days} hari"
