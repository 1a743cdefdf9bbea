"""Answers that are files: saved and never shown by a browser, never cached, with a Chinese name (RFC 6266)."""

from typing import IO, Any

from flask import Response, send_file

BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


def download(file: IO[bytes], name: str, media_type: str, size: int) -> Response:
    """The file as an answer that closes it. Size in bytes."""
    response = send_file(
        file, mimetype=media_type, as_attachment=True, download_name=name, conditional=False, etag=False
    )
    response.content_length = size
    response.headers["Cache-Control"] = "no-store"
    return response
