"""What all schemas share: fields with examples, and marshmallow's messages in Chinese."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, validate

_CHINESE: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {
        "required": "请填写这一项。",
        "null": "这一项不能为空。",
        "validator_failed": "填写的内容不符合要求。",
    },
    fields.String: {"invalid": "应当是文字。", "invalid_utf8": "文字编码有误。"},
    fields.Integer: {"invalid": "应当是整数。"},
    fields.Boolean: {"invalid": "应当是“是”或“否”。"},
    fields.UUID: {"invalid_uuid": "编号格式有误。"},
    fields.AwareDateTime: {
        "invalid": "时间格式有误，应当像 2026-05-01T09:00:00+08:00。",
        "invalid_awareness": "时间要带时区。",
    },
    fields.Date: {"invalid": "日期格式有误，应当像 2026-05-01。"},
    fields.List: {"invalid": "应当是列表。"},
    fields.Dict: {"invalid": "应当是一组键和值。"},
    fields.Nested: {"type": "格式有误。"},
    fields.Enum: {"unknown": "没有这个选项，可选：{choices}。"},
}
for _field, _messages in _CHINESE.items():
    _field.default_error_messages = {**_field.default_error_messages, **_messages}
Schema.error_messages = {"unknown": "没有这一项。", "type": "格式有误。", "unhandled": "格式有误。"}

_BAD = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff"
SAYS_SOMETHING = rf"^[^{_BAD}]*[^\s{_BAD}][^{_BAD}]*$"
MAY_BE_EMPTY = rf"^[^{_BAD}]*$"
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

EXAMPLE_ID = "0198c0de-0000-7000-8000-000000000000"
EXAMPLE_TIME = "2026-05-01T09:00:00+08:00"


def identifier(about: str = "", **options: Any) -> fields.UUID:
    """An id."""
    return fields.UUID(metadata={"description": about, "example": EXAMPLE_ID}, **options)


def moment(about: str = "", example: str = EXAMPLE_TIME, **options: Any) -> fields.AwareDateTime:
    """An aware moment in ISO 8601."""
    return fields.AwareDateTime(
        format="iso",
        validate=validate.Range(EARLIEST, LATEST, error="年份应当在 2000 到 2199 之间。"),
        metadata={"description": about, "example": example},
        **options,
    )


def day(about: str = "", example: str = EXAMPLE_TIME[:10], **options: Any) -> fields.Date:
    """A calendar day in China."""
    return fields.Date(
        format="iso",
        validate=validate.Range(EARLIEST.date(), LATEST.date(), error="年份应当在 2000 到 2199 之间。"),
        metadata={"description": about, "example": example},
        **options,
    )


def words(example: str, longest: int = 200, about: str = "", **options: Any) -> fields.String:
    """A text of 1 to `longest` characters that says something."""
    checks = [
        validate.Length(1, longest, error="应当是 {min} 到 {max} 个字。"),
        validate.Regexp(SAYS_SOMETHING, error="不能是空白，也不能有控制字符。"),
    ]
    return fields.String(validate=checks, metadata={"description": about, "example": example}, **options)


def integer(example: int, about: str = "", **options: Any) -> fields.Integer:
    """An integer; areas are in 0.01 m²."""
    return fields.Integer(strict=True, metadata={"description": about, "example": example}, **options)


def flag(about: str = "", **options: Any) -> fields.Boolean:
    """Yes or no."""
    return fields.Boolean(metadata={"description": about, "example": True}, **options)


def hexadecimal(length: int, about: str = "", **options: Any) -> fields.String:
    """`length` bytes as lower-case hex."""
    check = validate.Regexp(rf"^[0-9a-f]{{{2 * length}}}$", error=f"应当是 {2 * length} 位小写十六进制数。")
    example = ("3f1a2b4c5d6e7f80" * 8)[: 2 * length]
    return fields.String(validate=check, metadata={"description": about, "example": example}, **options)
