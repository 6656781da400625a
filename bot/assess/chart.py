"""The standing of the eight aspects as a picture's data: for the page, for Telegram, for paper. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from afk_core.rules.assessment import standings
from afk_core.rules.klaster import DECISIVE
from afk_core.rules.lampiran_c import Level, items_of
from afk_core.umkm.assess.assessment import AssessmentResult
from bot.assess import words
from bot.conversation.texts import Texts

UNANSWERED: Final = "kosong"


class Cell(Struct, frozen=True):
    """One item of an aspect: `state` is its level, or `kosong`; a `decisive` one is marked."""

    code: str
    state: str
    decisive: bool


class Bar(Struct, frozen=True):
    """One aspect with its items; `ready` of them stand at the Siap level."""

    number: int
    label: str
    cells: tuple[Cell, ...]
    ready: int
    answered: int

    @property
    def is_ready(self) -> bool:
        """Whether the aspect stands at the Siap level."""
        return self.ready == len(self.cells)

    @property
    def words(self) -> str:
        """The standing beside the bar."""
        return f"{self.ready} dari {len(self.cells)} siap" if self.answered else "belum dinilai"


def bars(levels: Mapping[str, Level]) -> tuple[Bar, ...]:
    """The eight aspects; empty when no item was answered."""
    if not levels:
        return ()
    return tuple(
        Bar(
            number=standing.aspect.value,
            label=standing.aspect.label,
            cells=tuple(_cell(levels, item.code) for item in items_of(standing.aspect)),
            ready=standing.ready_items,
            answered=standing.answered,
        )
        for standing in standings(levels)
    )


def chart_words(texts: Texts, result: AssessmentResult) -> str:
    """The picture in words, for who does not see it."""
    standing = "; ".join(line.removeprefix("• ") for line in words.standing_lines(texts, result))
    klaster = words.klaster_words(result.klaster, result.sub_klaster)
    return texts("assess.picture", klaster=klaster, standing=standing)


def chart_data(texts: Texts, result: AssessmentResult, office_name: str, date: str) -> dict[str, object]:
    """What the drawn picture takes."""
    return {
        "office": office_name,
        "date": date,
        "klaster": words.klaster_words(result.klaster, result.sub_klaster),
        "ready": result.ready_aspects,
        "words": chart_words(texts, result),
        "bars": [
            {
                "label": f"{bar.number}. {bar.label}",
                "words": bar.words,
                "ready": bar.is_ready,
                "cells": [{"code": cell.code, "state": cell.state} for cell in bar.cells],
            }
            for bar in bars(result.levels)
        ],
    }


def _cell(levels: Mapping[str, Level], code: str) -> Cell:
    return Cell(code, levels[code].value if code in levels else UNANSWERED, code in DECISIVE)
