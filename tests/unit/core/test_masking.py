"""What others see of names, phones and ID numbers."""

import pytest

from app.core.masking import mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(("name", "shown"), [("王五", "王*"), ("欧阳小红", "欧***"), ("王", "王*"), ("", "*")])
def test_a_name_shows_its_first_character(name: str, shown: str):
    assert mask_name(name) == shown


@pytest.mark.parametrize(("phone", "shown"), [("13900000101", "139****0101"), ("62345678", "********")])
def test_a_phone_shows_three_and_four_digits(phone: str, shown: str):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(("number", "shown"), [("410101199001011236", "4101**********1236"), ("12345678", "********")])
def test_an_id_number_shows_four_and_four_characters(number: str, shown: str):
    assert mask_id_number(number) == shown
