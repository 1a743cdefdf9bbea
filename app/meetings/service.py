"""The acts of an owners' meeting, in the order of its life."""

from app.meetings.announcing import announce
from app.meetings.attachments import add_attachment, remove_attachment, sweep_files
from app.meetings.casting import cast_ballot
from app.meetings.co_owners.delegation import enter_delegate, name_delegate
from app.meetings.co_owners.disputes import withdraw_ballot
from app.meetings.committees.terms import terms_to_warn_of, warn_of_term
from app.meetings.counting import approve_count, publish_result
from app.meetings.delivery.records import collect_messages, meetings_with_messages
from app.meetings.drafting import add_motion, change_meeting, create_meeting, remove_motion
from app.meetings.log.sequencing import meetings_to_sequence, sequence_ballots
from app.meetings.mandates.acts import enter_mandate, give_mandate, revoke_mandate
from app.meetings.paper.entering import enter_sheet, release_place, take_place
from app.meetings.paper.receiving import receive_sheet
from app.meetings.paper.settling import settle_sheet
from app.meetings.petitions.delivery import petitions_to_warn_of, warn_of_petition
from app.meetings.reminders.sending import meetings_to_remind, meetings_with_sales, remind, remind_now, tell_buyers
from app.meetings.telling import openings_to_tell, tell_opened

__all__ = [
    "add_attachment",
    "add_motion",
    "announce",
    "approve_count",
    "cast_ballot",
    "change_meeting",
    "collect_messages",
    "create_meeting",
    "enter_delegate",
    "enter_mandate",
    "enter_sheet",
    "give_mandate",
    "meetings_to_remind",
    "meetings_to_sequence",
    "meetings_with_messages",
    "meetings_with_sales",
    "name_delegate",
    "openings_to_tell",
    "petitions_to_warn_of",
    "publish_result",
    "receive_sheet",
    "release_place",
    "remind",
    "remind_now",
    "remove_attachment",
    "remove_motion",
    "revoke_mandate",
    "sequence_ballots",
    "settle_sheet",
    "sweep_files",
    "take_place",
    "tell_buyers",
    "tell_opened",
    "terms_to_warn_of",
    "warn_of_petition",
    "warn_of_term",
    "withdraw_ballot",
]
