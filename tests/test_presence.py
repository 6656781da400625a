"""Who reads and who types: known everywhere, stored nowhere, forgotten by itself."""

import asyncio

from afk_core.infra.database import Database
from bot.doorbell import Doorbell, listen
from bot.presence import GONE, READING, TYPING, Presence, sign, ticket_place
from tests.dialogue import make_context
from tests.fakes import FixedClock
from tests.house import eventually

_HERE = ticket_place(12)


def test_signs_expire_typing_first_and_leaving_is_at_once() -> None:
    now = 100.0
    presence, doorbell = Presence(lambda: now), Doorbell(notify=False)
    presence.listen(doorbell)
    doorbell.ring_here(sign(_HERE, "1", TYPING))
    doorbell.ring_here(sign(_HERE, "2", READING))
    doorbell.ring_here("hadir:rusak")
    assert (presence.readers(_HERE), presence.writers(_HERE)) == ({"1", "2"}, {"1"})
    assert presence.readers(ticket_place(13)) == set()
    now += 7
    assert (presence.readers(_HERE), presence.writers(_HERE)) == ({"1", "2"}, set())
    doorbell.ring_here(sign(_HERE, "2", GONE))
    assert presence.readers(_HERE) == {"1"}
    now += 30
    assert presence.readers(_HERE) == set()


async def test_a_sign_reaches_the_other_replica(database: Database, clock: FixedClock) -> None:
    one = make_context(database, clock)
    if database.is_sqlite:
        await one.tell_presence(sign(_HERE, "1", READING))
        assert one.presence.readers(_HERE) == {"1"}
        return
    other, stopping = make_context(database, clock), asyncio.Event()
    listening = asyncio.ensure_future(listen(other.doorbell, database.url, stopping))

    async def heard() -> bool:
        await one.tell_presence(sign(_HERE, "1", READING))
        return "1" in other.presence.readers(_HERE)

    await eventually(heard)
    stopping.set()
    await listening
