"""What can be done with tickets.

Every verb takes the session first, then `now` (aware) where time matters, and never commits. Changes to
one ticket follow one another under the lock of its row.
"""

from tickets.service.alerts import record_unclaimed, record_warning, standing_of
from tickets.service.answering import draft_of, drop_draft, reply, save_draft
from tickets.service.asking import (
    add_user_message,
    confirm_answered,
    edit_user_message,
    open_ticket,
    rate,
)
from tickets.service.assignment import assign, give_by_turn, relieve, take_over
from tickets.service.contact import correct_contact
from tickets.service.delivery import judge_due, recompute_verdict, record_delivery
from tickets.service.emptying import empty_of_conversation, empty_old
from tickets.service.escalation import colleagues, escalate, hand_back, open_escalation
from tickets.service.following import has_news, outline, take_news
from tickets.service.helping import (
    helpers_of,
    helps_somewhere,
    invite_helper,
    propose_answer,
    proposed_words,
    remove_helper,
    who_can_help,
)
from tickets.service.looks import is_new_reading, record_reading
from tickets.service.merging import merge, tickets_beside
from tickets.service.reading import (
    conversation_of,
    detail,
    queue,
    reveal_contact,
    ticket_for_user,
    tickets_of_conversation,
)
from tickets.service.recompute import offices_behind, recompute_limits, running_limits
from tickets.service.splitting import movable_words, split
from tickets.service.verification import check_verdicts
from tickets.service.work import claim, close, mark_complaint, note, release

__all__ = [
    "add_user_message",
    "assign",
    "check_verdicts",
    "claim",
    "close",
    "colleagues",
    "confirm_answered",
    "conversation_of",
    "correct_contact",
    "detail",
    "draft_of",
    "drop_draft",
    "edit_user_message",
    "empty_of_conversation",
    "empty_old",
    "escalate",
    "give_by_turn",
    "hand_back",
    "has_news",
    "helpers_of",
    "helps_somewhere",
    "invite_helper",
    "is_new_reading",
    "judge_due",
    "mark_complaint",
    "merge",
    "movable_words",
    "note",
    "offices_behind",
    "open_escalation",
    "open_ticket",
    "outline",
    "propose_answer",
    "proposed_words",
    "queue",
    "rate",
    "recompute_limits",
    "recompute_verdict",
    "record_delivery",
    "record_reading",
    "record_unclaimed",
    "record_warning",
    "release",
    "relieve",
    "remove_helper",
    "reply",
    "reveal_contact",
    "running_limits",
    "save_draft",
    "split",
    "standing_of",
    "take_news",
    "take_over",
    "ticket_for_user",
    "tickets_beside",
    "tickets_of_conversation",
    "who_can_help",
]
