"""Reading the codes that a paper shows, from its picture."""

import struct
import zlib

import zxingcpp


def codes_of(png: bytes) -> list[str]:
    """The texts of the QR codes in an 8-bit PNG picture."""
    width, height, grey = _grey(png)
    view = memoryview(grey).cast("B", (height, width))
    return [found.text for found in zxingcpp.read_barcodes(view)]


def _grey(png: bytes) -> tuple[int, int, bytes]:
    at, packed, width, height, depth = 8, b"", 0, 0, 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            assert bits == 8
            depth = {0: 1, 2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    rows, stride, before = zlib.decompress(packed), width * depth, bytes(width * depth)
    grey = bytearray()
    for y in range(height):
        start = y * (stride + 1)
        before = _unfiltered(rows[start], rows[start + 1 : start + 1 + stride], before, depth)
        grey += before[1::depth] if depth > 1 else before
    return width, height, bytes(grey)


def _unfiltered(kind: int, line: bytes, above: bytes, depth: int) -> bytes:
    if kind == 0:
        return line
    if kind == 2:
        return bytes((a + b) & 255 for a, b in zip(line, above, strict=True))
    out = bytearray(line)
    for i in range(len(line)):
        left = out[i - depth] if i >= depth else 0
        corner = above[i - depth] if i >= depth else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[i]) // 2
        else:
            p = left + above[i] - corner
            guess = min((left, above[i], corner), key=lambda value: abs(p - value))
        out[i] = (out[i] + guess) & 255
    return bytes(out)
