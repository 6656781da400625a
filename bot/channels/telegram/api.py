"""Calls of the Bot API in raw JSON: of an answer only what is needed is read, and defensively.

A client that reads whole messages back takes more than twice the processor time, and hides that a message is
out when it cannot read the answer. No error of this module carries an address: the address holds the token.
"""

import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import aiohttp
import certifi

from afk_core.files.file import CheckedFile
from afk_core.infra.json_bytes import from_json, to_json

CALL_SECONDS = 15.0
_ATTACHED: Final = "file"
_CONNECTIONS: Final = 100
_JSON: Final = {"Content-Type": "application/json"}
_NAMES_HOLD_SECONDS: Final = 300
"""So long an address is remembered: a lookup after each pause in the talk would be one more thing to fail."""


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
    """One bot at one Bot API server, and the connections to it, which the first call opens."""

    def __init__(self, server: str, token: str) -> None:
        self._server = server.rstrip("/")
        self._token = token
        self._opened: aiohttp.ClientSession | None = None
        self.bot_id = int(token.partition(":")[0])

    @property
    def token(self) -> str:
        """The bot's token; never to be logged."""
        return self._token

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, *, seconds: float = CALL_SECONDS
    ) -> Any:
        """The result of `method`, waiting at most `seconds`; raises ApiRefused and ApiUnreachable."""
        return await self._post(method, seconds, data=to_json(params or {}), headers=_JSON)

    async def upload(
        self, method: str, params: Mapping[str, Any], field: str, file: CheckedFile, *, seconds: float
    ) -> Any:
        """As `call`, with a file in the parameter `field`."""
        named = {**params, field: f"attach://{_ATTACHED}"}
        form = aiohttp.FormData({name: str(value) for name, value in named.items()}, quote_fields=False)
        form.add_field(_ATTACHED, file.content, filename=file.name)
        return await self._post(method, seconds, data=form)

    def open_file(self, path: str, *, seconds: float) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The content of a file that `getFile` gave the path of, as it comes; raises aiohttp's own errors."""
        return self._client().get(
            f"{self._server}/file/bot{self._token}/{path}",
            timeout=aiohttp.ClientTimeout(total=seconds),
            allow_redirects=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _client(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=_CONNECTIONS, ttl_dns_cache=_NAMES_HOLD_SECONDS, ssl=_certificates()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened

    async def _post(self, method: str, seconds: float, **body: Any) -> Any:
        try:
            async with self._client().post(
                f"{self._server}/bot{self._token}/{method}",
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
                **body,
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnreachable(error) from None
        return _result(status, answer)


def _certificates() -> ssl.SSLContext:
    """Trusts whom the machine trusts; a bare one, which has no list of its own, takes the browsers'."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context


def _result(status: int, body: bytes) -> Any:
    try:
        answer = from_json(body)
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
