"""The letter that appoints agents as DOCX, for the office to go on with in its own word processor."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import anyio

_TEMPLATE: Final = Path(__file__).parents[1] / "papers" / "templates" / "penetapan.docx"
_NOT_XML: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def letter_document(data: Mapping[str, Any]) -> bytes:
    """The template filled with the data of `letter_data`, made in a worker thread.

    What stands in a string is shown as text, never read as markup or as a part of the template.
    """
    return await anyio.to_thread.run_sync(_filled, data)


def _filled(data: Mapping[str, Any]) -> bytes:
    # Ten megabytes, which only a service pays in which somebody asks for such a letter.
    import docxtpl

    document = docxtpl.DocxTemplate(str(_TEMPLATE))
    document.render(_plain(data), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """The same without characters that no XML can hold."""
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value
