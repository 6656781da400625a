"""How fast a bot may send: counted in memory, because one process of all replicas sends at a time."""

from afk_core.infra.rates import MovingWindow
from afk_core.infra.tasks import Nursery

_PER_CHAT = (6, 6.0)
_PER_GROUP = (20, 60.0)


class SendingPace:
    """The limits of one bot: overall, for each private chat, and for each group with all its topics."""

    def __init__(self, nursery: Nursery, per_second: int) -> None:
        self._nursery = nursery
        self._overall = MovingWindow(per_second, 1.0)
        self._chats = MovingWindow(*_PER_CHAT)
        self._groups = MovingWindow(*_PER_GROUP)

    async def take_turn(self, address: str) -> float | None:
        """Wait until something may go to `address`, or the nursery stops; None then.

        A group may be full for a minute, in which nothing else should have to wait: its seconds come back.
        """
        if not address.startswith("-"):
            await self._wait_for(self._chats, address)
        elif wait := self._groups.hit(address):
            return wait
        await self._wait_for(self._overall, "all")
        return None

    async def _wait_for(self, window: MovingWindow, key: str) -> None:
        while wait := window.hit(key):
            await self._nursery.pause(wait)
            if self._nursery.stopping.is_set():
                return
