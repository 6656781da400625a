"""The questions in their order, and what each takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.infra.errors import DomainError
from afk_core.rules.klaster import contradicts, suggest_klaster
from afk_core.rules.lampiran_c import CODES
from afk_core.umkm.assess import steps
from bot.assess.words import option_words
from bot.conversation.flows.assess_understand import WHICH, looks_like_a_question, understood
from bot.conversation.texts import Texts

TEXTS = Texts.load()
EXPORTER = {"pernah": "ya", "sendiri": "ya", "pihak_lain": "tidak", "rantai_pasok": "tidak"}


def refusal(values: dict[str, str], step: str, value: str) -> str:
    with pytest.raises(DomainError) as refused:
        steps.answered(values, step, value)
    return refused.value.code


def test_who_never_exported_goes_straight_to_the_21_items() -> None:
    assert steps.path({"pernah": "tidak"}) == ("pernah", *CODES)


def test_an_exporter_may_stop_before_the_items_and_is_asked_for_numbers_only_where_they_count() -> None:
    assert steps.path({"pernah": "ya", "sendiri": "tidak"}) == ("pernah", *steps.WAYS, "rinci")
    assert steps.path(EXPORTER | {"rinci": "ya"}) == (*steps.EXPORT_STEPS, "rinci", *CODES)


def test_taking_back_the_exports_takes_back_what_was_said_of_them() -> None:
    values = steps.answered(EXPORTER | {"jumlah": "12", "negara": "2"}, "pernah", "tidak")
    assert values == {"pernah": "tidak"}


@pytest.mark.parametrize(
    ("values", "step", "value", "code"),
    [
        ({}, "1z", "siap", "assess.step_unknown"),
        ({"pernah": "tidak"}, "jumlah", "3", "assess.step_unknown"),
        ({"pernah": "tidak"}, "4a", "sebagian", "assess.value_unknown"),
        ({}, "pernah", "mungkin", "assess.value_unknown"),
        (EXPORTER, "jumlah", "-3", "assess.number"),
        (EXPORTER, "jumlah", "100001", "assess.number"),
        (EXPORTER, "jumlah", "٣", "assess.number"),
        (EXPORTER, "negara", "251", "assess.number"),
        (EXPORTER | {"jumlah": "2"}, "negara", "3", "assess.more_countries"),
        (EXPORTER | {"sendiri": "tidak"}, "rantai_pasok", "tidak", "assess.no_way"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, str], step: str, value: str, code: str) -> None:
    assert refusal(values, step, value) == code


@given(st.lists(st.tuples(st.sampled_from(steps.STEPS), st.sampled_from(["ya", "tidak", "siap", "0", "7"]))))
def test_whatever_is_answered_never_contradicts_itself(acts: list[tuple[str, str]]) -> None:
    values: dict[str, str] = {}
    for step, value in acts:
        try:
            values = steps.answered(values, step, value)
        except DomainError:
            continue
    assert set(values) <= set(steps.path(values))
    facts = steps.facts_of(values)
    assert not contradicts(facts)
    suggest_klaster(facts, steps.levels_of(values))


def test_every_option_fits_a_button_and_is_told_from_the_others() -> None:
    for step in (*steps.EXPORT_STEPS, steps.DETAIL, *CODES):
        labels = [option_words(TEXTS, step, value) for value in steps.options(step)]
        assert all(0 < len(label) <= 34 for label in labels), step
        assert len(set(labels)) == len(labels)
        for value, label in zip(steps.options(step), labels, strict=True):
            assert understood(TEXTS, step, label.upper()) == value


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("4a", "udah punya kok", "siap"),
        ("4a", "blm", "belum"),
        ("4a", "sebagian", None),
        ("1a", "ya", WHICH),
        ("1a", "masih tercampur", "sebagian"),
        ("1a", "punya khusus", "siap"),
        ("2b", "besar", "siap"),
        ("rinci", "cukup", "tidak"),
        ("1a", "gak punya", "belum"),
        ("4a", "tidak punya, belum punya", "belum"),
        ("1a", "Punya, tercampr dgn pribadi", "sebagian"),
        ("5b", "pernah tapi belum rutin", "sebagian"),
        ("5b", "Rutin", "siap"),
        ("8b", "sudah siap", "siap"),
        ("8b", "sudah tapi tidak", None),
        ("pernah", "sudah", "ya"),
        ("pernah", "belum pernah", "tidak"),
        ("2a", "🙂", None),
        ("2a", "pisang goreng", None),
        ("jumlah", "sekitar 1.200 kali", "1200"),
        ("jumlah", "dua puluh lima", "25"),
        ("jumlah", "lima belas", "15"),
        ("jumlah", "lupa", "0"),
        ("jumlah", "0", None),
        ("jumlah", "3 atau 4", None),
        ("negara", "tiga negara", "3"),
    ],
)
def test_typed_answers_are_understood(step: str, text: str, value: str | None) -> None:
    assert understood(TEXTS, step, text) == value


def test_a_question_is_told_from_an_answer() -> None:
    assert looks_like_a_question("apa itu NIB")
    assert looks_like_a_question("NPWP itu wajib?")
    assert not looks_like_a_question("sudah punya")
