"""What can be reviewed. A domain registers each kind of subject with what moderation must ask of it.

Locks are taken in one order everywhere: the subject first, then its case.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.moderation.models import ReviewCase
from app.org.permissions import Act


@dataclass(frozen=True)
class Shown:
    """A subject as its reviewer sees it.

    text     what was written, whole
    author   who wrote it, masked
    facts    what else matters to the decision, label -> words, masked
    """

    text: str
    author: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A kind of subject.

    kind       stable name, as `wish`
    chinese    its name in messages
    act        who may review it
    lock       lock the subject's row (compound_id, subject_id), before the case is locked
    shown      the subjects of these ids as reviewers see them (compound_id, ids)
    accepted   take over that the case was accepted; the subject is locked
    refused    take over that it was refused, with its ground and reason
    appealed   take over that its author appeals
    human      whether a person decides though WeChat finds nothing

    The text that is `shown` and the pictures of this kind and id are what WeChat is asked about.
    """

    kind: str
    chinese: str
    act: Act
    lock: Callable[[UUID, UUID], object]
    shown: Callable[[UUID, Collection[UUID]], Mapping[UUID, Shown]]
    accepted: Callable[[ReviewCase], None]
    refused: Callable[[ReviewCase], None]
    appealed: Callable[[ReviewCase], None]
    human: bool = True


_SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a kind known to this process; once more changes nothing."""
    _SUBJECTS[subject.kind] = subject


def of(kind: str) -> Subject:
    """The registered kind. Raises KeyError: a programmer's mistake."""
    return _SUBJECTS[kind]


def all_kinds() -> Collection[Subject]:
    """Every registered kind."""
    return _SUBJECTS.values()
