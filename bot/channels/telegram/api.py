"""Calls of the Bot API in raw JSON: of an answer only what is needed is read, and defensively.

aiogram's client writes every call out through a model and a form and reads whole messages back, which took
more than twice the processor time; and an answer that it cannot read would hide that a message is out. No
error of this module carries an address: the address holds the token.
"""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiogram.client.session.aiohttp import AiohttpSession

from afk_core.files.file import CheckedFile

CALL_SECONDS = 15.0
_ATTACHED = "file"


class ApiRefused(Exception):
    """The Bot API, or a proxy before it, answered no.

    `retry_after` (seconds) and `migrate_to` (the chat's new id) if it named them. `readable` is False for
    what only something else than the Bot API answers.
    """

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: int | None = None,
        *,
        migrate_to: int | None = None,
        readable: bool = True,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        self.readable = readable


class ApiUnreachable(Exception):
    """No answer came, or not a whole one; unless not even `connected`, the call may have been carried out."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.connected = not isinstance(error, aiohttp.ClientConnectorError)


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
        self, method: str, params: Mapping[str, Any] | None = None, *, seconds: float = CALL_SECONDS
    ) -> Any:
        """The result of `method`, waiting at most `seconds`; raises ApiRefused and ApiUnreachable."""
        return await self._post(method, seconds, json=params or {})

    async def upload(
        self, method: str, params: Mapping[str, Any], field: str, file: CheckedFile, *, seconds: float
    ) -> Any:
        """As `call`, with a file in the parameter `field`."""
        named = {**params, field: f"attach://{_ATTACHED}"}
        form = aiohttp.FormData({name: str(value) for name, value in named.items()}, quote_fields=False)
        form.add_field(_ATTACHED, file.content, filename=file.name)
        return await self._post(method, seconds, data=form)

    async def _post(self, method: str, seconds: float, **body: Any) -> Any:
        client = await self._session.create_session()
        try:
            async with client.post(
                self._session.api.api_url(self._token, method),
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
                **body,
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnreachable(error) from None
        return _result(status, answer)


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiRefused(status, "the answer is not JSON", readable=False) from None
    if not isinstance(answer, dict):
        raise ApiRefused(status, "the answer is not an object", readable=False)
    if answer.get("ok") is True:
        return answer.get("result")
    parameters = answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    retry_after, migrate_to = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    raise ApiRefused(
        answer["error_code"] if isinstance(answer.get("error_code"), int) else status,
        str(answer.get("description", ""))[:200],
        retry_after if isinstance(retry_after, int) and retry_after > 0 else None,
        migrate_to=migrate_to if isinstance(migrate_to, int) else None,
    )
