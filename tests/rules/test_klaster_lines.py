"""The contract of `klinik klaster --jsonl`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from afk_core.rules.klaster_lines import klaster_lines
from afk_core.rules.lampiran_c import CODES

NEVER = {
    "pernah": False,
    "dokumen_sendiri": False,
    "melalui_pihak_lain": False,
    "rantai_pasok": False,
    "jumlah": 0,
    "negara": 0,
}


def answer(line: str | dict[str, Any]) -> dict[str, Any]:
    (only,) = klaster_lines([line if isinstance(line, str) else json.dumps(line)])
    parsed: dict[str, Any] = json.loads(only)
    return parsed


def test_a_line_gives_every_field_of_the_contract() -> None:
    found = answer({"id": 7, "ekspor": NEVER, "jawaban": dict.fromkeys(CODES, "siap") | {"8c": "sebagian"}})
    assert list(found) == ["id", "klaster", "sub_klaster", "aspek_siap", "kurang", "alasan"]
    assert (found["id"], found["klaster"], found["sub_klaster"]) == (7, "siap-ekspor", None)
    assert (found["aspek_siap"], found["kurang"]) == (7, ["8c"])
    assert all("PER-25/BC/2024" in reason for reason in found["alasan"])


def test_unanswered_items_count_as_belum() -> None:
    # Lampiran B angka 1 huruf a.
    found = answer({"id": "a", "ekspor": {"pernah": False}})
    assert (found["klaster"], found["aspek_siap"], found["kurang"]) == ("potensi-ekspor", 0, list(CODES))


def test_an_exporter_is_telah_whatever_is_answered() -> None:
    # Lampiran B angka 1 huruf c angka 4.
    facts = NEVER | {"pernah": True, "dokumen_sendiri": True, "jumlah": 11, "negara": 2}
    found = answer({"id": "a", "ekspor": facts, "jawaban": {"1a": "belum"}})
    assert (found["klaster"], found["sub_klaster"]) == ("telah-ekspor", "ekspor-berkelanjutan")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "Baris ini bukan JSON yang sah."),
        ("[1]", "Baris ini harus berupa objek JSON."),
        ('{"id": NaN}', "bukan JSON"),
        ({"id": [1]}, '"id" harus berupa teks atau bilangan bulat.'),
        ({}, '"ekspor" belum diisi'),
        ({"ekspor": {}}, '"ekspor.pernah" belum diisi.'),
        ({"ekspor": {"pernah": "ya"}}, '"ekspor.pernah" harus true atau false.'),
        ({"ekspor": {"pernah": True, "jumlah": -1}}, '"ekspor.jumlah" harus bilangan bulat'),
        ({"ekspor": {"pernah": True, "negara": True}}, '"ekspor.negara" harus bilangan bulat'),
        ({"ekspor": {"pernah": True, "jumlah": 1.5}}, '"ekspor.jumlah" harus bilangan bulat'),
        ({"ekspor": {"pernah": False, "rantai_pasok": True}}, '"ekspor" bertentangan'),
        ({"ekspor": {"pernah": False, "jumlah": 3}}, '"ekspor" bertentangan'),
        ({"ekspor": {"pernah": True, "sendiri": True}}, '"ekspor" tidak mengenal "sendiri"'),
        ({"ekspor": NEVER, "jawaban": []}, '"jawaban" harus berupa objek'),
        ({"ekspor": NEVER, "jawaban": {"8d": "siap"}}, 'Butir "8d" tidak dikenal.'),
        ({"ekspor": NEVER, "jawaban": {"1a": "ya"}}, "Jawaban butir 1a harus"),
        ({"ekspor": NEVER, "jawaban": {"1a": None}}, "Jawaban butir 1a harus"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str | dict[str, Any], sentence: str) -> None:
    found = answer(line)
    assert list(found) == ["id", "error"]
    assert sentence in found["error"]


def test_lines_are_answered_as_they_are_read_and_after_a_bad_one() -> None:
    read: list[str] = []

    def lines() -> Iterator[str]:
        for line in ('{"id": 1}', "", '{"id": 2, "ekspor": {"pernah": true}}'):
            read.append(line)
            yield line

    answers = klaster_lines(lines())
    assert json.loads(next(answers))["error"]
    assert len(read) == 1
    assert json.loads(next(answers))["klaster"] == "telah-ekspor"
    assert not list(answers)
