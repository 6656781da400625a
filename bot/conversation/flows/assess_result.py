"""What is said of a finished self-assessment, and of earlier ones."""

from zoneinfo import ZoneInfo

from afk_core.files import service as files
from afk_core.offices.models import Office
from afk_core.offices.service import office_by_id, office_zone
from afk_core.umkm.assess import service
from afk_core.umkm.assess.assessment import AssessmentResult
from bot.assess import papers, words
from bot.assess.links import result_address
from bot.conversation.messages import Button, Reply
from bot.conversation.turn import TurnContext

_SHOWN_HISTORY = 8


async def show(turn: TurnContext, result: AssessmentResult) -> None:
    """The result with its reasons, the picture and the paper, then what to do with it."""
    office = await office_by_id(turn.session, result.office_id)
    tz = ZoneInfo(office.time_zone)
    texts = turn.texts
    before = await _before(turn, result)
    drawn = await _files(turn, office, result, before)
    turn.turn.replies.append(Reply(words.result_words(texts, result), files=drawn))
    parts = [words.plan_words(texts, result)]
    if before is not None:
        parts.append(words.change_words(texts, result, before, tz))
    parts.append(texts("assess.web_result", address=result_address(turn.context.settings, result)))
    turn.turn.say("\n\n".join(parts), *_next_rows(turn, result))


async def show_last(turn: TurnContext) -> None:
    """The newest result again."""
    last = await service.latest_result(turn.session, turn.conversation.id)
    if last is None:
        _none(turn)
    else:
        await show(turn, last)


async def show_history(turn: TurnContext) -> None:
    """Every finished assessment, the newest first, each with its suggestion."""
    results = await service.results_of(turn.session, turn.conversation.id)
    if not results:
        _none(turn)
        return
    lines = [turn.texts("assess.history_head")]
    for result in results[:_SHOWN_HISTORY]:
        tz = await office_zone(turn.session, result.office_id)
        lines.append(
            turn.texts(
                "assess.history_line",
                date=words.date_words(result.finished_at, tz),
                klaster=words.klaster_words(result.klaster, result.sub_klaster),
                aspects=words.aspects_words(turn.texts, result),
            )
        )
    text = "\n".join(lines)
    if len(results) > 1:
        tz = await office_zone(turn.session, results[0].office_id)
        text += "\n\n" + words.change_words(turn.texts, results[0], results[1], tz)
    turn.turn.say(
        text,
        [turn.button("assess.last", "as:last"), turn.button("assess.repeat", "as:update")],
        [turn.button("menu.main", "menu")],
    )


async def _files(
    turn: TurnContext, office: Office, result: AssessmentResult, before: AssessmentResult | None
) -> tuple[int, ...]:
    """The picture, where the aspects were answered, and the paper, as files of the reply.

    They go after a week; the address of the result draws them again.
    """
    most = turn.context.settings.file_bytes
    made = [(await papers.result_paper(turn.texts, office, result, before), "pdf")]
    if result.levels:
        made.insert(0, (await papers.result_picture(turn.texts, office, result), "png"))
    return tuple(
        [
            await files.store(
                turn.session,
                turn.now,
                files.accept(content, papers.file_name(office, result, ending), max_bytes=most),
            )
            for content, ending in made
        ]
    )


async def _before(turn: TurnContext, result: AssessmentResult) -> AssessmentResult | None:
    results = await service.results_of(turn.session, turn.conversation.id)
    older = [each for each in results if (each.finished_at, each.id) < (result.finished_at, result.id)]
    return older[0] if older else None


def _none(turn: TurnContext) -> None:
    turn.say(
        "assess.history_none",
        [turn.button("assess.begin", "as:begin")],
        [turn.button("menu.main", "menu")],
    )


def _next_rows(turn: TurnContext, result: AssessmentResult) -> list[list[Button]]:
    return [
        [turn.button("assess.register", "menu:register")],
        [
            turn.button("assess.ask_officer", "h:assess"),
            turn.button("assess.facility", f"t:{words.facility_of(result)}"),
        ],
        [turn.button("assess.repeat", "as:update"), turn.button("menu.main", "menu")],
    ]
