"""What can be done with tickets.

Every verb takes the session first, then `now` (aware) where time matters, and never commits. Changes to
one ticket follow one another under the lock of its row.
"""

from tickets.service.answering import draft_of, drop_draft, reply, save_draft
from tickets.service.asking import (
    add_user_message,
    confirm_answered,
    edit_user_message,
    open_ticket,
    rate,
)
from tickets.service.delivery import judge_due, recompute_verdict, record_delivery
from tickets.service.reading import (
    conversation_of,
    detail,
    queue,
    reveal_contact,
    ticket_for_user,
    tickets_of_conversation,
)
from tickets.service.work import claim, close, mark_complaint, note, release

__all__ = [
    "add_user_message",
    "claim",
    "close",
    "confirm_answered",
    "conversation_of",
    "detail",
    "draft_of",
    "drop_draft",
    "edit_user_message",
    "judge_due",
    "mark_complaint",
    "note",
    "open_ticket",
    "queue",
    "rate",
    "recompute_verdict",
    "record_delivery",
    "release",
    "reply",
    "reveal_contact",
    "save_draft",
    "ticket_for_user",
    "tickets_of_conversation",
]
