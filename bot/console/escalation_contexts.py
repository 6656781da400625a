"""The declared context of the forms for escalating and for answering an escalation."""

from msgspec import Struct

from tickets.escalation import EscalationView


class EscalationEntered(Struct, frozen=True):
    """What stands in the two forms, as typed, and why it was refused."""

    to: str = ""
    officer_id: int | None = None
    unit: str = ""
    reason: str = ""
    problem: str = ""
    answer: str = ""
    answer_problem: str = ""


class EscalationBox(Struct, frozen=True):
    """`tiket_eskalasi.html`: `waiting` is an escalation without an answer yet.

    `lengthens` says that escalating now gives the request 2 working days; `targets` are code and words.
    """

    may_escalate: bool
    may_answer: bool
    waiting: EscalationView | None
    colleagues: tuple[tuple[int, str], ...]
    targets: tuple[tuple[str, str], ...]
    lengthens: bool
    entered: EscalationEntered
