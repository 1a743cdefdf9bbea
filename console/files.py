"""Files to download: Word documents, attachments, scans."""

from typing import IO

from flask import Response, send_file


def sent(file: IO[bytes], name: str, media_type: str) -> Response:
    """A file under its own Chinese name; the browser saves it and never runs what is in it."""
    response = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
