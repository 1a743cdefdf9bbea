"""What the API answered, as tests compare it."""

from werkzeug.test import TestResponse


def code(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.status_code >= 400, answer.text
    return answer.status_code, str(answer.json["error"]["code"])
