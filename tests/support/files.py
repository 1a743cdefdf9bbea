"""Files to upload in tests: whole ones, and bad ones of every kind."""

import struct
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter


def pdf(pages: int = 1, password: str = "") -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def picture(kind: str = "PNG", width: int = 320, height: int = 240) -> bytes:
    """A picture that does not compress to nothing."""
    made = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    file = BytesIO()
    made.save(file, kind)
    return file.getvalue()


def huge_png(side: int = 60_000) -> bytes:
    """A PNG of some hundred bytes that says it has side × side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


EXECUTABLE = b"MZ\x90\x00" + b"\0" * 400
HTML = b"<!doctype html><script>alert(1)</script>"
