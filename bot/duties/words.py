"""What is owed, in words."""

from datetime import date

from afk_core.rules.dates import format_date, format_days_left
from afk_core.rules.duties import Duty
from afk_core.rules.duty_list import Owed, Reminder
from afk_core.rules.roles import Role, role_label
from bot.conversation.texts import Texts
from bot.duties.owed import Gathered


def duty_name(texts: Texts, owed: Owed, gathered: Gathered) -> str:
    """What is to be done, without naming a person: "Laporan bulanan November 2026"."""
    office = gathered.office(owed.office_id)
    role = gathered.role_of(owed) or Role.SUB_PEMBINAAN
    name = owed.duty.value
    if gathered.is_left_behind(owed):
        name = "laporan_ditinggalkan"
    elif owed.returned:
        name = "pembetulan"
    return texts(
        f"duties.names.{name}",
        period="" if owed.period is None else owed.period.label,
        role=role_label(role, office.kind),
        office=office.name,
    )


def reminder_words(texts: Texts, owed: Owed, gathered: Gathered, reminder: Reminder, today: date) -> str:
    """What the one is told who owes it."""
    due, left = format_date(owed.due), format_days_left(owed.due, today)
    if owed.duty is Duty.LETTER:
        letter = gathered.letters.get(owed.office_id)
        if letter is None:
            return texts("duties.letter.first", due=due, left=left)
        key = "duties.letter.ended" if reminder is Reminder.LATE else "duties.letter.ending"
        return texts(key, number=letter.number, due=due, left=left)
    what = duty_name(texts, owed, gathered)
    if reminder is Reminder.LAST_DAY and owed.due == today:
        return texts("duties.reminders.hari_ini", what=what, due=due)
    return texts(f"duties.reminders.{reminder.value}", what=what, due=due, left=left)


def late_words(texts: Texts, owed: Owed, gathered: Gathered) -> str:
    """What the superior is told of a report that somebody did not send in time."""
    person = gathered.people[owed.officer_id or 0]
    what = duty_name(texts, owed, gathered)
    return texts("duties.reminders.bawahan", what=what, name=person.name, due=format_date(owed.due))
