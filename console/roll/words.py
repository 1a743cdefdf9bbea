"""The words of the roll's codes, for people."""

from flask import Flask

from app.compounds.models import Capacity

USES = {"residence": "住宅", "shop": "商铺", "parking": "车位", "storage": "储藏间"}
BINDING_STATES = {"applied": "待审核", "accepted": "已绑定", "rejected": "未通过", "revoked": "已解除"}
BINDING_METHODS = {"phone": "手机号与名册一致", "application": "本人申请"}
CAPACITIES = {one.value: one.chinese for one in Capacity}
GROUNDS = {"minor": "未满 18 周岁", "incapable": "法院认定无或限制民事行为能力"}
FIELDS = {
    "use": "用途",
    "area_register_centi": "登记面积",
    "area_survey_centi": "实测面积",
    "area_contract_centi": "合同面积",
    "held_by_developer": "开发商持有",
    "name": "姓名",
    "id_number": "证件号",
    "phone": "手机号",
}
REASONS = (
    "姓名与名册不符，请带不动产权证书到小区党支部核对",
    "名册上没有您的姓名，请带不动产权证书到小区党支部核对",
    "这套房屋已经过户，请由现在的业主申请",
    "您是租住人员，请选择“租客”重新申请",
    "您是业主的家人，请选择“家人”重新申请",
)
REASONS_OF_RESIDENTS = (
    "请带租房合同和身份证到小区党支部核对",
    "请带户口簿或结婚证到小区党支部核对您是业主的家人",
    "这套房屋的业主说您没有住在这里，请与业主说清后再申请",
    "您是业主本人，请选择“业主”重新申请",
)


def value(field: str, given: object) -> str:
    """One side of a change: an area in m², a use, yes or no, or what stands there; nothing is "（空）"."""
    if given is None or given == "":
        return "（空）"
    if field.startswith("area_") and isinstance(given, int):
        return f"{given // 100:,}.{given % 100:02} m²"
    if isinstance(given, bool):
        return "是" if given else "否"
    return USES.get(str(given), str(given)) if field == "use" else str(given)


def share(numerator: int, denominator: int) -> str:
    """A share of a unit: the whole is "全部"."""
    return "全部" if numerator == denominator else f"{numerator}/{denominator}"


def install(application: Flask) -> None:
    """Make them known to the templates."""
    application.jinja_env.globals["roll_words"] = {
        "uses": USES,
        "states": BINDING_STATES,
        "methods": BINDING_METHODS,
        "capacities": CAPACITIES,
        "grounds": GROUNDS,
        "fields": FIELDS,
        "value": value,
        "share": share,
    }
