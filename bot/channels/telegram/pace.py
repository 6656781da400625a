"""How long to wait after a fault before the next call."""

import random

from msgspec import Struct

from bot.channels.telegram.api import ApiRefused

_REFUSED = frozenset({401, 403, 404})
_CONFLICT = 409


class Pace(Struct, frozen=True):
    """Waits in seconds.

    A long poll must end before the lease does, so that two processes never poll: `renew` (the age up to which
    a lease is not renewed before the next poll), `poll` and `poll_slack` together are shorter than `lease`.
    After a fault, and after a holder was killed, somebody polls again within 10 seconds.
    """

    poll: int = 4
    poll_slack: float = 1.5
    lease: float = 8.0
    renew: float = 1.5
    follow: float = 3.0
    first_fault: float = 0.5
    longest_fault: float = 4.0
    conflict: float = 5.0
    refused: float = 30.0

    def after(self, error: Exception, failures: int) -> float:
        """The wait after `error`, the fault number `failures` (from 1) in a row.

        What Telegram asks for is kept to; else the wait doubles, with jitter so that replicas spread.
        """
        if isinstance(error, ApiRefused):
            if error.retry_after is not None:
                return float(error.retry_after)
            if error.code in _REFUSED:
                return self.refused
            if error.code == _CONFLICT:
                return self.conflict * random.uniform(1.0, 1.5)  # noqa: S311 (spreading, not secrecy)
        wait = min(self.first_fault * 2.0 ** min(failures - 1, 16), self.longest_fault)
        return wait * random.uniform(0.5, 1.0)  # noqa: S311
