"""The declared context of the page about Telegram."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.console.frame import Frame
from bot.officer_chat.link import GroupView, LinkView


class CodeShown(Struct, frozen=True):
    """A one-time code that was made just now; `link` opens Telegram with it, `qr` is the same as a picture.

    Both are empty while the bot's name is not known.
    """

    words: str
    expires_at: datetime
    link: str
    qr: str


class TelegramPage(Struct, frozen=True):
    """`telegram.html`; `active` says that the service has a bot, `name` is the bot's once it is known."""

    frame: Frame
    active: bool
    name: str
    link: LinkView | None
    code: CodeShown | None
    may_link_group: bool
    group: GroupView | None
    group_code: CodeShown | None
    tz: ZoneInfo
