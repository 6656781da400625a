"""The state of a dialogue: small, plain, and the same for every channel."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Form:
    """A form that is being filled in.

    `run` tells this filling-in from an earlier one, so that a button of an old question is known as old.
    """

    name: str
    run: int
    step: str
    data: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Form | None":
        """The form that was stored; None for one that this version cannot go on with."""
        known = {item.name for item in fields(cls)}
        try:
            form = cls(**{key: item for key, item in value.items() if key in known})
        except TypeError:
            return None
        form.data = dict(form.data)
        return form


@dataclass
class State:
    """Where a conversation stands.

    `topic` is what was talked about last, `pending` the question that an officer would get and
    `pending_topic` what that one is about, `ticket_id` the ticket that free text goes to while
    `attached`, `acknowledged` whether the person was told so since an officer last spoke, `options` the
    actions that a typed number or label chooses from, `files` the ids of files that wait to go to an officer
    with the next question, `album` the album that was told of last, `survey_offered` the
    quarter in which the person was last asked to answer the survey, `burst_start` (ISO instant) and
    `burst_count` the messages of the current minute.
    """

    topic: str | None = None
    pending: str | None = None
    pending_topic: str | None = None
    form: Form | None = None
    form_runs: int = 0
    ticket_id: int | None = None
    attached: bool = False
    acknowledged: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    album: str = ""
    survey_offered: str = ""
    burst_start: str | None = None
    burst_count: int = 0

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> "State":
        """The state that was stored; unknown keys of an older or newer version are passed over."""
        kept = {key: item for key, item in (value or {}).items() if key in _KNOWN}
        if kept.get("form"):
            kept["form"] = Form.from_json(kept["form"])
        kept["options"] = [(label, action) for label, action in kept.get("options", ())]
        # What was stored must stay as it is, or a change could not be told from it.
        kept["files"] = list(kept.get("files", ()))
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        """The JSON-ready form of the state."""
        form = None if self.form is None else vars(self.form) | {"data": dict(self.form.data)}
        return vars(self) | {"form": form, "options": list(self.options), "files": list(self.files)}

    def start_form(self, name: str, step: str) -> Form:
        """Begin to fill in the form `name` at `step`."""
        self.form_runs += 1
        self.form = Form(name, self.form_runs, step)
        return self.form

    def attach(self, ticket_id: int) -> None:
        """Let free text go to a ticket from now on."""
        self.ticket_id, self.attached, self.acknowledged = ticket_id, True, False

    def detach(self) -> None:
        """Give the person the bot back; the ticket stays known."""
        self.attached = False


_KNOWN = frozenset(item.name for item in fields(State))
