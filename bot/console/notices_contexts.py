"""The declared context of the page of notices."""

from msgspec import Struct

from bot.console.frame import Frame
from bot.notices.notice import NoticeView


class NoticesPage(Struct, frozen=True):
    """`pemberitahuan.html`: `late` are unread ones that came after their time, in one bundle."""

    frame: Frame
    late: tuple[NoticeView, ...]
    unread: tuple[NoticeView, ...]
    read: tuple[NoticeView, ...]
