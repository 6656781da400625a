"""Small whole files of every kind that the service takes."""

import io
import struct
import zipfile
import zlib


def png(colour: int = 0x80) -> bytes:
    """A picture of one point."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(bytes((0, colour)))),
            (b"IEND", b""),
        )
    )


def jpeg() -> bytes:
    """The frame of a photograph, as far as readers of its kind look."""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x11" * 64 + b"\xff\xd9"
    )


def webp() -> bytes:
    """The frame of a picture."""
    body = b"WEBPVP8 " + struct.pack("<I", 8) + bytes(8)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf() -> bytes:
    """A document of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def office(main: str = "word/document.xml", *more: str) -> bytes:
    """A document (or with "xl/workbook.xml" a sheet) of an office program, with further members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", main, *more):
            archive.writestr(name, f"<isi>{name}</isi>")
    return held.getvalue()
