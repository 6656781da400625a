"""What the composition root needs of Telegram: the parts from the settings, and their start."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter

from afk_core.infra.errors import DomainError
from afk_core.infra.settings import Settings
from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.commands import Profile, link, present
from bot.channels.telegram.files import TelegramFiles
from bot.channels.telegram.outbound import TelegramSender
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.receiver import poll
from bot.channels.telegram.typing import TypingSignals
from bot.channels.telegram.webhook import make_router, set_webhook
from bot.context import Context
from bot.conversation.texts import Texts

_PUBLIC_API: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"[0-9]+:\S+")


@dataclass
class Telegram:
    """One bot: its calls, its sender, its files; `username` is known once Telegram has answered."""

    api: TelegramApi
    sender: TelegramSender
    files: TelegramFiles
    username: str | None = None

    def named(self, username: str) -> None:
        """Remember the bot's user name."""
        self.username = username

    def link(self, payload: str) -> str | None:
        """The deep link for `payload`; None while the user name is unknown."""
        return link(self.username, payload) if self.username else None

    def make_router(self, context: Context) -> APIRouter:
        """The route of the webhook."""
        return make_router(context, self.api)

    def start(self, context: Context, pace: Pace | None = None) -> None:
        """Receive updates and present the bot, in the nursery of `context`."""
        start(context, self, pace)

    async def close(self) -> None:
        """Close the connections."""
        await self.api.close()


def build(settings: Settings, texts: Texts) -> Telegram | None:
    """The bot of the settings, None without a token; raises DomainError `telegram.token_malformed`."""
    if settings.telegram_token is None or not settings.telegram_token.get_secret_value():
        return None
    token = settings.telegram_token.get_secret_value()
    if _TOKEN.fullmatch(token) is None:
        raise DomainError("telegram.token_malformed")
    api = TelegramApi(settings.telegram_api, token)
    return Telegram(api, TelegramSender(api), TelegramFiles(api))


def uses_webhook(settings: Settings) -> bool:
    """Whether updates come by webhook: with a public https address.

    Plain http is taken only with a Bot API server of one's own, which allows it.
    """
    return settings.public_url.startswith("https://") or (
        bool(settings.public_url) and settings.telegram_api != _PUBLIC_API
    )


def start(context: Context, telegram: Telegram, pace: Pace | None = None) -> None:
    """Receive updates, by webhook or by polling, and present the bot; all in the nursery."""

    def named(username: str) -> None:
        telegram.named(username)
        context.telegram_name = username

    nursery, api = context.nursery, telegram.api
    context.typing_signal = TypingSignals(context, api).show
    profile = Profile.from_texts(context.texts)
    nursery.run_once("telegram-profile", lambda: present(context, api, profile, named, pace))
    if uses_webhook(context.settings):
        public_url = context.settings.public_url
        nursery.run_once("telegram-webhook", lambda: set_webhook(context, api, public_url, pace))
    else:
        nursery.run_forever("telegram-poll", lambda: poll(context, api, pace))
