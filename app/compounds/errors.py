"""What the roll and the bindings refuse, each with a sentence that says what to do next."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class NotARollFile(Invalid):
    """The upload as a whole cannot be read as a roll. `reason` is a Chinese sentence, `kind` its stable name."""

    code = "not_a_roll_file"
    message = "这个文件不能作为业主名册导入：{reason}"


class RollImportNotFound(NotFound):
    code = "roll_import_not_found"
    message = "没有找到这次名册检查的记录，请重新上传名册文件并检查。"


class RollHasErrors(Invalid):
    code = "roll_has_errors"
    message = "名册里还有 {errors} 处错误，不能导入。请按检查结果逐条改好表格，再重新上传检查。"


class RollChanged(Conflict):
    code = "roll_changed"
    message = "检查之后，名册又有了变动。请重新上传这份表格再检查一次，然后再导入。"


class UnitNotFound(NotFound):
    code = "unit_not_found"
    message = "名册里没有“{door}”。请核对楼号、单元和房号；如果无误，请联系小区党支部书记补录。"


class PlaceNotFound(NotFound):
    code = "place_not_found"
    message = "名册里没有这个楼栋或单元，请刷新页面后重新选择。"


class NotOfThisPlace(Conflict):
    code = "not_of_this_place"
    message = "只有住在这个楼栋或单元的业主才能办理，请选择您自己的楼栋或单元。"


class BackingOneself(Conflict):
    code = "backing_oneself"
    message = "不能支持自己，请由邻居来支持。"


class NobodyBacks(Conflict):
    code = "nobody_backs"
    message = "还没有邻居在小程序里支持，请选择其他推选方式，或等邻居支持后再任命。"


class ChoiceNoteNeeded(Invalid):
    code = "choice_note_needed"
    message = "请写明谁推选的、什么时候、多少户同意。"


class BindingNotFound(NotFound):
    code = "binding_not_found"
    message = "没有找到这条房屋绑定，它可能已被撤回。请刷新列表后再看。"


class AlreadyBound(Conflict):
    code = "already_bound"
    message = "您已经绑定了这套房屋，或申请正在等待审核，不用再次申请。请在“我的房屋”里查看。"


class BoundAsOther(Conflict):
    """The actor has a live binding to the unit in another capacity. `capacity_text` says in which."""

    code = "bound_as_other"
    message = (
        "您已用“{capacity_text}”身份申请或登记了这套房屋。要换一种身份，请先在“我的房屋”里退出这一条，再重新申请。"
    )


class NotAHome(Invalid):
    code = "not_a_home"
    message = "车位和储藏间不能登记租客和家人。请填写您居住的房屋。"


class LeaseEndInvalid(Invalid):
    """The last day of a lease cannot be right; `reason` says why."""

    code = "lease_end_invalid"
    message = "租期有误：{reason}"


class ResidentNamesNoOwner(Invalid):
    code = "resident_names_no_owner"
    message = "申请人是租客或家人，通过时不用选择业主。请刷新申请后再审核。"


class TooManyApplications(Conflict):
    code = "too_many_applications"
    message = "您还有 {waiting} 份绑定申请没有审核完。请等审核后再申请，或先撤回不需要的申请。"


class BindingNotWaiting(Conflict):
    """Only an application that waits can be decided. `state` is the state it is in."""

    code = "binding_not_waiting"
    message = "这份申请已经处理过或已被撤回，不能再审核。请刷新列表。"


class BindingNotLive(Conflict):
    """Only a live binding (applied or accepted) can be ended. `state` is the state it is in."""

    code = "binding_not_live"
    message = "这条房屋绑定已经失效，不用再解除。请刷新列表。"


class OwnApplication(Forbidden):
    code = "own_application"
    message = "不能审核您自己的申请。请由另一位书记或社区工作人员审核。"


class OwnerNotOfUnit(Invalid):
    code = "owner_not_of_unit"
    message = "所选的人不是这套房屋现在的业主。请从该房屋的业主名单里选择一位；名单有误时请先更新名册。"


class ReasonRequired(Invalid):
    code = "reason_required"
    message = "请写明理由，申请人会看到它，例如“姓名与名册不符，请带房产证到社区核对”。"


class NoNewOwners(Invalid):
    code = "no_new_owners"
    message = "请至少填写一位新业主的姓名。"


class NewOwnerInvalid(Invalid):
    """A new owner's particulars are wrong. `field` is name, id_number, phone or share; `position` counts from 1."""

    code = "new_owner_invalid"
    message = "第 {position} 位新业主的资料有误：{reason}"


class TransferTooEarly(Invalid):
    code = "transfer_too_early"
    message = "过户时间不能早于现业主的登记时间，也不能晚于现在。请核对过户日期。"


class RollTooBusy(Conflict):
    code = "roll_too_busy"
    message = "名册正由另一个人修改，请过一分钟再试。"


class ChangedMeanwhile(Conflict):
    """Somebody else has changed what the actor was looking at."""

    code = "changed_meanwhile"
    message = "您打开这一页之后，别人改动了这条登记，所以没有保存。请核对现在的登记，需要时再改一次。"


class AreaRequired(Invalid):
    code = "area_required"
    message = "请至少填写一个面积：登记面积、实测面积或合同面积，例如 89.57。"


class AreaInvalid(Invalid):
    code = "area_invalid"
    message = "面积应当大于 0，不超过 10 万平方米，请核对小数点。"


class PersonInvalid(Invalid):
    """An owner's particulars are wrong. `field` is name, id_number or phone."""

    code = "person_invalid"
    message = "{reason}"


class IdNumberTaken(Conflict):
    code = "id_number_taken"
    message = "这个证件号已经登记在另一位业主名下，没有保存。请对照证件核对；同一人重复登记的，请按名册表格合并后导入。"


class OwnerNotFound(NotFound):
    code = "owner_not_found"
    message = "名册里没有这位业主，请刷新名册后重新选择。"


class GuardianInvalid(Invalid):
    """What is said of a ward or guardian is wrong. `field` is guardian_name, guardian_phone or birthday_18."""

    code = "guardian_invalid"
    message = "监护登记有误：{reason}"


class WardOfAge(Conflict):
    code = "ward_of_age"
    message = "这位业主已满 18 周岁，自己投票即可，不用登记监护人。确无民事行为能力的，请凭法院判决登记。"


class GuardianshipNotFound(NotFound):
    code = "guardianship_not_found"
    message = "这位业主没有监护登记，或登记已经结束。请刷新名册后再看。"
