"""The acts on a wish, in the order of its life."""

from app.wishes.backing import back_wish, unback_wish
from app.wishes.claiming import (
    add_report_photo,
    claim_wish,
    fulfil_wish,
    give_up_wish,
    rate_wish,
    release_wish,
    remove_report_photo,
    start_wish,
)
from app.wishes.drafting import add_photo, change_wish, create_wish, remove_photo, submit_wish, withdraw_wish
from app.wishes.merging import likely_duplicates, merge_wish
from app.wishes.retention import forget_photos
from app.wishes.sweeping import settle_wish, wishes_to_settle
from app.wishes.taking_down import take_down_wish

__all__ = [
    "add_photo",
    "add_report_photo",
    "back_wish",
    "change_wish",
    "claim_wish",
    "create_wish",
    "forget_photos",
    "fulfil_wish",
    "give_up_wish",
    "likely_duplicates",
    "merge_wish",
    "rate_wish",
    "release_wish",
    "remove_photo",
    "remove_report_photo",
    "settle_wish",
    "start_wish",
    "submit_wish",
    "take_down_wish",
    "unback_wish",
    "wishes_to_settle",
    "withdraw_wish",
]
