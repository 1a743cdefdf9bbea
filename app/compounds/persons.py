"""Names, ID numbers and phones of persons and bodies: one spelling, and whether a number can be right.

Sources: GB 11643 (citizen's number, check character ISO 7064 MOD 11-2), GB 32100 (unified social credit code).
"""

import operator
import re
import unicodedata
from datetime import date
from enum import StrEnum

MAJORITY = 18
"""Age of majority: Civil Code 17."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHT_OF_ZEROS = sum(_WEIGHTS) * ord("0")
_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_CITIZEN_OLD = re.compile(r"[0-9]{15}")
_OLD_LENGTH = 15
_CREDIT = re.compile(rf"[{_CREDIT_ALPHABET}]{{18}}")
_OTHER_DOCUMENT = re.compile(r"[A-Z0-9()\-]{5,30}")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_ELEVEN_DIGITS = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3})?[2-9]\d{6,7}(?:转\d{1,6})?")
_BETWEEN_DIGITS = re.compile(r"[\s\-－—()（）]")
_WIDE_CHARACTER = re.compile(r"[⺀-鿿豈-﫿]")
_DOTS = str.maketrans("•・∙･", "····")


class IdNumberProblem(StrEnum):
    """Why an ID number cannot be right."""

    CHECK_CHARACTER = "check_character"
    BIRTHDAY = "birthday"
    FORM = "form"


class PhoneProblem(StrEnum):
    """Why a phone number cannot be used to sign in."""

    LANDLINE = "landline"
    FORM = "form"


def is_plain(text: str) -> bool:
    """Whether there are letters and digits only, in the one spelling of NFKC: most cells of most rolls are."""
    return text.isalnum() and unicodedata.is_normalized("NFKC", text)


def clean_name(text: str) -> str:
    """The name in one spelling: NFKC, one kind of middle dot, no spaces in Chinese names, single ones in others."""
    if is_plain(text):
        return text
    name = " ".join(unicodedata.normalize("NFKC", text).translate(_DOTS).split())
    return name.replace(" ", "") if _WIDE_CHARACTER.search(name) else name


def clean_id_number(text: str) -> str:
    """Half-width capitals without spaces; a 15-digit citizen's number becomes its 18-digit one."""
    number = text.upper() if is_plain(text) else "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(number) == _OLD_LENGTH and _CITIZEN_OLD.fullmatch(number) and _birthday(f"19{number[6:12]}"):
        number = f"{number[:6]}19{number[6:]}"
        return number + check_character(number)
    return number


def id_number_problem(number: str) -> IdNumberProblem | None:
    """What is wrong with a cleaned number. Passports and permits have no check: any plausible form will do."""
    if _CITIZEN.fullmatch(number):
        if not _birthday(number[6:14]):
            return None if _credit_code_is_right(number) else IdNumberProblem.BIRTHDAY
        return None if number[17] == check_character(number) else IdNumberProblem.CHECK_CHARACTER
    if _CREDIT.fullmatch(number):
        return None if _credit_code_is_right(number) else IdNumberProblem.CHECK_CHARACTER
    if number.isdecimal() and len(number) >= 12:
        return IdNumberProblem.FORM
    return None if _OTHER_DOCUMENT.fullmatch(number) else IdNumberProblem.FORM


def check_character(number: str) -> str:
    """The 18th character of a citizen's number whose first 17 are given (GB 11643)."""
    return _CHECKS[(sum(map(operator.mul, _WEIGHTS, number.encode())) - _WEIGHT_OF_ZEROS) % 11]


def has_right_check(number: str) -> bool:
    """Whether these are the 18 characters of a citizen's number in their one spelling, the last as it should be."""
    return _CITIZEN.fullmatch(number) is not None and number[17] == check_character(number)


def is_minor(number: str, on: date) -> bool:
    """Whether a right citizen's number belongs to somebody under 18 on that day."""
    if number[6:10] < str(on.year - MAJORITY):
        return False
    of_age = of_age_on(number)
    return of_age is not None and on < of_age


def of_age_on(number: str) -> date | None:
    """The 18th birthday of a right citizen's number; None for any other number."""
    born = _birthday(number[6:14]) if _CITIZEN.fullmatch(number) else None
    if born is None:
        return None
    leap = (born.month, born.day) == (2, 29)  # 18 years later is never a leap year: of age on 1 March
    return date(born.year + MAJORITY, 3, 1) if leap else born.replace(year=born.year + MAJORITY)


def clean_phone(text: str) -> str:
    """A mobile number as its 11 digits; anything else without spaces and dashes."""
    number = text if is_plain(text) else _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    match = _MOBILE.fullmatch(number)
    return match[1] if match else number


def is_mobile(text: str) -> bool:
    """Whether these are the 11 digits of a mobile number and nothing else."""
    return _ELEVEN_DIGITS.fullmatch(text) is not None


def phone_problem(number: str) -> PhoneProblem | None:
    """What is wrong with a cleaned number."""
    if _MOBILE.fullmatch(number):
        return None
    return PhoneProblem.LANDLINE if _LANDLINE.fullmatch(number) else PhoneProblem.FORM


def _credit_code_is_right(code: str) -> bool:
    """GB 32100: weights 3^i mod 31; the third character begins a region, 1 to 8."""
    if not _CREDIT.fullmatch(code) or code[2] not in "12345678":
        return False
    total = sum(_CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]


def _birthday(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return born if 1850 < born.year < 2100 else None
