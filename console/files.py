"""Files: to download, as Word documents and attachments, or to look at, as scans and photos."""

from typing import IO

from flask import Response, send_file


def sent(file: IO[bytes], name: str, media_type: str) -> Response:
    """A file under its own Chinese name; the browser saves it and never runs what is in it."""
    response = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown(file: IO[bytes], name: str, media_type: str, size: int) -> Response:
    """A picture or a PDF of `size` bytes, to look at in the browser; never kept there."""
    response = send_file(file, media_type, download_name=name, conditional=False, etag=False)
    response.content_length = size
    response.headers["Cache-Control"] = "no-store"
    return response
