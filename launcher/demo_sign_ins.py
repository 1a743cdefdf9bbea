"""The people of the demo data who are shown after `make run`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoSignIn:
    """Somebody to sign in as: role (in Chinese), name, phone number."""

    role: str
    name: str
    phone_number: str


DEMO_SIGN_INS = [
    DemoSignIn("小区党支部书记", "演示书记", "13900000001"),
    DemoSignIn("监督员", "演示监督员", "13900000002"),
    DemoSignIn("业主", "演示业主", "13900000101"),
    DemoSignIn("租客", "演示租客", "13900000201"),
]
