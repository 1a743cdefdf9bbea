"""Acts on the roll and on bindings, for callers. None commits; the edge of the request or job does."""

from app.compounds.bindings import (
    apply_for_binding,
    change_lease,
    decide_binding,
    record_moved_out,
    revoke_binding,
    withdraw_binding,
)
from app.compounds.corrections import correct_owner, correct_unit
from app.compounds.guardians import end_guardianship, record_guardian
from app.compounds.matching import match_roll
from app.compounds.residents import end_lapsed_leases, warn_of_lease_ends
from app.compounds.retention import forget_unapplied_rolls
from app.compounds.roll_import import apply_roll, check_roll
from app.compounds.transfers import transfer_unit

__all__ = [
    "apply_for_binding",
    "apply_roll",
    "change_lease",
    "check_roll",
    "correct_owner",
    "correct_unit",
    "decide_binding",
    "end_guardianship",
    "end_lapsed_leases",
    "forget_unapplied_rolls",
    "match_roll",
    "record_guardian",
    "record_moved_out",
    "revoke_binding",
    "transfer_unit",
    "warn_of_lease_ends",
    "withdraw_binding",
]
