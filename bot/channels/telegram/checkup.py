"""What Telegram says of the bot of the settings, for `klinik check`; nothing is set."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from afk_core.infra.settings import Settings
from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.channels.telegram.setup import build, uses_webhook
from bot.channels.telegram.webhook import PATH
from bot.checkup.finding import Finding, Weight
from bot.conversation.texts import Texts
from bot.program_texts import program_text

_WHAT: Final = "Telegram"
_RECENT: Final = timedelta(hours=1)
_MANY: Final = 100


async def look_at_telegram(settings: Settings, now: datetime) -> Finding:
    """Token, webhook and what Telegram last complained of; raises DomainError `telegram.token_malformed`."""
    telegram = build(settings, Texts.load())
    if telegram is None:
        return Finding(_WHAT)
    try:
        return await _look(telegram.api, settings, now)
    except ApiUnreachable:
        return Finding(_WHAT, Weight.BAD, program_text("check_telegram_away", url=settings.telegram_api))
    except ApiRefused as error:
        if error.code in (401, 404):
            return Finding(_WHAT, Weight.BAD, program_text("check_token"))
        return Finding(_WHAT, Weight.BAD, program_text("check_telegram_odd", reason=error))
    finally:
        await telegram.close()


async def _look(api: TelegramApi, settings: Settings, now: datetime) -> Finding:
    await api.call("getMe")
    hook: dict[str, Any] = await api.call("getWebhookInfo")
    wanted = f"{settings.public_url}{PATH}" if uses_webhook(settings) else ""
    url, waiting = str(hook.get("url", "")), int(hook.get("pending_update_count", 0))
    if url != wanted:
        return Finding(_WHAT, Weight.BAD, _other_webhook(url, wanted))
    failed_at = hook.get("last_error_date")
    if failed_at and now - datetime.fromtimestamp(int(failed_at), UTC) < _RECENT:
        reason = str(hook.get("last_error_message", ""))[:200]
        return Finding(_WHAT, Weight.BAD, program_text("check_webhook_fails", reason=reason))
    if waiting > _MANY:
        return Finding(_WHAT, Weight.MIND, program_text("check_telegram_waiting", count=waiting))
    return Finding(_WHAT)


def _other_webhook(url: str, wanted: str) -> str:
    if not wanted:
        return program_text("check_webhook_left", url=url)
    if not url:
        return program_text("check_webhook_unset", wanted=wanted)
    return program_text("check_webhook_other", url=url, wanted=wanted)
