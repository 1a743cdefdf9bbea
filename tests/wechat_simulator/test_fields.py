"""Field types and their limits."""

import pytest

from wechat_simulator import fields
from wechat_simulator.errors import WeChatError


def accepted(name: str, value: str) -> bool:
    try:
        return fields.check((name,), {name: {"value": value}}) == {name: value}
    except WeChatError as refusal:
        return refusal.errcode != 47003


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing1", "二" * 20),
        ("thing1", "A1，业主大会…"),
        ("number2", "9" * 32),
        ("number2", "12.50"),
        ("letter3", "A" * 32),
        ("symbol4", "!@#"),
        ("character_string5", "R-2026/0001 #" + "x" * 19),
        ("time6", "15:01"),
        ("time6", "2026年5月1日 15:01"),
        ("time6", "2026年5月1日 15:01~2026年5月15日 18:00"),
        ("date7", "2026年10月01日"),
        ("date7", "2026年5月1日~2026年5月15日"),
        ("amount8", "￥100元"),
        ("amount8", "12.34"),
        ("phone_number9", "+86-0371-66888866"),
        ("car_number10", "粤A8Z888挂"),
        ("name11", "欧阳震华"),
        ("name11", "A" * 20),
        ("phrase12", "已经通过了"),
        ("enum13", "已完成"),
    ],
)
def test_values_within_the_limits_pass(name: str, value: str) -> None:
    assert accepted(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing1", "二" * 21),
        ("thing1", "   "),
        ("number2", "9" * 33),
        ("number2", "十二"),
        ("letter3", "A" * 33),
        ("letter3", "A1"),
        ("symbol4", "!" * 6),
        ("symbol4", "好"),
        ("character_string5", "回执1"),
        ("character_string5", "x" * 33),
        ("time6", "25:00"),
        ("time6", "2026-05-01 15:01"),
        ("time6", "下午3点"),
        ("date7", "2026年13月1日"),
        ("amount8", "一百元"),
        ("amount8", "12345678901"),
        ("phone_number9", "1" * 18),
        ("car_number10", "粤A8Z888888"),
        ("name11", "二" * 11),
        ("name11", "A" * 21),
        ("phrase12", "超过五个汉字"),
        ("phrase12", "OK"),
    ],
)
def test_values_beyond_the_limits_are_refused(name: str, value: str) -> None:
    assert not accepted(name, value)


@pytest.mark.parametrize("data", [None, [], "text", {"thing1": "bare"}, {"thing1": {}}, {}])
def test_data_of_the_wrong_shape_is_refused(data: object) -> None:
    with pytest.raises(WeChatError):
        fields.check(("thing1",), data)
