"""How often one address of the network may ask the public pages."""

from ipaddress import IPv6Address, ip_address

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from afk_core.infra.errors import DomainError

_PER_MINUTE = 40
_IPV6_SITE_BITS = 64


class PublicThrottle:
    """Counts looks within the last minute, in the memory of this process."""

    def __init__(self, per_minute: int = _PER_MINUTE) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._looks = RateLimitItemPerMinute(per_minute)

    async def count(self, request: Request) -> None:
        """Count one look; raises DomainError `rate.exceeded` with the `seconds` to wait."""
        client = request.client.host if request.client else ""
        if not await self._limiter.hit(self._looks, "public", _site(client)):
            raise DomainError("rate.exceeded", seconds=60)


def _site(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client
    # One household has 2^64 addresses of version 6; they count as one.
    return str(int(address) >> _IPV6_SITE_BITS) if isinstance(address, IPv6Address) else client
