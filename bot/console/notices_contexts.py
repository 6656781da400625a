"""The declared context of the page of notices."""

from dataclasses import dataclass

from bot.console.frame import Frame
from bot.notices.notice import NoticeView


@dataclass(frozen=True)
class NoticesPage:
    """`pemberitahuan.html`: `late` are unread ones that came after their time, in one bundle."""

    frame: Frame
    late: tuple[NoticeView, ...]
    unread: tuple[NoticeView, ...]
    read: tuple[NoticeView, ...]
