"""Plain data of self-assessments: one in the making, and one that was finished."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from afk_core.rules.klaster import ExportFacts, Klaster, SubKlaster
from afk_core.rules.lampiran_c import Level


@dataclass(frozen=True)
class AssessmentDraft:
    """An assessment in the making; `values` are the answers by step (see `steps`)."""

    id: int
    conversation_id: int
    values: Mapping[str, str]
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class AssessmentResult:
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
