"""The contract of `klinik limit --jsonl`. 23 November 2026 is a Monday."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from afk_core.rules.limit_lines import WEEKDAYS, limit_lines

WEEK = {day: [["07:30", "17:00"]] for day in WEEKDAYS[:5]}


def request(**changes: Any) -> dict[str, Any]:
    base = {
        "id": "a",
        "tz": "Asia/Makassar",
        "office_hours": WEEK,
        "holidays": [],
        "received": "2026-11-23T09:30:00",
        "clock": "direct",
    }
    return {key: value for key, value in (base | changes).items() if value is not ...}


def answer(line: str | dict[str, Any]) -> dict[str, Any]:
    text = line if isinstance(line, str) else json.dumps(line)
    (only,) = limit_lines([text])
    parsed: dict[str, Any] = json.loads(only)
    return parsed


@pytest.mark.parametrize(
    ("changes", "counted_from", "due"),
    [
        ({}, "2026-11-23T09:30:00+08:00", "2026-11-23T10:25:00+08:00"),
        ({"tz": "Asia/Jakarta"}, "2026-11-23T09:30:00+07:00", "2026-11-23T10:25:00+07:00"),
        ({"tz": "WIT"}, "2026-11-23T09:30:00+09:00", "2026-11-23T10:25:00+09:00"),
        ({"clock": "escalated"}, "2026-11-23T09:30:00+08:00", "2026-11-25T09:30:00+08:00"),
        (
            {"received": "2026-11-23T09:30:17.123456"},
            "2026-11-23T09:30:17.123456+08:00",
            "2026-11-23T10:25:17.123456+08:00",
        ),
        ({"received": "2026-11-23T01:30:00Z"}, "2026-11-23T09:30:00+08:00", "2026-11-23T10:25:00+08:00"),
        ({"received": "2026-11-23T08:30:00+07:00"}, "2026-11-23T09:30:00+08:00", "2026-11-23T10:25:00+08:00"),
        ({"received": "2026-11-23 09:30"}, "2026-11-23T09:30:00+08:00", "2026-11-23T10:25:00+08:00"),
        ({"holidays": ["2026-11-23"]}, "2026-11-24T07:30:00+08:00", "2026-11-24T08:25:00+08:00"),
        ({"holidays": ...}, "2026-11-23T09:30:00+08:00", "2026-11-23T10:25:00+08:00"),
        (
            {"holidays": ["2026-11-23"], "exceptions": {"2026-11-23": [["08:00", "12:00"]]}},
            "2026-11-23T09:30:00+08:00",
            "2026-11-23T10:25:00+08:00",
        ),
        ({"exceptions": {"2026-11-23": []}}, "2026-11-24T07:30:00+08:00", "2026-11-24T08:25:00+08:00"),
        (
            {"office_hours": {"sun": [["13:00", "17:00"], ["8:00", "12:00"]]}},
            "2026-11-29T08:00:00+08:00",
            "2026-11-29T08:55:00+08:00",
        ),
    ],
)
def test_a_line_gives_its_limit(changes: dict[str, Any], counted_from: str, due: str) -> None:
    given = answer(request(**changes))
    assert given.keys() == {"id", "due", "counted_from", "reasoning"}
    assert (given["id"], given["counted_from"], given["due"]) == ("a", counted_from, due)
    assert "Standar Pelayanan 39 angka 3" in given["reasoning"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tz": ...}, '"tz" belum diisi'),
        ({"tz": "Asia/Balikpapan"}, "nama zona waktu"),
        ({"tz": "../etc/passwd"}, "nama zona waktu"),
        ({"tz": ""}, "nama zona waktu"),
        ({"tz": "Asia"}, "nama zona waktu"),
        ({"tz": 8}, "nama zona waktu"),
        ({"received": ...}, '"received" belum diisi'),
        ({"received": "2026-11-23"}, "tanggal dan waktu ISO"),
        ({"received": "2026-02-30T09:30:00"}, "tanggal dan waktu ISO"),
        ({"received": 1795000000}, "tanggal dan waktu ISO"),
        ({"received": "9999-12-31T23:00:00"}, "tidak buka dalam 400 hari"),
        ({"received": "0001-01-01T00:00:00"}, "terlalu awal"),
        ({"clock": ...}, '"clock" belum diisi'),
        ({"clock": "R1"}, '"clock" harus'),
        ({"clock": ["direct"]}, '"clock" harus'),
        ({"office_hours": ...}, '"office_hours" belum diisi'),
        ({"office_hours": {}}, "tidak buka dalam 400 hari"),
        ({"office_hours": {"senin": []}}, '"mon" sampai "sun"'),
        ({"office_hours": [["07:30", "17:00"]]}, '"mon" sampai "sun"'),
        ({"office_hours": {"mon": "07:30-17:00"}}, '"office_hours" harus berupa daftar'),
        ({"office_hours": {"mon": ["07:30", "17:00"]}}, "pasangan"),
        ({"office_hours": {"mon": [["07:30"]]}}, "pasangan"),
        ({"office_hours": {"mon": [["17:00", "07:30"]]}}, "sesudah jam buka"),
        ({"office_hours": {"mon": [["07:30", "12:00"], ["11:00", "17:00"]]}}, "tumpang tindih"),
        ({"office_hours": {"mon": [["07:30", "25:00"]]}}, "Jam harus ditulis"),
        ({"office_hours": {"mon": [["07:30", "17:60"]]}}, "Jam harus ditulis"),
        ({"office_hours": {"mon": [[7, 17]]}}, "Jam harus ditulis"),
        ({"holidays": "2026-11-23"}, '"holidays" harus berupa daftar'),
        ({"holidays": ["20261123"]}, "Tanggal harus"),
        ({"holidays": ["2026-11-31"]}, "Tanggal harus"),
        ({"holidays": [None]}, "Tanggal harus"),
        ({"exceptions": {"besok": []}}, "Tanggal harus"),
        ({"exceptions": []}, '"exceptions" harus berupa objek'),
    ],
)
def test_what_cannot_be_used_is_answered_with_a_sentence(changes: dict[str, Any], says: str) -> None:
    given = answer(request(**changes))
    assert given.keys() == {"id", "error"}
    assert given["id"] == "a"
    assert says in given["error"]


@pytest.mark.parametrize(
    "line",
    [
        "bukan json",
        "[]",
        '"a"',
        '{"id": "a"',
        '{"id": NaN}',
        '{"id": 1e999}',
        '{"id": ["a"]}',
        "[" * 100_000,
        '{"id": ' + "9" * 5000 + "}",
    ],
    ids=["words", "list", "text", "cut", "nan", "infinite", "list id", "deep", "long number"],
)
def test_an_unreadable_line_is_answered_without_an_id(line: str) -> None:
    given = answer(line)
    assert given["id"] is None
    assert given["error"].endswith(".")


@pytest.mark.parametrize("ident", ["a", "", 7, None, "\ud800", "é"])
def test_the_id_comes_back_as_it_was(ident: object) -> None:
    (line,) = limit_lines([json.dumps(request(id=ident))])
    assert json.loads(line.encode("utf-8"))["id"] == ident


def test_lines_stream_in_order_and_a_bad_one_stops_nothing() -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        for number in range(10**9):
            taken.append(number)
            yield "rusak\n" if number == 1 else json.dumps(request(id=number)) + "\n"

    answers = limit_lines(endless())
    given = [json.loads(next(answers)) for _ in range(3)]
    assert [each["id"] for each in given] == [0, None, 2]
    assert taken == [0, 1, 2]


def test_blank_lines_and_a_byte_order_mark_are_no_input() -> None:
    lines = ["\ufeff" + json.dumps(request()), "", "  \n", json.dumps(request(id="b"))]
    assert [json.loads(line)["id"] for line in limit_lines(lines)] == ["a", "b"]
