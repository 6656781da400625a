"""The address of a result: whoever has it may read it, nobody can guess it."""

import hmac
import re
from typing import Final

from afk_core.infra.crypto import cipher
from afk_core.infra.settings import Settings
from afk_core.umkm.assess.assessment import AssessmentResult

_TOKEN: Final = re.compile(r"(\d{1,12})-([0-9a-f]{32})", re.ASCII)
_LENGTH: Final = 32


def result_token(assessment_id: int) -> str:
    """The part of the address that opens one result."""
    return f"{assessment_id}-{_signature(assessment_id)}"


def assessment_id_of(token: str) -> int | None:
    """The result that `token` opens; None for a token that was not made here."""
    match = _TOKEN.fullmatch(token)
    if match is None or not hmac.compare_digest(match[2], _signature(int(match[1]))):
        return None
    return int(match[1])


def result_address(settings: Settings, result: AssessmentResult) -> str:
    """The whole address of a result."""
    return f"{settings.base_url}/nilai/hasil/{result_token(result.id)}"


def _signature(assessment_id: int) -> str:
    return cipher().fingerprint("assessment", str(assessment_id))[:_LENGTH]
