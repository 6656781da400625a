"""Wakes whoever waits for news: a ring says only that something changed, never what.

On SQLite a ring stays in the process. On PostgreSQL it also travels by NOTIFY, which is sent at the
commit of the ringing transaction and is lost to a listener that is away; whoever waits therefore reads
the tables after every ring and also every few seconds without one. A process does not hear its own NOTIFY:
it was rung by the commit already.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.database import before_commit, on_commit

_CHANNEL = "klinik"
_RUNG = "rung"
_TO_NOTIFY = "to notify"
_BY = "\x1f"
"""Stands behind each topic; the mark of the process that rang them comes last."""
_LETTER_BYTES = 7_900
"""PostgreSQL takes less than 8,000 at once."""
_NOTIFY = text("SELECT pg_notify(:channel, letter) FROM unnest(CAST(:letters AS text[])) AS letter")
_LISTEN_CHECK_SECONDS = 5.0

JOBS_INBOX = "jobs:inbox"
JOBS_SEND = "jobs:send"
JOBS_TIMER = "jobs:timer"
JOBS_FETCH = "jobs:fetch"
TICKETS = "tickets"
"""Rings when a ticket of any office changed."""
ARTICLES = "articles"
"""Rings when officers published or withdrew an article."""
CONVERSATIONS = "conversation:"
"""What the topics of all conversations begin with."""
CHATS = "chat:"
"""What the topics of chats begin with whose conversation is not known yet."""


def conversation_topic(conversation_id: int) -> str:
    """The topic that rings when a conversation has a new or changed message."""
    return f"{CONVERSATIONS}{conversation_id}"


def chat_topic(channel: str, address: str) -> str:
    """The topic that rings when a chat became a conversation."""
    return f"{CHATS}{channel}:{address}"


def office_topic(office_id: int) -> str:
    """The topic that rings when a ticket of an office changed."""
    return f"office:{office_id}"


class Bell:
    """One waiter's view of its topics; of several waiters who do the same work a ring wakes one."""

    def __init__(self) -> None:
        self._rings: asyncio.Queue[None] = asyncio.Queue(1)

    def strike(self) -> None:
        """Wake the waiter, now or at its next wait."""
        if not self._rings.full():
            self._rings.put_nowait(None)

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang. Rings in between are not lost."""
        if not self._rings.empty():
            self._rings.get_nowait()
            return True
        try:
            await asyncio.wait_for(self._rings.get(), seconds)
        except TimeoutError:
            return False
        return True


class Doorbell:
    """Rings and subscriptions of one process."""

    def __init__(self, *, notify: bool) -> None:
        self._notify = notify
        self._mark = secrets.token_hex(4)
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._ears: list[tuple[str, Callable[[str], None]]] = []

    @property
    def travels(self) -> bool:
        """Whether a ring reaches other processes, for which it needs a transaction."""
        return self._notify

    def hear(self, prefix: str, ear: Callable[[str], None]) -> None:
        """Call `ear` with every topic that begins with `prefix`, rung here or in another process."""
        self._ears.append((prefix, ear))

    async def ring(self, session: AsyncSession, topic: str, *, here: bool = True) -> None:
        """Ring `topic` in every replica once the transaction of `session` is committed.

        Without `here`, only in the others: whoever waits in this process is told otherwise.
        """
        if not (here or self._notify):
            return
        rung: dict[str, bool] | None = session.info.get(_RUNG)
        if rung is None:
            rung = session.info[_RUNG] = {}
            on_commit(session, lambda: self._ring_all(session))
        rung[topic] = here or rung.get(topic, False)
        if self._notify:
            self._notify_later(session, topic)

    def _notify_later(self, session: AsyncSession, topic: str) -> None:
        topics: dict[str, None] | None = session.info.get(_TO_NOTIFY)
        if topics is None:
            topics = session.info[_TO_NOTIFY] = {}
            before_commit(session, lambda: self._notify_all(session))
        topics[topic] = None

    async def _notify_all(self, session: AsyncSession) -> None:
        """The rings of a transaction in one statement; what rings while it ends gets another."""
        letters = _letters(session.info.pop(_TO_NOTIFY), self._mark)
        await session.execute(_NOTIFY, {"channel": _CHANNEL, "letters": letters})

    def _ring_all(self, session: AsyncSession) -> None:
        for topic, here in session.info.pop(_RUNG, {}).items():
            if here:
                self.ring_here(topic)

    def heard(self, payload: str) -> None:
        """Take a NOTIFY; one that this process sent is no news to it."""
        *topics, mark = payload.split(_BY)
        for topic in () if mark == self._mark else topics:
            self.ring_here(topic)

    def ring_here(self, topic: str) -> None:
        """Ring in this process only."""
        for prefix, ear in self._ears:
            if topic.startswith(prefix):
                ear(topic)
        for bell in tuple(self._bells.get(topic, ())):
            bell.strike()

    def ring_everything(self) -> None:
        """Ring every topic: after a gap in listening nobody knows what was missed."""
        for topic in tuple(self._bells):
            self.ring_here(topic)

    def bell(self, topic: str) -> Bell:
        """A bell that rings for `topic` as long as this process lives."""
        bell = Bell()
        self._bells[topic].add(bell)
        return bell

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Bell]:
        """A bell that rings for any of `topics` until the block ends."""
        bell = Bell()
        for topic in topics:
            self._bells[topic].add(bell)
        try:
            yield bell
        finally:
            for topic in topics:
                self._bells[topic].discard(bell)
                if not self._bells[topic]:
                    del self._bells[topic]


def _letters(topics: Iterable[str], mark: str) -> list[str]:
    """Topics put together: each letter wakes every replica, also the one that sent it."""
    letters: list[str] = []
    for topic in topics:
        if letters and len(letters[-1].encode()) + len(topic.encode()) < _LETTER_BYTES:
            letters[-1] = f"{topic}{_BY}{letters[-1]}"
        else:
            letters.append(f"{topic}{_BY}{mark}")
    return letters


async def listen(doorbell: Doorbell, url: str, stopping: asyncio.Event) -> None:
    """Pass rings of other replicas on to `doorbell` until `stopping`; raises when the connection breaks.

    `url` must reach PostgreSQL directly: LISTEN does not work through a pooler in transaction mode.
    """
    # The driver of PostgreSQL: a service on SQLite has no use for it.
    import asyncpg

    try:
        await _listen(doorbell, url.replace("postgresql+asyncpg://", "postgresql://", 1), stopping)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Without SQLAlchemy in between, the driver's own kinds of errors come; each ends the listening.
        raise ConnectionError(type(error).__name__) from error


async def _listen(doorbell: Doorbell, url: str, stopping: asyncio.Event) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    lost = asyncio.Event()

    def heard(_connection: object, _pid: int, _channel: str, topic: object) -> None:
        doorbell.heard(str(topic))

    def ended(_connection: object) -> None:
        lost.set()

    try:
        connection.add_termination_listener(_callback(ended))
        await connection.add_listener(_CHANNEL, heard)
        doorbell.ring_everything()
        while not stopping.is_set():
            if lost.is_set():
                raise ConnectionError("the listening connection was lost")
            await connection.execute("SELECT 1", timeout=_LISTEN_CHECK_SECONDS)
            await _first_of(stopping, lost, seconds=_LISTEN_CHECK_SECONDS)
    finally:
        await connection.close(timeout=1)


def _callback(function: Callable[[object], None]) -> Callable[[object], None]:
    return function


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
