"""Names and phone numbers of people who do not exist, sealed as the product seals them."""

from collections.abc import Iterator
from typing import Final

from app.core.crypto import Sealer, lookup_hash

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹"
    "彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
)
_FIRST: Final = "建国志明秀英文海春晓伟丽雪俊思雅"
_SECOND: Final = "华强军平芳敏杰涛霞磊娟洋勇艳超静"

POOL: Final = len(_SURNAMES) * len(_FIRST) * len(_SECOND)
_FIRST_NUMBER: Final = 17_000_000_000


def sealed_names() -> Iterator[tuple[int, bytes, bytes]]:
    """(number, sealed name, its look-up hash) of every name there is: people share names, as they do."""
    seal = Sealer().seal
    names = (one + two + three for one in _SURNAMES for two in _FIRST for three in _SECOND)
    for number, name in enumerate(names):
        yield number, seal(name), lookup_hash("name", name)


def sealed_phones(first: int, number: int) -> Iterator[tuple[bytes, bytes]]:
    """(sealed phone number, its look-up hash) of so many accounts, from the one of that number in the city."""
    seal = Sealer().seal
    for one in range(first, first + number):
        phone = str(_FIRST_NUMBER + one)
        yield seal(phone), lookup_hash("phone", phone)
