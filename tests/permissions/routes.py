"""Which act of the permission table each route of the mini-program API is: for whoever may do one of them."""

from typing import Final

from app.org.appointments import GIVING
from app.org.permissions import Act

_OF_ACTS: Final[dict[tuple[Act, ...], str]] = {
    (Act.SEE_MEETINGS,): """
        meetings.list_meetings meetings.get_meeting meetings.get_turnout meeting_files.get_attachment
        ballot_log.export_bundle ballot_log.list_heads ballot_log.prove_consistency ballot_log.prove_inclusion
        electorate.get_electorate electorate.list_corrections inspections.list_inspections mandates.list_mandates
        lots.get_outcome results.list_result_objections mandates.give_mandate petitions.list_petitions
        petitions.start_petition petitions.get_petition petitions.sign_petition petitions.unsign_petition
        petitions.withdraw_petition rule_sets.list_rule_sets committees.list_committees committees.current_committees
    """,
    (Act.SEE_MEETINGS, Act.ENTER_PAPER): "delivery.get_posted_photo",
    (Act.SEE_MEETING_DRAFTS,): """
        recovery.audit recovery.cancel voting_parties.list_disputes meeting_files.get_announcement
        meeting_files.get_ballot_sheets meeting_files.get_count_record meeting_files.get_electorate
        meeting_files.get_result electorate.list_objections paper_sheets.settle_sheet reminders.list_reminders
        mandates.view_scan petitions.list_signatures
    """,
    (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY): """
        delivery.delivery_status delivery.list_deliveries delivery.list_unreached
    """,
    (Act.MANAGE_MEETING,): """
        meetings.create_meeting meetings.change_meeting meetings.announce meetings.add_motion meetings.remove_motion
        meetings.publish_result meeting_files.add_attachment meeting_files.remove_attachment candidates.add_candidate
        candidates.remove_candidate committees.leave_committee committees.record_self_management
        electorate.decide_objection recovery.extend recovery.redraft results.announce_final_result
        inspections.open_inspection paper_sheets.release_place voting_parties.enter_delegate reminders.remind_now
        petitions.make_meeting rule_sets.adopt_rule_set
    """,
    (Act.OBJECT_TO_RESULT,): "results.object_to_result",
    (Act.DECIDE_RESULT_OBJECTION,): "results.annul_result results.decide_result_objection",
    (Act.COUNT_AS_SECRETARY, Act.COUNT_AS_SUPERVISOR): "meetings.approve_count",
    (Act.COUNT_AS_SECRETARY,): "lots.draw_lot",
    (Act.COUNT_AS_SUPERVISOR,): "lots.confirm_lot",
    (Act.RECORD_DELIVERY,): "delivery.record_handover delivery.record_posted",
    (Act.ENTER_PAPER,): """
        paper_sheets.receive_sheet paper_sheets.list_sheets paper_sheets.get_sheet paper_sheets.take_place
        paper_sheets.enter_sheet paper_sheets.get_scan results.enter_result_objection noticeboard.tell_on_paper
        notice_voices.answer_notice notice_voices.appeal_notice petitions.sign_petition_on_paper
        petitions.unsign_petition_on_paper
    """,  # an answer and an appeal with a paper note, as in their examples
    (Act.ENTER_MANDATE,): "mandates.enter_mandate",
    (Act.MANAGE_ROLL,): """
        compounds.check_roll compounds.get_roll_import compounds.apply_roll compounds.transfer_unit
        compounds.search_units guardians.list_guardianships guardians.record_guardian guardians.end_guardianship
    """,
    (Act.DECIDE_BINDING,): "compounds.decide_binding compounds.waiting_bindings",
    (Act.SEE_WISHES,): """
        groups.list_groups wishes.create_wish wishes.list_wishes wishes.get_wish wishes.change_wish wishes.back_wish
        wishes.unback_wish wishes.claim_wish wishes.give_up_wish wishes.release_wish wishes.start_wish
        wishes.fulfil_wish wishes.rate_wish wishes.submit_wish wishes.withdraw_wish wish_photos.add_report_photo
        wish_photos.remove_report_photo wish_photos.add_photo wish_photos.remove_photo
    """,
    (Act.REVIEW_WISH,): "wishes.list_duplicates wishes.merge_wish wishes.take_down_wish",
    (Act.SEE_NOTICES,): """
        noticeboard.list_notices noticeboard.get_notice noticeboard.withdraw_notice notice_voices.list_statements
        notice_voices.list_notice_appeals notice_voices.nominate notice_voices.list_nominations
    """,
    (Act.DRAFT_NOTICE,): """
        noticeboard.draft_notice noticeboard.change_notice noticeboard.submit_notice notice_voices.decline_nomination
    """,
    (Act.REVIEW_NOTICE,): """
        noticeboard.publish_notice noticeboard.take_down_notice notice_voices.decide_notice_appeal
    """,
    (Act.REVIEW_WISH, Act.REVIEW_NOTICE, Act.REVIEW_VOLUNTEERING): "moderation.list_reviews",
    (Act.SEE_VOLUNTEERING,): """
        activities.list_activities activities.get_activity calendar_feed.open_calendar_feed service_brands.list_brands
        services.list_services services.offer_service services.get_service slots.get_slot slots.book_slot
        slots.list_my_places posts.list_posts posts.get_post reports_in.report_in
        service_records.list_records_to_decide volunteers.register_volunteer
    """,
    (Act.ORGANISE_VOLUNTEERING,): "activities.create_activity volunteers.list_volunteers",
    (Act.MANAGE_VOLUNTEERING,): """
        certificates.revoke_certificate certificates.set_certificate_issuer service_brands.add_brand
        service_brands.end_brand services.approve_service services.decline_service posts.create_post
        posts.change_post posts.list_claims posts.confirm_claim posts.decline_claim posts.close_post
        attendance.enter_post_hours
    """,
    (Act.BOOK_FOR_NEIGHBOUR,): "slots.book_for_neighbour slots.cancel_for_neighbour slots.list_entered_bookings",
    (Act.MANAGE_GROUPS,): """
        groups.add_group groups.end_group groups.list_members groups.add_member groups.remove_member
    """,
    (Act.NOMINATE_SECRETARY,): "secretaries.nominate_secretary",
    (Act.NOMINATE_STEWARD,): """
        stewards.list_steward_nominations stewards.nominate_steward stewards.stand_for_steward
        stewards.back_steward_nomination stewards.unback_steward_nomination
    """,
    (Act.SEE_PEOPLE,): "appointments.list_appointments",
    GIVING: "appointments.end_appointment",
    (Act.APPOINT_STEWARD,): "stewards.appoint_steward stewards.decline_steward_nomination",
    (Act.APPOINT_SECRETARY,): "secretaries.appoint_secretary secretaries.decline_secretary_nomination",
    (Act.SEE_AFFILIATION,): """
        reports_in.list_reports_in branches.list_branches party_members.list_party_members
        building_groups.list_building_groups
    """,
    (Act.MANAGE_PARTY_MEMBERS,): """
        party_members.add_party_member party_members.remove_party_member party_members.make_party_member_formal
        party_members.gather_party_member building_groups.make_building_group
        building_groups.cover_building_group building_groups.lead_building_group building_groups.end_building_group
    """,
    (Act.FOUND_BRANCH,): """
        branches.found_branch branches.join_branch branches.leave_branch branches.dissolve_branch
    """,
    (Act.MANAGE_GRIDS,): "grids.make_grid grids.cover_grid grids.lead_grid grids.end_grid",
    (Act.SEE_HOME,): "home.show_home grids.list_grids",
    (Act.SEE_STATISTICS,): "statistics.show_months statistics.show_parts",
}


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


