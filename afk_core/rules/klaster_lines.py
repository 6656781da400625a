"""The line contract of `klinik klaster --jsonl`: one JSON object in, one JSON object out, in the same order.

Input: `id`, `ekspor` (`pernah`, and `dokumen_sendiri`, `melalui_pihak_lain`, `rantai_pasok`, `jumlah`,
`negara`), `jawaban` (levels by item code; what is missing counts as "belum"). Output: `id`, `klaster`,
`sub_klaster`, `aspek_siap`, `kurang`, `alasan`, or `id` and `error`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from afk_core.rules.assessment import reasons
from afk_core.rules.json_lines import BadLine, answer_lines
from afk_core.rules.klaster import ExportFacts, contradicts, missing_items, suggest_klaster
from afk_core.rules.lampiran_c import CODES, Level

_FACTS: Final = ("dokumen_sendiri", "melalui_pihak_lain", "rantai_pasok")
_COUNTS: Final = ("jumlah", "negara")
_LEVELS: Final = {level.value: level for level in Level}


def klaster_lines(lines: Iterable[str]) -> Iterator[str]:
    """One output line (without a newline) for each input line that is not blank, as soon as it is read.

    A line that cannot be used gives `{"id", "error"}` (the id null if it could not be read) and the next
    line is taken: nothing is raised.
    """
    return answer_lines(lines, _suggest)


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


def _parse_facts(value: object) -> ExportFacts:
    if not isinstance(value, dict):
        raise BadLine('"ekspor" belum diisi, atau bukan objek.')
    if "pernah" not in value:
        raise BadLine('"ekspor.pernah" belum diisi.')
    known = ("pernah", *_FACTS, *_COUNTS)
    for key in value:
        if key not in known:
            raise BadLine(f'"ekspor" tidak mengenal "{key[:40]}". Yang dikenal: {", ".join(known)}.')
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
        raise BadLine('"ekspor" bertentangan: "pernah" bernilai false, tetapi ada cara atau jumlah ekspor.')
    return facts


def _parse_flag(value: object, key: str) -> bool:
    if isinstance(value, bool):
        return value
    raise BadLine(f'"ekspor.{key}" harus true atau false.')


def _parse_count(value: object, key: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise BadLine(f'"ekspor.{key}" harus bilangan bulat, paling kecil 0.')


def _parse_answers(value: object) -> dict[str, Level]:
    if not isinstance(value, dict):
        raise BadLine('"jawaban" harus berupa objek dengan kode butir sebagai kunci.')
    return {_parse_code(code): _parse_level(level, code) for code, level in value.items()}


def _parse_code(code: str) -> str:
    if code in CODES:
        return code
    raise BadLine(f'Butir "{code[:40]}" tidak dikenal. Kode butir: {", ".join(CODES)}.')


def _parse_level(value: object, code: str) -> Level:
    if isinstance(value, str) and value in _LEVELS:
        return _LEVELS[value]
    raise BadLine(f'Jawaban butir {code} harus "belum", "sebagian", atau "siap".')
