"""A wish as domain rules, section 4, tell it: who may do what when, and nothing about tables or HTTP.

Each act returns the code of its refusal, or None.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

CLAIM, WISH, AFTER_A_CLAIM = timedelta(days=7), timedelta(days=60), timedelta(days=14)
POSTER, SECRETARY = "poster", "secretary"
PUBLIC = ("published", "claimed", "fulfilled", "rated")
GONE, WRONG = "wish_not_found", "wrong_wish_state"


@dataclass
class Case:
    """The last review."""

    state: str = "waiting"
    refused_by: str = ""
    appealed: bool = False


@dataclass
class WishModel:
    """One wish, posted by the poster."""

    now: datetime
    kept: str = "draft"
    published: bool = False
    expires: datetime | None = None
    claimant: str | None = None
    lapses: datetime | None = None
    rating: int | None = None
    case: Case | None = None
    backers: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        """Where it stands now; what time has done is done."""
        if self.kept == "claimed" and self.lapses and self.lapses <= self.now:
            self._free()
        if self.kept == "published" and self.expires and self.expires <= self.now:
            self.kept = "expired"
        return self.kept

    def change(self, who: str) -> str | None:
        return self._own(who, ("draft", "returned", "expired")) or self._to("draft")

    def submit(self, who: str) -> str | None:
        refusal = self._own(who, ("draft", "returned", "expired", "checking"))
        if refusal is None and self.state != "checking":
            self.kept, self.case = "checking", Case()
        return refusal

    def withdraw(self, who: str) -> str | None:
        unfinished = ("draft", "checking", "returned", "published", "claimed", "withdrawn")
        refusal = self._own(who, unfinished)
        if refusal is None:
            if self.case and self.case.state in ("waiting", "appealed"):
                self.case.state = "closed"
            self.kept, self.claimant, self.lapses = "withdrawn", None, None
        return refusal

    def decide(self, who: str, accept: bool) -> str | None:
        assert self.case
        if self.case.state not in ("waiting", "appealed"):
            return "case_not_waiting"
        if self.case.state == "appealed" and self.case.refused_by == who:
            return "second_reviewer_needed"
        if accept:
            self.case.state, self.kept, self.published, self.expires = "accepted", "published", True, self.now + WISH
        else:
            self.case.refused_by = self.case.refused_by or who
            self.case.state, self.kept = "refused", "returned"
        return None

    def appeal(self) -> str | None:
        assert self.case
        if self.case.state == "appealed":
            return None
        if self.case.state != "refused" or self.case.appealed or self.state != "returned":
            return "not_appealable"
        self.case.state, self.case.appealed, self.kept = "appealed", True, "checking"
        return None

    def claim(self, who: str) -> str | None:
        if not self._seen(who):
            return GONE
        if self.state == "claimed":
            return None if self.claimant == who else "wish_taken"
        if who == POSTER:
            return "own_wish"
        if self.state != "published":
            return WRONG
        self.kept, self.claimant, self.lapses = "claimed", who, self.now + CLAIM
        assert self.expires
        self.expires = max(self.expires, self.lapses + AFTER_A_CLAIM)
        return None

    def start(self, who: str) -> str | None:
        refusal = self._own_claim(who)
        if refusal is None:
            self.lapses = None
        return refusal

    def give_up(self, who: str) -> str | None:
        refusal = self._own_claim(who)
        if refusal is None:
            self._free()
        return refusal

    def release(self, who: str) -> str | None:
        if not self._seen(who):
            return GONE
        if who not in (POSTER, SECRETARY):
            return "forbidden"
        if self.state != "claimed":
            return WRONG
        self._free()
        return None

    def fulfil(self, who: str) -> str | None:
        if self.state in ("fulfilled", "rated") and self.claimant == who:
            return None
        refusal = self._own_claim(who)
        if refusal is None:
            self.kept, self.lapses = "fulfilled", None
        return refusal

    def rate(self, who: str, rating: int) -> str | None:
        refusal = self._own(who, ("fulfilled", "rated"))
        if refusal is None and self.rating not in (None, rating):
            return "already_rated"
        if refusal is None:
            self.kept, self.rating = "rated", rating
        return refusal

    def back(self, who: str, back: bool) -> str | None:
        if not self._seen(who):
            return GONE
        if self.state not in ("published", "claimed"):
            return WRONG
        if back and who == POSTER:
            return "own_wish"
        (self.backers.add if back else self.backers.discard)(who)
        return None

    def sees_whom(self, who: str) -> bool:
        """Whether somebody is told name and door."""
        return who in (POSTER, SECRETARY) or (self.state == "claimed" and self.claimant == who)

    def _seen(self, who: str) -> bool:
        return self.published or who == POSTER

    def _own(self, who: str, allowed: tuple[str, ...]) -> str | None:
        if not self._seen(who):
            return GONE
        if who != POSTER:
            return "not_your_wish"
        return None if self.state in allowed else WRONG

    def _own_claim(self, who: str) -> str | None:
        if not self._seen(who):
            return GONE
        if self.state != "claimed":
            return WRONG
        return None if self.claimant == who else "not_your_claim"

    def _to(self, state: str) -> None:
        self.kept = state

    def _free(self) -> None:
        self.kept, self.claimant, self.lapses = "published", None, None
