"""The tag of a home, its ETag: a digest of all that the home was made of, and until when the time leaves it as it is.

A tag is good as long as its moment has not come and the digest of what the home would be made of now is the same. It
is kept nowhere: whoever brings one is believed as to the moment, since the digest holds the moment too.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta

_TAG = re.compile(r"([0-9a-f]{1,16})-[0-9a-f]{24}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


def tag(until: datetime, *made_of: object) -> str:
    """The tag of a home that is made of these and that the time leaves as it is until then."""
    return _tag(f"{(until - _EPOCH) // _UNIT:x}", made_of)


def may_hold(tag: str, now: datetime) -> bool:
    """Whether a tag's moment has not come; False also for what is no tag."""
    found = _TAG.fullmatch(tag)
    return found is not None and (now - _EPOCH) // _UNIT < int(found[1], 16)


def holds(tag: str, *made_of: object) -> bool:
    """Whether a tag is that of a home made of these, whatever the time."""
    return tag == _tag(tag.partition("-")[0], made_of)


def digest(*made_of: object) -> str:
    """24 characters that are the same for the same."""
    return hashlib.blake2b(repr(made_of).encode(), digest_size=12).hexdigest()


def _tag(until: str, made_of: tuple[object, ...]) -> str:
    return f"{until}-{digest(until, *made_of)}"
