"""The line contract of `klinik klaster --jsonl`: one JSON object in, one JSON object out, in the same order.

Input: `id`, `ekspor` (`pernah`, and `dokumen_sendiri`, `melalui_pihak_lain`, `rantai_pasok`, `jumlah`,
`negara`), `jawaban` (levels by item code; what is missing counts as "belum"). Output: `id`, `klaster`,
`sub_klaster`, `aspek_siap`, `kurang`, `alasan`, or `id` and `error`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Never

from afk_core.rules.assessment import reasons
from afk_core.rules.klaster import ExportFacts, contradicts, missing_items, suggest_klaster
from afk_core.rules.lampiran_c import CODES, Level

_FACTS: Final = ("dokumen_sendiri", "melalui_pihak_lain", "rantai_pasok")
_COUNTS: Final = ("jumlah", "negara")
_LEVELS: Final = {level.value: level for level in Level}


class _BadLine(Exception):
    """An input that cannot be used; its text is the Indonesian sentence for the reader."""


def klaster_lines(lines: Iterable[str]) -> Iterator[str]:
    """One output line (without a newline) for each input line that is not blank, as soon as it is read.

    A line that cannot be used gives `{"id", "error"}` (the id null if it could not be read) and the next
    line is taken: nothing is raised.
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line))


def _answer(line: str) -> dict[str, object]:
    ident: object = None
    try:
        request = _parse_object(line)
        ident = _parse_id(request.get("id"))
        return {"id": ident, **_suggest(request)}
    except _BadLine as bad:
        return {"id": ident, "error": str(bad)}


def _suggest(request: Mapping[str, Any]) -> dict[str, object]:
    facts = _parse_facts(request.get("ekspor"))
    answers = _parse_answers(request.get("jawaban", {}))
    suggestion = suggest_klaster(facts, answers)
    return {
        "klaster": suggestion.klaster.value,
        "sub_klaster": suggestion.sub_klaster.value if suggestion.sub_klaster else None,
        "aspek_siap": suggestion.ready_aspects,
        "kurang": list(missing_items(answers)),
        "alasan": list(reasons(facts, answers)),
    }


def _parse_object(line: str) -> dict[str, Any]:
    try:
        # Python reads NaN and Infinity, which are no JSON: an id of that kind could not be written back.
        request = json.loads(line.strip().removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _BadLine("Baris ini bukan JSON yang sah.") from None
    if not isinstance(request, dict):
        raise _BadLine("Baris ini harus berupa objek JSON.")
    return request


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _parse_id(value: object) -> object:
    if isinstance(value, str | int | None):
        return value
    raise _BadLine('"id" harus berupa teks atau bilangan bulat.')


def _parse_facts(value: object) -> ExportFacts:
    if not isinstance(value, dict):
        raise _BadLine('"ekspor" belum diisi, atau bukan objek.')
    if "pernah" not in value:
        raise _BadLine('"ekspor.pernah" belum diisi.')
    known = ("pernah", *_FACTS, *_COUNTS)
    for key in value:
        if key not in known:
            raise _BadLine(f'"ekspor" tidak mengenal "{key[:40]}". Yang dikenal: {", ".join(known)}.')
    flags = {key: _parse_flag(value.get(key, False), key) for key in ("pernah", *_FACTS)}
    counts = {key: _parse_count(value.get(key, 0), key) for key in _COUNTS}
    facts = ExportFacts(
        flags["pernah"],
        flags["dokumen_sendiri"],
        flags["melalui_pihak_lain"],
        flags["rantai_pasok"],
        counts["jumlah"],
        counts["negara"],
    )
    if contradicts(facts):
        raise _BadLine('"ekspor" bertentangan: "pernah" bernilai false, tetapi ada cara atau jumlah ekspor.')
    return facts


def _parse_flag(value: object, key: str) -> bool:
    if isinstance(value, bool):
        return value
    raise _BadLine(f'"ekspor.{key}" harus true atau false.')


def _parse_count(value: object, key: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _BadLine(f'"ekspor.{key}" harus bilangan bulat, paling kecil 0.')


def _parse_answers(value: object) -> dict[str, Level]:
    if not isinstance(value, dict):
        raise _BadLine('"jawaban" harus berupa objek dengan kode butir sebagai kunci.')
    return {_parse_code(code): _parse_level(level, code) for code, level in value.items()}


def _parse_code(code: str) -> str:
    if code in CODES:
        return code
    raise _BadLine(f'Butir "{code[:40]}" tidak dikenal. Kode butir: {", ".join(CODES)}.')


def _parse_level(value: object, code: str) -> Level:
    if isinstance(value, str) and value in _LEVELS:
        return _LEVELS[value]
    raise _BadLine(f'Jawaban butir {code} harus "belum", "sebagian", atau "siap".')
