"""What can go wrong between a bot and Telegram, on demand."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Refused(Exception):
    """The Bot API says no: an error code, its wording, and the parameters beside it."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class FaultKind(StrEnum):
    """The faults; CUT and ODD_RESULT come after the method was carried out, all others instead of it."""

    FLOOD = "flood"
    BAD_GATEWAY = "bad_gateway"
    HANG = "hang"
    CUT = "cut"
    BLOCKED = "blocked"
    REFUSE = "refuse"
    UNAUTHORIZED = "unauthorized"
    MIGRATED = "migrated"
    ODD_RESULT = "odd_result"


AFTER_THE_ACT = frozenset({FaultKind.CUT, FaultKind.ODD_RESULT})


@dataclass
class Fault:
    """A fault for the next `times` calls that match `method` and `chat_id` (None matches all).

    `seconds` is the retry_after of FLOOD and the length of HANG; `code` and `description` are those of
    REFUSE; `chat` is the new chat of MIGRATED.
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    seconds: float = 1
    code: int = 400
    description: str = "Bad Request: wrong"
    chat: int = 0

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is meant for such a call and has turns left."""
        return (
            self.times > 0
            and (self.method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or self.chat_id == chat_id)
        )

    def refusal(self) -> Refused | None:
        """The refusal that this fault is, for the kinds that answer in the Bot API's own form."""
        match self.kind:
            case FaultKind.FLOOD:
                seconds = int(self.seconds)
                return Refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
            case FaultKind.BLOCKED:
                return Refused(403, "Forbidden: bot was blocked by the user")
            case FaultKind.REFUSE:
                return Refused(self.code, self.description)
            case FaultKind.UNAUTHORIZED:
                return Refused(401, "Unauthorized")
            case FaultKind.MIGRATED:
                words = "Bad Request: group chat was upgraded to a supergroup chat"
                return Refused(400, words, {"migrate_to_chat_id": self.chat})
        return None
