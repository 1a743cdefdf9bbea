"""What the API answered, as tests compare it."""

import re

from werkzeug.test import TestResponse

UUID_TEXT = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id as the API writes it, in which any short number may stand by chance."""


def code(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.status_code >= 400, answer.text
    return answer.status_code, str(answer.json["error"]["code"])
