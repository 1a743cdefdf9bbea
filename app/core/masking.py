"""What others see of personal data: 王**, 138****5678, 4101**********1234."""


def mask_name(name: str) -> str:
    """The first character, the rest as stars."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and last four digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_id_number(number: str) -> str:
    """The first four and last four characters."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)
