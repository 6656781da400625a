"""The declared contexts of the aids to answering."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.files.file import FileView
from bot.console.frame import Frame
from tickets.aids.canned import Canned
from tickets.aids.review import Review


class HeldLine(Struct, frozen=True):
    """A message that can still be taken back; only its own officer gets the button."""

    entry_id: int
    release_at: datetime
    mine: bool


class AttachmentBox(Struct, frozen=True):
    """The files beside the viewer's draft, and what may still be put there."""

    ticket_id: int
    csrf: str
    files: tuple[FileView, ...]
    most: int
    megabytes: int
    problem: str = ""


class ReviewBox(Struct, frozen=True):
    """Second pairs of eyes: `to_do` asks the viewer, `own` was asked by them; `text` and `remark` are what
    was typed before a refusal."""

    to_do: Review | None
    own: Review | None
    colleagues: tuple[tuple[int, str], ...]
    text: str | None = None
    remark: str = ""


class AidsBox(Struct, frozen=True):
    """Everything beside the reply box that helps to fill it."""

    held: tuple[HeldLine, ...]
    attachments: AttachmentBox
    review: ReviewBox
    statements: tuple[str, ...]


class AttachmentsFragment(Struct, frozen=True):
    """`tiket_lampiran.html`: the list of files after a change of it."""

    box: AttachmentBox


class CannedList(Struct, frozen=True):
    """`balasan.html`; offices as id and name where the viewer sees several."""

    frame: Frame
    office_id: int
    office_name: str
    offices: tuple[tuple[int, str], ...]
    replies: tuple[Canned, ...]
    may_keep: bool
    tz: ZoneInfo


class CannedForm(Struct, frozen=True):
    """`balasan_isi.html`; `reply` is None for a new one, `preview` empty until it is asked for."""

    frame: Frame
    office_id: int
    reply: Canned | None
    title: str
    text: str
    revision: int
    variables: tuple[tuple[str, str], ...]
    preview: str
    problem: str
