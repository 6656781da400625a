"""What can be done with the quarterly monitoring; verbs take the session first and never commit."""

from afk_core.monitoring.service.asking import (
    ask,
    begun_in_chat,
    forget_answers,
    give_answer,
    own_questions,
    refuse,
    send_answers,
)
from afk_core.monitoring.service.reading import history, quarter_lines, quarters, recent_quarters, sheet
from afk_core.monitoring.service.recording import plan, save
from afk_core.monitoring.service.reporting import (
    Content,
    due_of,
    gather,
    key_of,
    plans,
    send,
    sign,
)
from afk_core.monitoring.service.scope import certificates_held, quarter_scope, scope_of_business

__all__ = [
    "Content",
    "ask",
    "begun_in_chat",
    "certificates_held",
    "due_of",
    "forget_answers",
    "gather",
    "give_answer",
    "history",
    "key_of",
    "own_questions",
    "plan",
    "plans",
    "quarter_lines",
    "quarter_scope",
    "quarters",
    "recent_quarters",
    "refuse",
    "save",
    "scope_of_business",
    "send",
    "send_answers",
    "sheet",
    "sign",
]
