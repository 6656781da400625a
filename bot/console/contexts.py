"""The declared context of each page of officers' work: its template gets this and nothing else."""

from msgspec import Struct

from bot.console.aids_contexts import AidsBox
from bot.console.due import DueView
from bot.console.escalation_contexts import EscalationBox
from bot.console.frame import Frame
from bot.console.work_contexts import WorkBox
from tickets.desk import Contact, DraftView, QueueRow, TicketDetail
from tickets.ticket import LimitView, QueueFilter, TimelineEntry


class SignInPage(Struct, frozen=True):
    """`masuk.html`; `onward` is the address to go to afterwards."""

    frame: Frame
    csrf: str
    username: str
    onward: str
    error: str
    """Code of the sentence to show: "", "wrong", "throttled", "forged"."""


class InvitationPage(Struct, frozen=True):
    """`mulai.html`; without a `name` the link is not valid any more."""

    frame: Frame
    csrf: str
    token: str
    name: str
    username: str
    error: str
    """A sentence, or empty."""
    mismatch: bool
    """The two passwords differ."""


class TroublePage(Struct, frozen=True):
    """`trouble.html`: `kind` chooses the words, `problem` is a sentence of its own, `kept` what was typed."""

    frame: Frame
    kind: str
    problem: str
    kept: str


class QueueLine(Struct, frozen=True):
    """A row of the queue; `due` is None when nothing is awaited from the officers.

    `suggested` says that it was suggested to the viewer.
    """

    row: QueueRow
    topic: str
    due: DueView | None
    mine: bool
    suggested: bool


class QueueView(Struct, frozen=True):
    """The queue itself, as page or as the narrow column beside a ticket (`compact`)."""

    lines: tuple[QueueLine, ...]
    chosen: QueueFilter
    compact: bool
    show_office: bool
    current_ticket: int | None
    tabs: tuple[str, ...]
    """The filters that the viewer can choose; the words are in `labels.html`."""


class QueuePage(Struct, frozen=True):
    """`antrean.html`; `duty` are the names of those on duty in the viewer's office."""

    frame: Frame
    queue: QueueView
    duty: tuple[str, ...]


class QueueFragment(Struct, frozen=True):
    """`antrean_bagian.html`: what a script swaps in; `frame` carries the server's time."""

    frame: Frame
    queue: QueueView


class EntryLine(Struct, frozen=True):
    """An entry of the timeline; `fresh` marks what the user wrote meanwhile, `moved_to` is the number of the
    ticket of their own that its words went to."""

    entry: TimelineEntry
    fresh: bool
    moved_to: str = ""


class LimitLine(Struct, frozen=True):
    """A limit with its standing now."""

    limit: LimitView
    due: DueView


class TicketView(Struct, frozen=True):
    """A ticket with what a page needs besides; `contact` is set only right after it was revealed."""

    detail: TicketDetail
    topic: str
    entries: tuple[EntryLine, ...]
    limits: tuple[LimitLine, ...]
    mine: bool
    may_reveal: bool
    may_seal: bool
    contact: Contact | None


class ReplyBox(Struct, frozen=True):
    """The reply form: what stands in it, and what was refused about it."""

    text: str
    seen_entry: int
    draft: DraftView | None
    problem: str = ""
    stale: bool = False
    note_text: str = ""
    note_problem: str = ""
    reason: str = ""
    close_problem: str = ""


class TicketPage(Struct, frozen=True):
    """`tiket.html`; `side` is what a phone shows: "percakapan" or "pemohon"."""

    frame: Frame
    queue: QueueView
    ticket: TicketView
    reply: ReplyBox
    escalation: EscalationBox
    work: WorkBox
    aids: AidsBox
    side: str


class TicketFragment(Struct, frozen=True):
    """`tiket_bagian.html`: the parts of a ticket that change while it is open."""

    frame: Frame
    ticket: TicketView
    aids: AidsBox
