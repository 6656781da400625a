"""What the pages of the survey's form show, as plain data. Pure."""

from msgspec import Struct

from afk_core.rules.dates import format_short_date
from afk_core.rules.periods import Period
from afk_core.rules.satisfaction import SCORES, Element
from afk_core.satisfaction.survey import MAX_REMARK, REMARK, SurveyDraft
from bot.assess.contexts import Answer, Option
from bot.conversation.texts import Texts


class StartPage(Struct, frozen=True):
    """`survei_mulai.html`; `done` counts the answers of a draft, None without one."""

    office_name: str
    office_code: str
    given_code: str
    period: str
    next_opens: str
    notice: str
    done: int | None
    taken: bool
    known: bool


class QuestionPage(Struct, frozen=True):
    """`survei_tanya.html`: one element."""

    step: str
    number: int
    progress: str
    question: str
    options: tuple[Option, ...]
    back: str
    error: str


class RemarkPage(Struct, frozen=True):
    """`survei_saran.html`."""

    question: str
    hint: str
    given: str
    most: int
    error: str


class CheckPage(Struct, frozen=True):
    """`survei_periksa.html`; `open_step` is the first question without an answer."""

    answers: tuple[Answer, ...]
    remark: str
    open_step: str | None
    words: str


class ThanksPage(Struct, frozen=True):
    """`survei_terima.html`."""

    words: str
    office_code: str
    next_opens: str


def opens_again(period: Period) -> str:
    """The day on which the survey of the next quarter opens."""
    return format_short_date(period.after().first)


def question_page(
    texts: Texts, draft: SurveyDraft, step: str, *, error: str = "", given: str = ""
) -> QuestionPage:
    """The page of one element."""
    element = Element(step)
    number = list(Element).index(element) + 1
    chosen = given or draft.values.get(step, "")
    return QuestionPage(
        step=step,
        number=number,
        progress=texts("survey.progress", number=number, element=element.label),
        question=texts(f"survey.question.{step}"),
        options=tuple(
            Option(str(score), texts(f"survey.option.{step}_{score}"), str(score) == chosen)
            for score in SCORES
        ),
        back="/survei" if number == 1 else f"/survei/tanya/u{number - 1}",
        error=error,
    )


def remark_page(texts: Texts, draft: SurveyDraft, *, error: str = "", given: str = "") -> RemarkPage:
    """The page of the free words."""
    return RemarkPage(
        question=texts("survey.remark"),
        hint=texts("survey.remark_hint"),
        given=given or draft.values.get(REMARK, ""),
        most=MAX_REMARK,
        error=error,
    )


def check_page(texts: Texts, draft: SurveyDraft) -> CheckPage:
    """Every answer, to be looked over and changed."""
    return CheckPage(
        answers=tuple(
            Answer(element.value, _name(element), _given(texts, draft, element))
            for element in Element
            if element.value in draft.values
        ),
        remark=draft.values.get(REMARK, ""),
        open_step=None if draft.next_open is None else draft.next_open.value,
        words=texts("survey.check"),
    )


def survey_answers(texts: Texts, draft: SurveyDraft) -> tuple[tuple[str, str], ...]:
    """What stands in a draft, by its names; a survey that was sent is nobody's any more."""
    given = [
        (_name(element), _given(texts, draft, element))
        for element in Element
        if element.value in draft.values
    ]
    remark = draft.values.get(REMARK, "")
    return (*given, *([(texts("survey.change_remark"), remark)] if remark else []))


def _name(element: Element) -> str:
    return f"{element.code} {element.label}"


def _given(texts: Texts, draft: SurveyDraft, element: Element) -> str:
    return texts(f"survey.option.{element.value}_{draft.values[element.value]}")
