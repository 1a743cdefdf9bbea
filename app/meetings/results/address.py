"""Where everybody reads a published result: the public page's address, for announcements and QR codes."""

from typing import Final

from app.core.settings import Settings

PAGES: Final = "/console/public/results/"
_base = ""


def configure(settings: Settings) -> None:
    """Take over where the program is reached from outside."""
    global _base
    _base = settings.effective_public_url


def of_result(code: str | None) -> str:
    """The address of the result of this code; empty where there is no code, or nobody outside reaches the program."""
    return f"{_base}{PAGES}{code}" if code and _base else ""
