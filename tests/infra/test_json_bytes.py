"""JSON as bytes: what is written is read again, whoever wrote it, and what is no JSON is refused."""

import json
import math
from typing import Any

import pytest

from afk_core.infra.json_bytes import from_json, to_json

_VALUES: list[Any] = [
    {"teks": "apa itu KITE? 😀", "baris": [["Ya", "f:ya"], []], "n": None, "benar": True, "pecahan": -0.5},
    "setengah \ud83d dari emoji",
    {"kunci \udc00": ["\0", "\x1f", "\u2028"]},
    2**80,
    -(2**63),
    [],
    "",
]


@pytest.mark.parametrize("value", _VALUES, ids=repr)
def test_what_is_written_is_read_again_also_by_others(value: Any) -> None:
    assert from_json(to_json(value)) == value
    assert json.loads(to_json(value)) == value
    assert from_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbf[1]", '[1, "é"]'.encode("utf-16"), b" [1] \n"])
def test_what_the_standard_library_reads_is_read(raw: bytes) -> None:
    assert from_json(raw) == json.loads(raw)


def test_numbers_without_end_are_read() -> None:
    assert from_json(b"[1e400, -Infinity]") == [math.inf, -math.inf]


@pytest.mark.parametrize("raw", [b"", b"{", b"[1,]", b"'a'", b'{"a" 1}', b"\xff", b'"\x01"', b"[1] [2]"])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(raw)


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(RecursionError):
        from_json(b"[" * 100_000)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json({"a": object()})
