"""Calls of the Bot API in raw JSON, for the parts that must not depend on how aiogram reads an answer.

No error of this module carries an address: the address holds the token.
"""

import json
from typing import Any

import aiohttp
from aiogram.client.session.aiohttp import AiohttpSession

CALL_SECONDS = 15.0


class ApiRefused(Exception):
    """The Bot API, or a proxy before it, answered no; `retry_after` in seconds if it named them."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after


class ApiUnreachable(Exception):
    """No answer came, or not a whole one; whether the call was carried out is unknown."""


class TelegramApi:
    """One bot at one Bot API server; shares the connections of aiogram's client."""

    def __init__(self, session: AiohttpSession, token: str) -> None:
        self._session = session
        self._token = token
        self.bot_id = int(token.partition(":")[0])

    @property
    def token(self) -> str:
        """The bot's token; never to be logged."""
        return self._token

    async def call(
        self, method: str, params: dict[str, Any] | None = None, *, seconds: float = CALL_SECONDS
    ) -> Any:
        """The result of `method`, waiting at most `seconds`; raises ApiRefused and ApiUnreachable."""
        client = await self._session.create_session()
        try:
            async with client.post(
                self._session.api.api_url(self._token, method),
                json=params or {},
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from None
        return _result(status, body)


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiRefused(status, "the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise ApiRefused(status, "the answer is not an object")
    if answer.get("ok") is True:
        return answer.get("result")
    parameters = answer.get("parameters")
    retry_after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    raise ApiRefused(
        answer["error_code"] if isinstance(answer.get("error_code"), int) else status,
        str(answer.get("description", ""))[:200],
        retry_after if isinstance(retry_after, int) and retry_after > 0 else None,
    )
