"""Values in WeChat's fields: whatever is handed in, what comes out is what WeChat takes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.fields import FIELD_TYPES, MOMENTS, Unfit, fitted, shown
from wechat_simulator import fields as wechat

EXACT = {"number", "letter", "amount", "phone_number", "car_number", "enum"}
MIXED = st.text(alphabet="业主大会3栋A1é😀　\u200b\n …·'-.+￥¥", max_size=60) | st.text(max_size=60)
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def taken(field: str, value: str) -> bool:
    """Whether WeChat's own check takes the value."""
    return wechat.check((field,), {field: {"value": value}}) == {field: value}


def test_every_type_of_wechat_has_its_fitting():
    assert FIELD_TYPES == wechat.FIELD_TYPES


@pytest.mark.parametrize("field_type", sorted(FIELD_TYPES - EXACT - MOMENTS))
@given(value=MIXED)
def test_any_text_at_all_becomes_one_that_wechat_takes(field_type: str, value: str):
    assert taken(f"{field_type}1", fitted(f"{field_type}1", value))


@pytest.mark.parametrize("field_type", sorted(EXACT))
@given(value=MIXED | st.from_regex(r"[0-9]{1,40}(\.[0-9]{1,3})?") | st.from_regex(r"[京粤][A-Z][A-Z0-9]{3,8}"))
def test_an_exact_value_is_taken_as_it_is_or_refused(field_type: str, value: str):
    try:
        text = fitted(f"{field_type}1", value)
    except Unfit:
        return
    assert taken(f"{field_type}1", text)


@pytest.mark.parametrize("field_type", sorted(MOMENTS))
@given(start=TIMES, end=TIMES)
def test_moments_and_ranges_read_as_wechat_wants_them(field_type: str, start: datetime, end: datetime):
    for value in (start.isoformat(), f"{start.isoformat()}/{end.isoformat()}"):
        assert taken(f"{field_type}1", fitted(f"{field_type}1", value))


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("thing1", "", "—"),
        ("thing1", "  \n ", "—"),
        ("thing1", "一" * 20, "一" * 20),
        ("thing1", "一" * 21, "一" * 19 + "…"),
        ("thing1", "第一行\n第二行", "第一行 第二行"),
        ("thing1", "😀" * 11, "😀" * 9 + "…"),
        ("thing1", "\u200b隐形\u200b", "隐形"),
        ("phrase3", "已经公布结果", "已经公布结"),
        ("phrase3", "OK", "见详情"),
        ("time3", "2025-12-31T16:00:00+00:00", "2026年1月1日 00:00"),
        ("time3", "2026-05-01T01:00:00Z/2026-05-02T10:00:00Z", "2026年5月1日 09:00~2026年5月2日 18:00"),
        ("date3", "2026-05-01T01:00:00Z/2026-05-02T10:00:00Z", "2026年5月1日~2026年5月2日"),
        ("character_string4", "回执 Ｎo.１２", "No.12"),
        ("character_string4", "回执", "-"),
        ("character_string4", "a" * 33, "a" * 29 + "..."),
        ("name5", "欧阳震华", "欧阳震华"),
        ("name5", "张三2栋", "张三栋"),
        ("name5", "John Smith-O'Neill the 3rd", "John Smith-O'Neill t"),
        ("name5", "12", "未填写"),
        ("number6", "12.50", "12.50"),
        ("amount7", "1234.5", "1234.50元"),
        ("phone_number8", "0371-66888866", "0371-66888866"),
        ("car_number9", "粤a·8Z888挂", "粤A8Z888挂"),
        ("letter10", "ABC", "ABC"),
        ("symbol11", "a!#1", "!#"),
        ("enum12", "已完成", "已完成"),
    ],
)
def test_values_are_fitted_to_the_field(field: str, value: str, text: str):
    assert fitted(field, value) == text
    assert taken(field, text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number1", "9" * 33),
        ("number1", "十二"),
        ("amount1", "NaN"),
        ("amount1", "-3"),
        ("amount1", "一百"),
        ("phone_number1", "1" * 18),
        ("car_number1", "粤A8Z888888"),
        ("letter1", "A1"),
        ("enum1", "长" * 21),
    ],
)
def test_what_would_become_another_thing_when_cut_is_refused(field: str, value: str):
    with pytest.raises(Unfit):
        fitted(field, value)


def test_the_inbox_shows_texts_whole_and_moments_for_people():
    assert shown("thing1", "一" * 60) == "一" * 60
    assert shown("time1", "2025-12-31T16:00:00+00:00") == "2026年1月1日 00:00"
