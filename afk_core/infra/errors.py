"""Refusals that the domain can give: a code and plain details, never a sentence."""


class DomainError(Exception):
    """A request that the rules refuse.

    `code` is a dotted lower-case word (`ticket.already_claimed`) that `bot/problems.py` maps to a
    status and a sentence; `details` are plain values that the sentence may name.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
