"""Volunteering as simply as it can be said: what an act is refused for, and who has which place afterwards.

Nothing of the product is used here: lists instead of a database, and no lock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

EARLY, LATE = timedelta(minutes=30), timedelta(hours=2)


@dataclass
class Entry:
    """Somebody's place or turn."""

    person: int
    state: str

    @property
    def live(self) -> bool:
        return self.state in ("booked", "waiting")


@dataclass
class Hours:
    """What somebody served."""

    start: datetime
    minutes: int | None = None
    state: str = "open"


@dataclass
class Shift:
    """A shift: its entries as they came."""

    starts: datetime
    ends: datetime
    capacity: int
    limit: timedelta
    off: bool = False
    entries: list[Entry] = field(default_factory=list)
    hours: dict[int, Hours] = field(default_factory=dict)

    def of(self, *states: str) -> list[Entry]:
        return [one for one in self.entries if one.state in states]

    @property
    def taken(self) -> int:
        return len(self.of("booked", "no_show"))

    def live(self, person: int) -> Entry | None:
        return next((one for one in self.entries if one.person == person and one.live), None)


@dataclass
class Model:
    """Each act returns the code that refuses it, or None and is done."""

    now: datetime
    shifts: list[Shift]
    places: int
    claims: dict[int, str] = field(default_factory=dict)
    closed: bool = False

    def book(self, person: int, place: int, may_wait: bool) -> str | None:
        shift = self.shifts[place]
        if shift.off:
            return "slot_cancelled"
        if self.now >= shift.starts:
            return "slot_started"
        if shift.live(person):
            return "already_booked"
        overlapping = [one for one in self.shifts if one.starts < shift.ends and one.ends > shift.starts]
        if any(one.live(person) for one in overlapping):
            return "busy_then"
        free = shift.taken < shift.capacity
        if not (free or may_wait):
            return "slot_full"
        shift.entries.append(Entry(person, "booked" if free else "waiting"))
        return None

    def cancel(self, person: int, place: int) -> str | None:
        shift = self.shifts[place]
        entry = shift.live(person)
        if entry is None:
            return "not_booked"
        if self.now >= shift.starts:
            return "slot_started"
        if entry.state == "booked" and self.now > shift.starts - shift.limit:
            return "too_late_to_cancel"
        return self._end(shift, entry)

    def take_out(self, person: int, place: int) -> str | None:
        shift = self.shifts[place]
        entry = shift.live(person)
        if entry is None:
            return "wrong_booking_state"
        return "slot_started" if self.now >= shift.ends else self._end(shift, entry)

    def no_show(self, person: int, place: int) -> str | None:
        shift = self.shifts[place]
        entry = shift.live(person)
        if entry is None or entry.state != "booked":
            return "wrong_booking_state"
        if self.now < shift.starts:
            return "slot_not_started"
        entry.state = "no_show"
        return None

    def resize(self, place: int, capacity: int) -> str | None:
        shift = self.shifts[place]
        if refused := self._to_come(shift):
            return refused
        if capacity < shift.taken:
            return "capacity_taken"
        shift.capacity = capacity
        self._promote(shift)
        return None

    def call_off(self, place: int) -> str | None:
        shift = self.shifts[place]
        if refused := self._to_come(shift):
            return refused
        shift.off = True
        for entry in shift.of("booked", "waiting"):
            entry.state = "cancelled"
        return None

    def check_in(self, person: int, place: int) -> str | None:
        shift = self.shifts[place]
        entry = shift.live(person)
        if entry is None or entry.state != "booked":
            return "not_on_the_list"
        if person in shift.hours:
            return None
        if not shift.starts - EARLY <= self.now < shift.ends:
            return "not_time_to_check_in"
        shift.hours[person] = Hours(self.now)
        return None

    def check_out(self, person: int, place: int) -> str | None:
        shift = self.shifts[place]
        hours = shift.hours.get(person)
        if hours is None:
            return "not_checked_in"
        if hours.state != "open":
            return None
        if self.now > shift.ends + LATE:
            return "too_late_to_check_out"
        served = self.now - max(hours.start, shift.starts)
        hours.minutes, hours.state = max(0, int(served.total_seconds()) // 60), "recorded"
        return None

    def confirm(self, person: int, place: int) -> str | None:
        hours = self.shifts[place].hours[person]
        if hours.state != "recorded":
            return "wrong_record_state"
        hours.state = "confirmed"
        return None

    def claim(self, person: int) -> str | None:
        if self.claims.get(person) in ("claimed", "confirmed"):
            return "post_already_claimed"
        if self.closed:
            return "post_closed"
        if self.held >= self.places:
            return "post_full"
        self.claims[person] = "claimed"
        return None

    def give_up(self, person: int) -> str | None:
        if self.claims.get(person) not in ("claimed", "confirmed"):
            return "post_not_claimed"
        self.claims[person] = "given_up"
        return None

    def decide(self, person: int, confirm: bool) -> str | None:
        allowed = ("claimed",) if confirm else ("claimed", "confirmed")
        if self.claims.get(person) not in allowed:
            return "wrong_claim_state"
        self.claims[person] = "confirmed" if confirm else "declined"
        return None

    def close(self) -> str | None:
        refused = "post_closed" if self.closed else None
        self.closed = True
        return refused

    @property
    def held(self) -> int:
        return sum(state in ("claimed", "confirmed") for state in self.claims.values())

    def _to_come(self, shift: Shift) -> str | None:
        if shift.off:
            return "slot_cancelled"
        return "slot_started" if self.now >= shift.starts else None

    def _end(self, shift: Shift, entry: Entry) -> None:
        entry.state = "cancelled"
        self._promote(shift)

    def _promote(self, shift: Shift) -> None:
        while self.now < shift.starts and shift.taken < shift.capacity and shift.of("waiting"):
            shift.of("waiting")[0].state = "booked"
