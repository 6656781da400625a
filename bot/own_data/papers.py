"""A person's own data as a paper to read and as a file for programs."""

import hashlib
import json
from typing import Final

from afk_core.files.file import CheckedFile, FileKind
from afk_core.rules.dates import format_moment
from bot.conversation.texts import Texts
from bot.own_data.gathering import Block, OwnData, Said
from bot.papers import Form, render

MOST_ON_PAPER: Final = 400
"""Messages on paper, the newest ones; the other file has them all."""


async def own_data_pdf(texts: Texts, data: OwnData, form: Form = "pdf") -> bytes:
    """The paper: every part, then the conversation."""
    shown = data.said[-MOST_ON_PAPER:]
    left_out = len(data.said) - len(shown)
    paper = {
        "title": texts("data.paper.title"),
        "made": texts("data.paper.made", at=format_moment(data.made_at, data.tz)),
        "foot": texts("data.paper.foot", office=data.office),
        "why": texts("data.paper.why"),
        "parts": [
            {"title": title, "blocks": [_block(block) for block in blocks]}
            for title, blocks in data.parts.items()
        ],
        "talk": texts("data.paper.talk"),
        "left_out": texts("data.paper.left_out", count=left_out) if left_out else "",
        "said": [_said(data, each) for each in shown],
    }
    return await render("data-saya", paper, dated=data.made_at, form=form)


def own_data_json(texts: Texts, data: OwnData) -> bytes:
    """The same for programs, with every message."""
    content: dict[str, object] = {"dibuat": data.made_at.isoformat(), "layanan": data.office}
    for title, blocks in data.parts.items():
        content[title] = [
            {
                "judul": each.title,
                **dict(each.facts),
                **{key: list(lines) for key, lines in each.lists.items()},
            }
            for each in blocks
        ]
    content[texts("data.paper.talk")] = [
        {"waktu": each.at.isoformat(), "dari": each.who, "isi": each.text}
        | ({"berkas": list(each.files)} if each.files else {})
        for each in data.said
    ]
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


async def own_data_files(texts: Texts, data: OwnData) -> tuple[CheckedFile, CheckedFile]:
    """Both as files to be stored and sent."""
    stem = f"data-saya-{data.made_at.astimezone(data.tz).date().isoformat()}"
    pdf, plain = await own_data_pdf(texts, data), own_data_json(texts, data)
    return _file(pdf, stem, FileKind.PDF), _file(plain, stem, FileKind.JSON)


def _file(content: bytes, stem: str, kind: FileKind) -> CheckedFile:
    return CheckedFile(content, f"{stem}{kind.extension}", kind, hashlib.sha256(content).hexdigest())


def _block(block: Block) -> dict[str, object]:
    return {
        "title": block.title,
        "facts": [list(pair) for pair in block.facts],
        "lists": [{"title": title, "lines": list(lines)} for title, lines in block.lists.items()],
    }


def _said(data: OwnData, said: Said) -> dict[str, object]:
    return {
        "at": format_moment(said.at, data.tz),
        "who": said.who,
        "text": said.text,
        "files": ", ".join(said.files),
    }
