"""A sheet's id names a meeting and a party, and is nothing else."""

from uuid import UUID, uuid4

import pytest

from app.meetings.sheets import SCHEME, SheetUnreadable, parse_sheet_id, sheet_id


def test_an_id_comes_back_as_meeting_and_party():
    meeting, party = uuid4(), uuid4()
    assert parse_sheet_id(f" {sheet_id(meeting, party)}\n") == (meeting, party)


def test_an_id_fits_a_qr_code_s_compact_alphabet():
    written = sheet_id(UUID(int=0), UUID(int=2**128 - 1))
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")
    assert len(written) == len(SCHEME) + 52


@pytest.mark.parametrize("text", ["", SCHEME, "https://example.org", SCHEME + "A" * 51, SCHEME + "1" * 52, "x" * 9999])
def test_anything_else_is_unreadable(text: str):
    with pytest.raises(SheetUnreadable):
        parse_sheet_id(text)
