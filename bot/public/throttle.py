"""How often one address of the network may ask the public pages."""

from fastapi import Request

from afk_core.infra.errors import DomainError
from afk_core.infra.rates import MovingWindow
from bot.sites import site_of

_PER_MINUTE = 40


class PublicThrottle:
    """Counts looks within the last minute, in the memory of this process."""

    def __init__(self, per_minute: int = _PER_MINUTE) -> None:
        self._looks = MovingWindow(per_minute, 60.0)

    def count(self, request: Request) -> None:
        """Count one look; raises DomainError `rate.exceeded` with the `seconds` to wait."""
        client = request.client.host if request.client else ""
        if self._looks.hit(site_of(client)):
            raise DomainError("rate.exceeded", seconds=60)
