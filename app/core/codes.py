"""Codes that people read from paper and type: signs that nobody takes for each other."""

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs: each is 5 bits."""


def new_code(signs: int, group: int) -> str:
    """A random code of so many signs, written in groups."""
    return tidy_code("".join(secrets.choice(ALPHABET) for _ in range(signs)), group)


def tidy_code(text: str, group: int) -> str:
    """A code as it is written, however it was typed."""
    plain = "".join(sign for sign in text.upper() if sign in ALPHABET)
    return "-".join(plain[place : place + group] for place in range(0, len(plain), group))
