"""What the pages of the web form show, as plain data. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from afk_core.rules.dates import format_moment
from afk_core.rules.registration import longest
from afk_core.rules.umkm_lifecycle import ENDED, RegistrationStatus
from afk_core.umkm import steps
from afk_core.umkm.registration import DraftView, OwnRegistration
from bot.conversation.texts import Texts
from bot.umkm import filling, words

_KINDS = {"telepon": "tel", "email": "email"}
_NUMBERS = frozenset({"npwp", "nik", "nib"})


class StartPage(Struct, frozen=True):
    """`daftar_mulai.html`; `done` counts the answers of a draft, None without one."""

    office_name: str
    office_code: str
    consent: tuple[str, ...]
    done: int | None
    total: int
    sent: tuple[OwnRegistration, ...]
    known: bool
    unagreed: bool = False


class Option(Struct, frozen=True):
    """An answer to choose."""

    value: str
    label: str
    chosen: bool


class QuestionPage(Struct, frozen=True):
    """`daftar_isi.html`: one field. `areas` are offered while a kabupaten is typed."""

    step: str
    progress: str
    number: int
    total: int
    question: str
    explained: tuple[str, ...]
    kind: str
    numeric: bool
    longest: int
    value: str
    options: tuple[Option, ...]
    areas: tuple[str, ...]
    may_lack: bool
    back: str
    error: str


class Line(Struct, frozen=True):
    """An answer in the summary."""

    step: str
    label: str
    value: str


class CheckPage(Struct, frozen=True):
    """`daftar_periksa.html`; `problem` is why it was not sent."""

    lines: tuple[Line, ...]
    open_step: str | None
    office: str
    outside: str
    nib: str
    problem: str = ""


class SentPage(Struct, frozen=True):
    """`daftar_terkirim.html`: how a registration stands."""

    own: OwnRegistration
    submitted: str
    open: bool
    returned: bool
    wrong: tuple[Line, ...]
    certificate: str
    notice: str = ""
    problem: str = ""


def question_page(
    texts: Texts,
    draft: DraftView,
    step: str,
    areas: Sequence[str],
    *,
    error: str = "",
    given: str | None = None,
) -> QuestionPage:
    """The context of one field; after a refusal `given` is what was typed."""
    number, total = steps.progress(draft.data, step)
    asked, more, explained = texts(f"register.ask.{step}").partition("?")
    rest = explained.split("\n")
    now = steps.current(draft.data, step) if given is None else given
    options = steps.options(step)
    before = steps.previous(draft.data, step)
    return QuestionPage(
        step=step,
        progress=texts("register.progress", number=number, total=total),
        number=number,
        total=total,
        question=asked + more,
        explained=tuple(line.strip() for line in rest if line.strip()),
        kind=_KINDS.get(step, "text"),
        numeric=step in _NUMBERS,
        longest=(longest(step) or 40) + 20,
        value=words.value_words(texts, step, now) if now and given is None and step in _NUMBERS else now,
        options=tuple(Option(each, words.value_words(texts, step, each), each == now) for each in options),
        areas=tuple(areas) if step == "kabupaten" else (),
        may_lack=step in steps.MAY_LACK,
        back=f"/daftar/isi/{before}" if before else "/daftar",
        error=error,
    )


def check_page(
    texts: Texts, draft: DraftView, goes_to: filling.Destination, *, problem: str = ""
) -> CheckPage:
    """The context of the summary."""
    needs = filling.lacks_nib(draft.data)
    return CheckPage(
        lines=tuple(Line(*line) for line in words.summary_lines(texts, draft.data)),
        open_step=steps.next_open(draft.data),
        office=goes_to.office.name,
        outside="" if goes_to.serves else texts("register.outside"),
        nib=texts("register.nib_needed", klaster=needs.short) if needs else "",
        problem=problem,
    )


def sent_page(own: OwnRegistration, address: str, *, notice: str = "", problem: str = "") -> SentPage:
    """The context of a sent registration; `address` is that of its certificate, if there is one."""
    returned = own.status is RegistrationStatus.RETURNED
    return SentPage(
        own=own,
        submitted=format_moment(own.submitted_at, own.tz),
        open=own.status not in ENDED,
        returned=returned,
        wrong=tuple(Line(field.value, field.label, note) for field, note in own.wrong) if returned else (),
        certificate=address if own.certificate_code else "",
        notice=notice,
        problem=problem,
    )
