"""What the pages of the self-assessment show, as plain data. Pure."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct

from afk_core.offices.models import Office
from afk_core.rules.assessment import fitting_themes, reasons
from afk_core.rules.lampiran_c import CODES, Aspect, Item, item_of, items_of
from afk_core.rules.lampiran_d import Theme
from afk_core.umkm.assess import steps
from afk_core.umkm.assess.assessment import AssessmentDraft, AssessmentResult
from bot.assess import words
from bot.assess.chart import Bar, bars, chart_words
from bot.assess.links import result_token
from bot.conversation.texts import Texts


class ResultLine(Struct, frozen=True):
    """An earlier result in a list."""

    date: str
    klaster: str
    aspects: str
    address: str


class StartPage(Struct, frozen=True):
    """The first page; `done` counts the answered items of a draft, None without one."""

    office_name: str
    office_code: str
    done: int | None
    results: tuple[ResultLine, ...]
    known: bool


class Option(Struct, frozen=True):
    """An answer to choose; `chosen` is the one given before."""

    value: str
    label: str
    chosen: bool


class QuestionPage(Struct, frozen=True):
    """One question; `options` is empty where a number is asked."""

    step: str
    progress: str
    number: int
    question: str
    options: tuple[Option, ...]
    given: str
    may_not_know: bool
    most: int
    item: Item | None
    back: str
    error: str


class Answer(Struct, frozen=True):
    """A given answer, for the summary."""

    step: str
    label: str
    answer: str


class AnswerGroup(Struct, frozen=True):
    """The answers of one aspect, or of the history of exports."""

    title: str
    answers: tuple[Answer, ...]


class CheckPage(Struct, frozen=True):
    """The summary; `open_step` is the first question without an answer."""

    groups: tuple[AnswerGroup, ...]
    open_step: str | None


class ResultPage(Struct, frozen=True):
    """A finished assessment."""

    office_name: str
    date: str
    klaster: str
    also: tuple[str, ...]
    reasons: tuple[str, ...]
    bars: tuple[Bar, ...]
    chart_words: str
    next_stage: str | None
    missing: tuple[str, ...]
    themes: tuple[Theme, ...]
    compared: tuple[str, ...]
    groups: tuple[AnswerGroup, ...]
    facility: str
    office_code: str
    token: str


def start_page(
    texts: Texts,
    office: Office,
    draft: AssessmentDraft | None,
    results: Sequence[AssessmentResult],
    office_code: str,
    *,
    known: bool,
) -> StartPage:
    """The context of the first page."""
    tz = ZoneInfo(office.time_zone)
    lines = tuple(
        ResultLine(
            words.date_words(result.finished_at, tz),
            words.klaster_words(result.klaster, result.sub_klaster),
            words.aspects_words(texts, result),
            f"/nilai/hasil/{result_token(result.id)}",
        )
        for result in results
    )
    done = steps.answered_items(draft.values) if draft is not None and draft.values else None
    return StartPage(office.name, office_code, done, lines, known)


def question_page(
    texts: Texts, draft: AssessmentDraft, step: str, *, error: str = "", given: str = ""
) -> QuestionPage:
    """The context of one question; with an `error`, `given` is what was typed."""
    stored = draft.values.get(step, "")
    before = steps.previous(draft.values, step)
    return QuestionPage(
        step=step,
        progress=words.progress(texts, step),
        number=CODES.index(step) + 1 if step in CODES else 0,
        question=words.question(texts, step),
        options=tuple(
            Option(value, words.option_words(texts, step, value), value == stored)
            for value in steps.options(step)
        ),
        given=given if error else ("" if stored == "0" else stored),
        may_not_know=step in steps.COUNTS,
        most=steps.MOST.get(step, 0),
        item=item_of(step) if step in CODES else None,
        back=f"/nilai/tanya/{before}" if before else "/nilai",
        error=error,
    )


def check_page(texts: Texts, draft: AssessmentDraft) -> CheckPage:
    """The context of the summary."""
    return CheckPage(_groups(texts, draft.values), steps.next_open(draft.values))


def result_page(
    texts: Texts, office: Office, result: AssessmentResult, before: AssessmentResult | None
) -> ResultPage:
    """The context of a result; `before` is the one before it."""
    tz = ZoneInfo(office.time_zone)
    compared = words.change_words(texts, result, before, tz).split("\n") if before else []
    return ResultPage(
        office_name=office.name,
        date=words.date_words(result.finished_at, tz),
        klaster=words.klaster_words(result.klaster, result.sub_klaster),
        also=tuple(kind.short for kind in words.suggestion_of(result).also),
        reasons=reasons(result.facts, result.levels),
        bars=bars(result.levels),
        chart_words=chart_words(texts, result),
        next_stage=words.next_words(result),
        missing=tuple(line.removeprefix("• ") for line in words.missing_lines(texts, result)),
        themes=fitting_themes(result.facts, result.levels),
        compared=tuple(line.removeprefix("• ") for line in compared),
        groups=_groups(texts, result.values),
        facility=words.facility_of(result),
        office_code=office.code,
        token=result_token(result.id),
    )


def _groups(texts: Texts, given: Mapping[str, str]) -> tuple[AnswerGroup, ...]:
    applying = steps.path(given)
    exports = [step for step in applying if step not in CODES]
    groups = [(texts("assess.change_export"), exports)]
    groups += [(f"{each.value}. {each.label}", [item.code for item in items_of(each)]) for each in Aspect]
    return tuple(
        AnswerGroup(title, answers)
        for title, codes in groups
        if (answers := _answers(texts, given, [code for code in codes if code in applying]))
    )


def _answers(texts: Texts, values: Mapping[str, str], codes: Sequence[str]) -> tuple[Answer, ...]:
    return tuple(
        Answer(code, texts(f"assess.short.{code}"), words.option_words(texts, code, values[code]))
        for code in codes
        if code in values
    )