OF_OWNERS: Final = _listed("secretaries.stand_for_secretary")
"""For owners alone, whatever role somebody has besides: done for oneself."""

OF_THE_THING: Final = _listed(
    """
    activities.cancel_activity activities.add_shifts services.cancel_service slots.resize_slot slots.list_bookings
    slots.cancel_booking slots.record_no_show slots.cancel_slot attendance.enter_attendance
    attendance.show_check_in_code service_records.list_record_changes service_records.confirm_hours
    service_records.decide_correction service_records.refuse_hours moderation.get_review moderation.decide_review
    """
)
"""For who runs the thing or reviews it: asked of the thing, which must be found first."""

OWN: Final = _listed(
    """
    identity.sign_out identity.sign_out_everywhere identity.me identity.prove_phone compounds.apply_for_binding
    privacy.list_consents privacy.agree privacy.withdraw_consent privacy.make_guardian_code privacy.list_wards
    privacy.add_ward privacy.release_ward privacy.export_own_data privacy.look_at_closing privacy.close_account
    privacy.keep_account
    compounds.list_residents compounds.record_moved_out
    compounds.withdraw_binding compounds.get_roll_progress calendar_feed.close_calendar_feed
    certificates.list_my_certificates certificates.issue_certificate certificates.get_certificate_document
    meetings.cast_ballot voting_parties.withdraw_ballot voting_parties.get_party voting_parties.name_delegate
    electorate.file_objection electorate.add_evidence electorate.get_evidence electorate.my_objections
    inspections.end_inspection inspections.inspect_ballots inspections.inspect_parties mandates.revoke_mandate
    notice_voices.answer_consent notice_voices.withdraw_consent notice_voices.list_consents
    notice_voices.withdraw_nomination reports_in.get_my_report reports_in.withdraw_report moderation.appeal_review
    service_records.request_correction service_records.get_my_hours slots.cancel_my_booking attendance.check_in
    attendance.check_out posts.claim_post posts.give_up_post
    volunteers.get_my_registration volunteers.leave_volunteers console_scans.look_at_scan console_scans.confirm_scan
    console_scans.reject_scan inbox.list_preferences inbox.set_preferences inbox.list_messages inbox.open_message
    secretaries.list_secretary_nominations secretaries.withdraw_secretary_nomination
    secretaries.turn_secretary_nomination_down stewards.turn_steward_nomination_down
    stewards.withdraw_steward_nomination party_members.get_my_party_membership party_members.leave_party_members
    inbox.read_all
    privacy.list_consents privacy.agree privacy.withdraw_consent privacy.make_guardian_code
    privacy.list_wards privacy.add_ward privacy.release_ward privacy.export_own_data privacy.look_at_closing
    privacy.close_account privacy.keep_account notifications.record_accepts rule_set_presets.list_presets
    """
)
"""For everybody who is signed in: what is there for them is their own, or nobody's."""

ACTS: Final = {endpoint: acts for acts, listed in _OF_ACTS.items() for endpoint in listed.split()}
