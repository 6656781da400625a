"""The duties of one officer as a calendar (iCalendar, RFC 5545): whole days, no names of people."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from afk_core.rules.duty_list import Owed
from bot.conversation.texts import Texts
from bot.duties.owed import Gathered, place_of
from bot.duties.words import duty_name

_EVERY: Final = timedelta(hours=6)
_PRODUCT: Final = "-//Klinik Ekspor//Tugas agen//ID"


def calendar_file(
    texts: Texts, now: datetime, base_url: str, gathered: Gathered, owed: Iterable[Owed]
) -> bytes:
    """One event a duty, on the day on which it is due; its UID stays the same for as long as the duty."""
    # Loaded by whoever asks for a calendar: every start would wait 0.05 s for it.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", texts("duties.feed.name"))
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for each in owed:
        what = duty_name(texts, each, gathered)
        event = Event()
        event.add("uid", f"{each.key}@klinik-ekspor")
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", each.due)
        event.add("dtend", each.due + timedelta(days=1))
        event.add("summary", what if each.done is None else texts("duties.feed.done", what=what))
        event.add("url", f"{base_url}{place_of(each, gathered.office(each.office_id).today)}")
        # A duty leaves the day free for meetings.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
