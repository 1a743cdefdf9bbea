"""Bodies of wishes."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.moderation.models import Ground
from app.wishes.drafting import Neighbour
from app.wishes.models import LONGEST_TEXT, ConsentForm, WishCategory, WishState
from app.wishes.queries import Mine
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.moderation.schemas import OwnReviewSchema, PictureSchema
from miniprogram_api.schemas import flag, identifier, integer, moment, words

_PHONE = validate.Regexp(r"^(1\d{10}|0\d{2,3}-?\d{7,8})$", error="电话号码有误，请填手机号或带区号的座机号。")


def _text(**options: Any) -> fields.String:
    return words("家里的水龙头一直漏水，想请会修的邻居来看一看。", LONGEST_TEXT, "Without names or doors", **options)


def _category(**options: Any) -> fields.Enum[WishCategory]:
    about = "repair, errand, escort, goods, learning, company or other"
    return fields.Enum(WishCategory, by_value=True, metadata={"description": about, "example": "repair"}, **options)


def _phone(**options: Any) -> fields.String:
    about = "For the claimant alone"
    return fields.String(validate=_PHONE, metadata={"description": about, "example": "13900000102"}, **options)


class NeighbourSchema(Schema):
    """For whom a steward posts."""

    name = words("演示邻居", longest=60, required=True)
    consent = fields.Enum(
        ConsentForm,
        by_value=True,
        required=True,
        metadata={"description": "written or spoken", "example": "written"},
    )
    consent_note = words(
        "同意书存党支部档案盒 3",
        longest=200,
        about="Where the paper is, or who heard it",
        load_default=None,
        allow_none=True,
    )

    @post_load
    def _neighbour(self, data: dict[str, Any], **_: Any) -> Neighbour:
        return Neighbour(**data)


class NewWishSchema(Schema):
    """A wish to write."""

    text = _text(required=True)
    category = _category(required=True)
    unit_id = identifier("One of the own homes; for a neighbour: theirs", load_default=None, allow_none=True)
    phone = _phone(load_default=None, allow_none=True)
    neighbour = fields.Nested(
        NeighbourSchema, load_default=None, allow_none=True, metadata={"description": "For stewards; needs unit_id"}
    )
    form_key = identifier("Made once a form: the same key gives the same wish", load_default=None, allow_none=True)


class WishChangesSchema(Schema):
    """What to change; what is left out stays."""

    text = _text()
    category = _category()
    phone = _phone(allow_none=True)


class WishPageSchema(PageSchema):
    """Which wishes."""

    state = fields.Enum(
        WishState, by_value=True, load_default=None, metadata={"description": "In this state", "example": "published"}
    )
    category = _category(load_default=None)
    building_id = identifier("Of this building", load_default=None)
    mine = fields.Enum(
        Mine,
        by_value=True,
        load_default=None,
        metadata={"description": "The own ones instead: posted or claimed", "example": "posted"},
    )


class ClaimSchema(Schema):
    """Who undertook a wish."""

    claimant = words("李**", about="Masked, or a group's name")
    group_id = identifier("In whose name; null: for oneself", allow_none=True)
    is_mine = flag()
    claimed_at = moment()
    lapses_at = moment("From when it holds no longer unless begun; null: begun", allow_none=True)
    started_at = moment(allow_none=True)
    fulfilled_at = moment(allow_none=True)
    note = words("换了新的水龙头", about="To poster, claimant and reviewers; to all once reviewed", allow_none=True)
    rating = integer(5, "1 to 5", allow_none=True)
    rating_text = words("修得很好，谢谢", about="To poster, claimant and reviewers", allow_none=True)
    photos = fields.List(fields.Nested(PictureSchema), metadata={"description": "Of what was done, as the note"})


class BeneficiarySchema(Schema):
    """Whom a wish is for, whole."""

    name = words("演示邻居")
    unit_id = identifier()
    door = words("3栋2单元501")
    phone = words("13900000102", about="Masked for reviewers", allow_none=True)


class WishSchema(Schema):
    """A wish in a list."""

    id = identifier()
    text = words("家里的水龙头一直漏水，想请会修的邻居来看一看。")
    category = words("repair")
    category_text = words("家政维修")
    state = words("published", about="As it is now, lapsed claims and expiry included")
    state_text = words("待认领")
    building_id = identifier("null: naming it would give the door away", allow_none=True)
    building = words("3栋", allow_none=True)
    on_behalf = flag("Whether a steward posted it for a neighbour")
    is_mine = flag("Whether the actor posted it")
    backings = integer(12, "Neighbours who back it")
    backed_by_me = flag()
    created_at = moment()
    published_at = moment(allow_none=True)
    expires_at = moment("Until when it waits for a claim", allow_none=True)
    merged_into = identifier("The wish that it goes on as", allow_none=True)
    photos = fields.List(fields.Nested(PictureSchema), metadata={"description": "At most 6"})
    claim = fields.Nested(ClaimSchema, allow_none=True, metadata={"description": "That stands or brought it about"})


class WholeWishSchema(WishSchema):
    """One wish."""

    beneficiary = fields.Nested(
        BeneficiarySchema, allow_none=True, metadata={"description": "To poster, claimant and reviewers only"}
    )
    review = fields.Nested(OwnReviewSchema, allow_none=True, metadata={"description": "To the poster only"})


class WishListSchema(Schema):
    """Wishes, the newest first."""

    items = fields.List(fields.Nested(WishSchema), metadata={"description": "One page"})


class NewClaimSchema(Schema):
    """In whose name a wish is undertaken."""

    group_id = identifier("An own group; left out: for oneself", load_default=None, allow_none=True)


class DuplicateSchema(Schema):
    """A wish that may ask for the same."""

    id = identifier()
    text = words("厨房水龙头漏水，谁会修请来看一下。")
    category = words("repair")
    state = words("published")
    state_text = words("待认领")
    score = integer(72, "How alike the texts are, of 100")


class DuplicateListSchema(Schema):
    """Wishes that may ask for the same, the likeliest first."""

    items = fields.List(fields.Nested(DuplicateSchema), metadata={"description": "At most 5"})


class MergeSchema(Schema):
    """Which wish it goes on as."""

    into = identifier("A public wish of the compound", required=True)


class ReleaseSchema(Schema):
    """Why a claim is taken away."""

    reason = words("约了三次都没有来", longest=200, required=True)


class WishTakeDownSchema(Schema):
    """Why a public wish is taken down."""

    ground = fields.Enum(
        Ground, by_value=True, required=True, metadata={"description": "As of a refusal", "example": "personal_data"}
    )
    reason = words("文字里有邻居的姓名", longest=300, about="The poster reads it", required=True)


class FulfilmentSchema(Schema):
    """What was done."""

    note = words("换了新的水龙头", longest=500, load_default=None, allow_none=True)


class RatingSchema(Schema):
    """The poster's rating."""

    rating = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(1, 5, error="应当是 1 到 5 分。"),
        metadata={"description": "1 to 5; below 3 the secretary is told", "example": 5},
    )
    text = words("修得很好，谢谢", longest=200, load_default=None, allow_none=True)
