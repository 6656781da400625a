"""Fetches what a person sent from Telegram: first its path, then its content, never more than is allowed."""

import aiohttp

from afk_core.files.accept import too_large
from bot.channels.base import NotFetched
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.conversation.messages import ChannelName, RemoteFile

_DOWNLOAD_SECONDS = 50.0
_CHUNK = 64 * 1024
_UNAVAILABLE = "file.unavailable"
_TOO_BIG_FOR_BOTS = "file is too big"


class TelegramFiles:
    """Files that one bot was sent; the address of a file holds the token and is never logged."""

    name = ChannelName.TELEGRAM

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def fetch(self, remote: RemoteFile, *, max_bytes: int) -> bytes:
        """As `Fetcher.fetch`."""
        path = await self._path(remote, max_bytes)
        try:
            async with self._api.open_file(path, seconds=_DOWNLOAD_SECONDS) as response:
                if response.status != 200:
                    gone = response.status in (400, 404, 410)
                    raise NotFetched(_UNAVAILABLE, for_good=gone)
                content = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > max_bytes:
                        raise too_large(max_bytes)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NotFetched(_UNAVAILABLE, for_good=False) from None
        return bytes(content)

    async def _path(self, remote: RemoteFile, max_bytes: int) -> str:
        try:
            found = await self._api.call("getFile", {"file_id": remote.file_id})
        except ApiUnreachable:
            raise NotFetched(_UNAVAILABLE, for_good=False) from None
        except ApiRefused as refusal:
            if _TOO_BIG_FOR_BOTS in refusal.description:
                raise too_large(max_bytes) from None
            raise NotFetched(_UNAVAILABLE, for_good=refusal.code == 400) from None
        path = found.get("file_path") if isinstance(found, dict) else None
        size = found.get("file_size") if isinstance(found, dict) else None
        if isinstance(size, int) and size > max_bytes:
            raise too_large(max_bytes)
        if not isinstance(path, str) or not path:
            raise NotFetched(_UNAVAILABLE, for_good=True)
        return path
