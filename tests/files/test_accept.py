"""A file is judged by its content; what is also a program or a page is refused, whatever its name says."""

import pytest

from afk_core.files.accept import accept
from afk_core.files.file import FileKind
from afk_core.infra.errors import DomainError
from tests.files import samples

_LIMIT = 100_000


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.pdf(), FileKind.PDF),
        (samples.jpeg(), FileKind.JPEG),
        (samples.png(), FileKind.PNG),
        (samples.webp(), FileKind.WEBP),
        (samples.office(), FileKind.DOCX),
        (samples.office("xl/workbook.xml"), FileKind.XLSX),
        (samples.jpeg() + b"\0\0\0\x18ftypmp42" + bytes(200), FileKind.JPEG),
    ],
)
def test_every_kind_is_told_by_its_content(content: bytes, kind: FileKind) -> None:
    checked = accept(content, "apa saja", max_bytes=_LIMIT)
    assert (checked.kind, checked.size, len(checked.sha256)) == (kind, len(content), 64)
    assert checked.name == f"apa saja{kind.extension}"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "file.empty"),
        (samples.pdf() + bytes(_LIMIT), "a.pdf", "file.too_large"),
        (b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(400), "nota.pdf", "file.unsafe"),
        (b"\x7fELF" + bytes(400), "nota.pdf", "file.unsafe"),
        (b"#!/bin/sh\nrm -rf /\n", "nota.pdf", "file.unsafe"),
        (b"<!doctype html><title>x</title>", "nota.pdf", "file.unsafe"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "foto.png", "file.unsafe"),
        (b"<script>alert(1)</script>" + samples.pdf(), "nota.pdf", "file.unsafe"),
        (b"GIF89a" + bytes(40), "foto.gif", "file.kind_refused"),
        (b"catatan biasa", "nota.txt", "file.kind_refused"),
        (samples.pdf()[:-6], "nota.pdf", "file.damaged"),
        (samples.png()[:-9], "foto.png", "file.damaged"),
        (samples.webp()[:-6], "foto.webp", "file.damaged"),
        (samples.office()[:-30], "surat.docx", "file.damaged"),
        (samples.png() + samples.office(), "foto.png", "file.unsafe"),
        (samples.jpeg() + samples.office() + b"\xff\xd9", "foto.jpg", "file.unsafe"),
        (samples.jpeg() + b"<script>x</script>", "foto.jpg", "file.unsafe"),
        (samples.pdf() + samples.office(), "nota.pdf", "file.unsafe"),
        (b"bukan awal" + samples.pdf(), "nota.pdf", "file.kind_refused"),
        (samples.pdf().replace(b"/Count 1", b"/OpenAction<</S/Launch>>"), "nota.pdf", "file.unsafe"),
        (samples.office("word/document.xml", "word/vbaProject.bin"), "surat.docx", "file.unsafe"),
        (samples.office("word/document.xml", "word/embeddings/a.exe"), "surat.docx", "file.unsafe"),
        (samples.office("lain.xml"), "arsip.zip", "file.kind_refused"),
        (samples.pdf(), "nota.pdf.exe", "file.unsafe"),
        (samples.pdf(), "nota.HTML", "file.unsafe"),
        (samples.png(), "foto.svg", "file.unsafe"),
    ],
)
def test_what_is_refused_says_why(content: bytes, name: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        accept(content, name, max_bytes=_LIMIT)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\ani\\NIB saya.JPG", "NIB saya.png"),
        ("nib\u202egnp.pdf", "nibgnp.png"),
        ('a"b<c>\r\nSet-Cookie: x', "a b c Set-Cookie x.png"),
        ("   ...   ", "berkas.png"),
        ("", "berkas.png"),
        ("CON.png", "berkas.png"),
        ("Faktur Köln & Söhne.png", "Faktur Köln Söhne.png"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_its_kind(name: str, shown: str) -> None:
    assert accept(samples.png(), name, max_bytes=_LIMIT).name == shown


def test_only_the_allowed_kinds_are_taken_and_the_refusal_names_them() -> None:
    with pytest.raises(DomainError) as refused:
        accept(samples.pdf(), "a.pdf", max_bytes=_LIMIT, allowed={FileKind.PNG, FileKind.JPEG})
    assert refused.value.details == {"allowed": "JPEG, PNG"}
