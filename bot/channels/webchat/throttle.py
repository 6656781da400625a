"""How much one browser and one address of the network may ask in a minute."""

import math

from afk_core.infra.errors import DomainError
from afk_core.infra.rates import MovingWindow
from bot.sites import site_of

_PER_NETWORK_ADDRESS = 10
"""So many people may write at once over one office's or village's connection."""
_READS_PER_NETWORK_ADDRESS = 100
"""Reading is cheap, and after a restart everybody behind a mobile operator's address comes back at once."""
_MINUTE = 60.0


class Throttle:
    """Counts of this process; with several replicas each allows as much, which is the same order."""

    def __init__(self, messages_per_minute: int, files_per_minute: int) -> None:
        self._sends = MovingWindow(messages_per_minute, _MINUTE)
        self._files = MovingWindow(files_per_minute, _MINUTE)
        self._network_sends = MovingWindow(messages_per_minute * _PER_NETWORK_ADDRESS, _MINUTE)
        self._network_files = MovingWindow(files_per_minute * _PER_NETWORK_ADDRESS, _MINUTE)
        self._network_keys = MovingWindow(messages_per_minute * _PER_NETWORK_ADDRESS, _MINUTE)
        self._reads = MovingWindow(messages_per_minute * _READS_PER_NETWORK_ADDRESS, _MINUTE)

    def count_message(self, address: str, client: str) -> None:
        """Count one message; raises DomainError `rate.exceeded` with the `seconds` to wait."""
        _count(self._sends, address)
        _count(self._network_sends, site_of(client))

    def count_file(self, address: str, client: str) -> None:
        """Count one file; raises DomainError `rate.exceeded`."""
        _count(self._files, address)
        _count(self._network_files, site_of(client))

    def count_key(self, client: str) -> None:
        """Count one new key; raises DomainError `rate.exceeded`."""
        _count(self._network_keys, site_of(client))

    def count_reading(self, client: str) -> None:
        """Count one look at messages; raises DomainError `rate.exceeded`."""
        _count(self._reads, site_of(client))


def _count(window: MovingWindow, key: str) -> None:
    if wait := window.hit(key):
        raise DomainError("rate.exceeded", seconds=math.ceil(wait))
