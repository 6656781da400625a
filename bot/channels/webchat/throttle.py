"""How much one browser and one address of the network may ask in a minute."""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from afk_core.infra.errors import DomainError

_PER_NETWORK_ADDRESS = 10
"""So many people may write at once over one office's or village's connection."""
_READS_PER_NETWORK_ADDRESS = 100
"""Reading is cheap, and after a restart everybody behind a mobile operator's address comes back at once."""
_IPV6_SITE_BITS = 64


class Throttle:
    """Counts of this process; with several replicas each allows as much, which is the same order."""

    def __init__(self, messages_per_minute: int, files_per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._sends = RateLimitItemPerMinute(messages_per_minute)
        self._files = RateLimitItemPerMinute(files_per_minute)
        self._network_files = RateLimitItemPerMinute(files_per_minute * _PER_NETWORK_ADDRESS)
        self._network = RateLimitItemPerMinute(messages_per_minute * _PER_NETWORK_ADDRESS)
        self._reads = RateLimitItemPerMinute(messages_per_minute * _READS_PER_NETWORK_ADDRESS)

    async def count_message(self, address: str, client: str) -> None:
        """Count one message; raises DomainError `rate.exceeded` with the `seconds` to wait."""
        await self._count(self._sends, "chat", address)
        await self._count(self._network, "send", _site(client))

    async def count_file(self, address: str, client: str) -> None:
        """Count one file; raises DomainError `rate.exceeded`."""
        await self._count(self._files, "file", address)
        await self._count(self._network_files, "file-net", _site(client))

    async def count_key(self, client: str) -> None:
        """Count one new key; raises DomainError `rate.exceeded`."""
        await self._count(self._network, "key", _site(client))

    async def count_reading(self, client: str) -> None:
        """Count one look at messages; raises DomainError `rate.exceeded`."""
        await self._count(self._reads, "read", _site(client))

    async def _count(self, item: RateLimitItemPerMinute, *names: str) -> None:
        if await self._limiter.hit(item, *names):
            return
        window = await self._limiter.get_window_stats(item, *names)
        raise DomainError("rate.exceeded", seconds=max(1, math.ceil(window.reset_time - time.time())))


def _site(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        # One household has 2^64 addresses of version 6; they count as one.
        return str(int(address) >> (128 - _IPV6_SITE_BITS))
    return client
