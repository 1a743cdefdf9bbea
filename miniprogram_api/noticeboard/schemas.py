"""Bodies of the red/black list."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.noticeboard.models import AppealState, Category, Colour, NominationState
from app.noticeboard.queries import Shelf
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.moderation.schemas import OwnReviewSchema
from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words

TITLE, TEXT = "楼道堆放杂物", "有人在3栋2单元楼道里堆放杂物，堵塞消防通道，请尽快清理。"


def _owners(**options: Any) -> Any:
    return fields.List(
        fields.UUID(),
        validate=validate.Length(max=20, error="最多选 {max} 位业主。"),
        metadata={
            "description": "Owners whom it is about; never shown to residents",
            "example": [EXAMPLE_ID],
        },
        **options,
    )


def _no_names(**options: Any) -> Any:
    return fields.List(
        words("高兴", longest=10),
        validate=validate.Length(max=20, error="最多 {max} 个词。"),
        metadata={"description": "Names on the roll that are everyday words and mean nobody here"},
        **options,
    )


def _category(**options: Any) -> Any:
    return fields.Enum(Category, by_value=True, metadata={"example": "fire_safety"}, **options)


def _colour(**options: Any) -> Any:
    return fields.Enum(Colour, by_value=True, metadata={"example": "black"}, **options)


class NewEntrySchema(Schema):
    """An entry to draft."""

    colour = _colour(required=True)
    category = _category(required=True)
    title = words(TITLE, longest=40, required=True)
    text = words(TEXT, longest=500, required=True)
    owner_ids = _owners(load_default=[])
    words = _no_names(load_default=[])
    nomination_id = identifier("The nomination that it follows", load_default=None, allow_none=True)

    @validates_schema
    def nominations_are_for_red(self, data: dict[str, Any], **_: Any) -> None:
        """Nominations are for the red list."""
        if data["nomination_id"] and data["colour"] is not Colour.RED:
            raise ValidationError("推荐只能用于红榜。", "nomination_id")


class EntryChangesSchema(Schema):
    """What to change of a draft."""

    category = _category()
    title = words(TITLE, longest=40)
    text = words(TEXT, longest=500)
    owner_ids = _owners()
    words = _no_names()


class EntryPageSchema(PageSchema):
    """Which entries."""

    shelf = fields.Enum(
        Shelf,
        by_value=True,
        load_default=Shelf.CURRENT,
        metadata={"description": "current, proposed, about_me, drafted or all", "example": "current"},
    )
    colour = _colour(load_default=None)
    category = _category(load_default=None)


class PersonSchema(Schema):
    """Whom an entry is about, to those who handle it."""

    owner_id = identifier()
    name_masked = words("王**")
    told_at = moment("null: not told yet", allow_none=True)
    told_on_paper = flag()
    consent = words("given", about="asked, given, refused or withdrawn; null: not asked", allow_none=True)


class EntrySchema(Schema):
    """An entry."""

    id = identifier()
    colour = words("black", about="red or black")
    category = words("fire_safety")
    state = words("published")
    state_text = words("已公布")
    title = words(TITLE, about="null: taken down", allow_none=True)
    text = words(TEXT, about="null: taken down", allow_none=True)
    note = words("经复核，申诉成立，本条内容已撤下。", about="Stands in place of what was taken down", allow_none=True)
    names = fields.List(words("王小明"), metadata={"description": "Persons who agreed to be named (red)"})
    about_me = flag("Whether it is about the actor or a ward")
    drafted_by_me = flag()
    hearing_until = moment("Nothing is published before", allow_none=True)
    published_at = moment(allow_none=True)
    expires_at = moment("When it disappears by itself", allow_none=True)


class WholeEntrySchema(EntrySchema):
    """An entry with what those who handle it see."""

    words = fields.List(
        words("高兴"), allow_none=True, metadata={"description": "Said to mean nobody", "example": ["高兴"]}
    )
    persons = fields.List(fields.Nested(PersonSchema), allow_none=True, metadata={"description": "null: not shown"})
    review = fields.Nested(OwnReviewSchema, allow_none=True)


class EntryListSchema(Schema):
    """Entries, the newest first."""

    items = fields.List(fields.Nested(EntrySchema), metadata={"description": "At most `limit`"})


class ToldOnPaperSchema(Schema):
    """That a person was told on paper."""

    owner_id = identifier(required=True)
    note = words("告知书第 3 号，本人签收", about="Where the copy is filed", required=True)


class OnPaperSchema(Schema):
    """The sheet that a statement is entered from."""

    owner_id = identifier("Whose it is", required=True)
    note = words("书面说明第 2 号", about="Where it is filed", required=True)


class NewStatementSchema(Schema):
    """An answer or an appeal."""

    text = words("杂物是装修临时堆放，当天已经清理。", longest=1000, required=True)
    on_paper = fields.Nested(OnPaperSchema, load_default=None, allow_none=True)


class StatementSchema(Schema):
    """An answer or an appeal."""

    id = identifier()
    entry_id = identifier()
    kind = words("appeal", about="answer or appeal")
    concerned = flag("Whether the entry is about that owner")
    text = words("杂物是装修临时堆放，当天已经清理。")
    made_at = moment()
    is_mine = flag()
    owner_masked = words("王**", about="To reviewers", allow_none=True)
    paper_note = words("书面说明第 2 号", about="To reviewers", allow_none=True)
    state = words("open", about="An appeal: open, upheld or dismissed", allow_none=True)
    decided_at = moment(allow_none=True)
    reason = words("经核实情况属实，内容没有指向个人。", allow_none=True)


class StatementListSchema(Schema):
    """Statements as they came."""

    items = fields.List(fields.Nested(StatementSchema), metadata={"description": "In order"})


class AppealPageSchema(PageSchema):
    """Which appeals."""

    mine = fields.Boolean(load_default=True, metadata={"description": "false: all, for reviewers", "example": True})
    state = fields.Enum(AppealState, by_value=True, load_default=None, metadata={"example": "open"})


class AppealDecisionSchema(Schema):
    """How an appeal is decided."""

    uphold = flag("true: the entry is taken down at once", required=True)
    reason = words("经核实情况属实，内容没有指向个人。", longest=500, about="To the appellant", required=True)
    note = words(
        "经复核，申诉成立，本条内容已撤下。",
        about="To everybody, in the entry's place",
        load_default=None,
        allow_none=True,
    )


class TakeDownSchema(Schema):
    """Why an entry is taken down."""

    note = words("情况已经整改，本条内容提前撤下。", about="To everybody, in the entry's place", required=True)


class ConsentAnswerSchema(Schema):
    """The answer to whether the actor may be named."""

    agree = flag(required=True)
    version = integer(1, "Version of the text that the actor has read", required=True)


class ConsentSchema(Schema):
    """What the actor was asked, or has answered."""

    entry_id = identifier()
    title = words("热心帮助邻居")
    state = words("asked", about="asked, given, refused or withdrawn")
    version = integer(1)
    text = words("小区拟在红榜上表扬您，并向本小区居民公开您的姓名。")
    answered_at = moment(allow_none=True)
    expires_at = moment("Until when the name would be shown, if it is", allow_none=True)


class ConsentListSchema(Schema):
    """What the actor was asked, the newest first."""

    items = fields.List(fields.Nested(ConsentSchema), metadata={"description": "At most 100"})


class NewNominationSchema(Schema):
    """A nomination for red."""

    category = _category(required=True)
    text = words("王叔叔每天义务清扫楼道，值得表扬。", longest=500, required=True)


class NominationSchema(Schema):
    """A nomination."""

    id = identifier()
    category = words("neighbours")
    text = words("王叔叔每天义务清扫楼道，值得表扬。")
    state = words("open", about="open, adopted, declined or withdrawn")
    made_at = moment()
    is_mine = flag()
    nominator = words("李**", about="To those who draft", allow_none=True)
    reason = words("这件事上个月已经表扬过。", about="Why it was declined", allow_none=True)


class NominationListSchema(Schema):
    """Nominations, the newest first."""

    items = fields.List(fields.Nested(NominationSchema), metadata={"description": "At most `limit`"})


class NominationPageSchema(PageSchema):
    """Which nominations."""

    mine = fields.Boolean(load_default=True, metadata={"description": "false: all, to staff", "example": True})
    state = fields.Enum(NominationState, by_value=True, load_default=None, metadata={"example": "open"})


class DeclineSchema(Schema):
    """Why a nomination is declined."""

    reason = words("这件事上个月已经表扬过。", required=True)
