"""Plain data of self-assessments: one in the making, and one that was finished."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from afk_core.rules.klaster import ExportFacts, Klaster, SubKlaster
from afk_core.rules.lampiran_c import Level


class AssessmentDraft(Struct, frozen=True):
    """An assessment in the making; `values` are the answers by step (see `steps`)."""

    id: int
    conversation_id: int
    values: Mapping[str, str]
    started_at: datetime
    updated_at: datetime


class AssessmentResult(Struct, frozen=True):
    """A finished assessment, as it was suggested then.

    `klaster`, `sub_klaster` and `ready_aspects` stay what they were also if the rules change later;
    `values` are the answers by step, `facts` and `levels` the same for the rules.
    """

    id: int
    conversation_id: int
    office_id: int
    values: Mapping[str, str]
    facts: ExportFacts
    levels: Mapping[str, Level]
    klaster: Klaster
    sub_klaster: SubKlaster | None
    ready_aspects: int
    finished_at: datetime
