"""How the bot presents itself in Telegram: the commands menu and the words of the empty chat."""

import re
from collections.abc import Callable
from typing import Any, Final

import structlog
from msgspec import Struct

from bot.channels.telegram.api import ApiRefused, ApiUnreachable, TelegramApi
from bot.channels.telegram.pace import Pace
from bot.context import Context

_log = structlog.get_logger(__name__)

COMMANDS = ("start", "bantuan", "menu", "nilai", "daftar", "survei", "tiket", "petugas", "data", "batal")
"""In the order of the menu."""

GROUP_COMMANDS = ("antrean", "tiket", "tautkan")
"""What officers can do in their group."""

_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{,64}")


class Profile(Struct, frozen=True):
    """What people see before they write; Telegram takes 512 and 120 characters of description."""

    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str
    group_commands: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_texts(cls, text: Callable[[str], str]) -> "Profile":
        """The profile in the words of `bot/texts/id.toml`."""
        return cls(
            commands=tuple((name, text(f"telegram.commands.{name}")) for name in COMMANDS),
            description=text("telegram.description"),
            short_description=text("telegram.short_description"),
            group_commands=tuple((name, text(f"desk.commands.{name}")) for name in GROUP_COMMANDS),
        )


async def present(
    context: Context,
    api: TelegramApi,
    profile: Profile,
    named: Callable[[str], None],
    pace: Pace | None = None,
) -> None:
    """Tell `named` the bot's user name and set `profile`; repeated until it works or the nursery stops."""
    pace = pace or Pace()
    failures = 0
    while not context.nursery.stopping.is_set():
        try:
            me = await api.call("getMe")
            named(str(me["username"]))
            await _set_what_differs(api, profile)
        except (ApiRefused, ApiUnreachable, KeyError, TypeError) as error:
            failures += 1
            wait = pace.after(error, failures)
            _log.warning("the bot's profile is not set", error=str(error), wait_seconds=round(wait, 1))
            await context.nursery.pause(wait)
        else:
            return


def link(bot_username: str, payload: str) -> str:
    """The address that opens the chat and sends `/start payload`.

    Raises ValueError unless `payload` is at most 64 characters of A-Z, a-z, 0-9, `_` and `-`.
    """
    if _PAYLOAD.fullmatch(payload) is None:
        raise ValueError("a payload that Telegram does not take")
    return f"https://t.me/{bot_username}?start={payload}"


async def _set_what_differs(api: TelegramApi, profile: Profile) -> None:
    """Set only what is not so already: Telegram allows few changes of a profile, and replicas start often."""
    await _set_commands(api, profile.commands, {})
    await _set_commands(api, profile.group_commands, {"scope": {"type": "all_group_chats"}})
    await _set_text(api, "Description", "description", profile.description)
    await _set_text(api, "ShortDescription", "short_description", profile.short_description)


async def _set_commands(api: TelegramApi, wanted: tuple[tuple[str, str], ...], scope: dict[str, Any]) -> None:
    commands = [{"command": name, "description": words} for name, words in wanted]
    if await api.call("getMyCommands", scope) != commands:
        await api.call("setMyCommands", {"commands": commands} | scope)


async def _set_text(api: TelegramApi, method: str, field: str, wanted: str) -> None:
    found: Any = await api.call(f"getMy{method}")
    if not isinstance(found, dict) or found.get(field) != wanted:
        await api.call(f"setMy{method}", {field: wanted})
