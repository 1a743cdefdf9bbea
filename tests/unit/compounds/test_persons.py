"""Names, ID numbers and phones."""

from datetime import date

import pytest

from app.compounds.persons import (
    IdNumberProblem,
    PhoneProblem,
    check_character,
    clean_id_number,
    clean_name,
    clean_phone,
    id_number_problem,
    is_minor,
    phone_problem,
)


def test_the_worked_example_of_the_standard():
    """GB 11643-1999, appendix A."""
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@pytest.mark.parametrize("place", range(17))
@pytest.mark.parametrize("change", range(1, 10))
def test_a_wrong_digit_never_passes(place: int, change: int):
    number = "11010519491231002"
    digit = str((int(number[place]) + change) % 10)
    wrong = number[:place] + digit + number[place + 1 :] + "X"
    assert id_number_problem(wrong) in (IdNumberProblem.CHECK_CHARACTER, IdNumberProblem.BIRTHDAY)


def test_a_number_of_the_first_generation_becomes_one_of_the_second():
    assert clean_id_number("440524800101001")[:17] == "44052419800101001"
    assert id_number_problem(clean_id_number("440524800101001")) is None


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("11010519491231002X", None),
        ("110105194913310021", IdNumberProblem.BIRTHDAY),
        ("11010519491231002", IdNumberProblem.FORM),
        ("91350100M000100Y43", None),  # worked example of GB 32100-2015
        ("91350100M000100Y44", IdNumberProblem.CHECK_CHARACTER),
        ("E12345678", None),
        ("H01234567(8)", None),
        ("不详", IdNumberProblem.FORM),
        ("123", IdNumberProblem.FORM),
    ],
)
def test_what_can_be_known_of_a_number_is_checked(number: str, problem: IdNumberProblem | None):
    assert id_number_problem(number) == problem


def test_minority_ends_on_the_eighteenth_birthday():
    number = "410101200805010018"
    assert is_minor(number, date(2026, 4, 30))
    assert not is_minor(number, date(2026, 5, 1))
    assert not is_minor("E12345678", date(2026, 5, 1))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张 三", "张三"),
        (" 张　三 ", "张三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("ＡＢ公司", "AB公司"),
    ],
)
def test_a_name_has_one_spelling(text: str, name: str):
    assert clean_name(text) == name


@pytest.mark.parametrize(
    "text", ["13900010001", "139 0001 0001", "139-0001-0001", "+8613900010001", "１３９０００１０００１"]
)
def test_a_mobile_number_has_one_spelling(text: str):
    assert clean_phone(text) == "13900010001"
    assert phone_problem(clean_phone(text)) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0371-65551234", PhoneProblem.LANDLINE),
        ("65551234", PhoneProblem.LANDLINE),
        ("1390001000", PhoneProblem.FORM),
        ("12900010001", PhoneProblem.FORM),
        ("微信联系", PhoneProblem.FORM),
    ],
)
def test_other_numbers_are_told_apart(text: str, problem: PhoneProblem):
    assert phone_problem(clean_phone(text)) == problem
