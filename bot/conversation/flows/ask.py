"""A question becomes an answer, a question back, or the offer of an officer."""

from bot.conversation.flows import handover, menu
from bot.conversation.messages import Button
from bot.conversation.turn import TurnContext
from knowledge.answers import Finding, Outcome
from knowledge.article import Aspect
from knowledge.service import record_answer, record_unanswered

_NEXT_ASPECTS = (Aspect.REQUIREMENTS, Aspect.PROCEDURE, Aspect.LEGAL_BASIS, Aspect.BENEFIT)
# What can be done here about a topic, beside asking: find one's cluster, register.
_ACTS = {"umkm-klaster": ("menu.assess", "menu:assess"), "umkm-binaan": ("menu.register", "menu:register")}
_WISH = "wish"
_NO_SOURCE = "no-source"


async def question(turn: TurnContext, text: str) -> None:
    """Answer what was typed, or say honestly what happens instead."""
    finding = turn.knowledge.find_answer(text, topic=turn.state.topic)
    await _tell(turn, finding, text)


async def topic(turn: TurnContext, slug: str, aspect: str) -> None:
    """Answer a button that names a topic and, perhaps, an aspect."""
    try:
        finding = turn.knowledge.answer(slug, Aspect(aspect) if aspect else Aspect.DEFINITION)
    except (KeyError, ValueError):
        menu.offer(turn, "ask.stale_button")
        return
    label = turn.texts(f"aspects.{aspect or Aspect.DEFINITION}")
    await _tell(turn, finding, f"{label}: {turn.topic_title(slug)}")


async def _tell(turn: TurnContext, finding: Finding, text: str) -> None:
    turn.turn.outcome = finding.outcome.value
    if finding.topic:
        turn.state.topic = finding.topic
    if finding.outcome is Outcome.ANSWER:
        await record_answer(turn.session, turn.context.clock, finding, conversation_id=turn.conversation.id)
        _keep_for_officer(turn, text, finding)
        if finding.reason == _NO_SOURCE:
            await _remember_gap(turn, text, finding)
        turn.turn.say(finding.text, *_follow_ups(turn, finding))
    elif finding.outcome is Outcome.CLARIFY:
        _keep_for_officer(turn, text, finding)
        rows = [[Button(turn.topic_title(slug), f"t:{slug}")] for slug in finding.choices]
        turn.turn.say(finding.text, *rows, [turn.button("ask.none_of_these", "h:pending")])
    elif finding.outcome is Outcome.SMALLTALK:
        turn.turn.say(finding.text, *menu.main_rows(turn))
    else:
        _keep_for_officer(turn, text, finding)
        await _remember_gap(turn, text, finding)
        if finding.reason == _WISH:
            turn.state.pending = turn.state.pending_topic = None
            await handover.start(turn, None)
            return
        turn.turn.say(
            finding.text,
            [turn.button("ask.send_to_officer", "h:pending"), turn.button("menu.main", "menu")],
        )


def _keep_for_officer(turn: TurnContext, text: str, finding: Finding) -> None:
    turn.state.pending, turn.state.pending_topic = text, finding.topic


async def _remember_gap(turn: TurnContext, text: str, finding: Finding) -> None:
    """Let the officers see what the knowledge could not answer."""
    await record_unanswered(
        turn.session,
        turn.context.clock,
        finding,
        question=text,
        key=turn.knowledge.question_key(text),
        conversation_id=turn.conversation.id,
    )


def _follow_ups(turn: TurnContext, finding: Finding) -> list[list[Button]]:
    if finding.topic is None:
        return [[turn.button("ask.talk_to_officer", "h:pending")]]
    sections = turn.knowledge.collection.articles[finding.topic].sections
    offered = [aspect for aspect in _NEXT_ASPECTS if aspect is not finding.aspect and sections.get(aspect)][
        :2
    ]
    aspects = [turn.button(f"aspects.{aspect}", f"t:{finding.topic}:{aspect}") for aspect in offered]
    rows = [aspects] if aspects else []
    if finding.topic in _ACTS:
        rows.append([turn.button(*_ACTS[finding.topic])])
    return [*rows, [turn.button("ask.talk_to_officer", "h:pending")]]
