"""Roll files as property offices have them."""

import pytest

from app.compounds.models import UnitUse
from app.compounds.roll_findings import KINDS
from tests.support import roll_files
from tests.support.roll_files import (
    HEADER,
    ID_1,
    ID_2,
    ROW,
    doors,
    full_width,
    names,
    read,
    read_rows,
    row,
    text_file,
    workbook,
)


def test_a_clean_roll_is_read_whole_and_without_findings():
    units, kinds = read_rows(ROW, row(room="102", area=100))
    assert kinds == []
    assert doors(units) == [("1号楼", "1单元", "101"), ("1号楼", "1单元", "102")]
    first = units[0]
    assert (first.area_register_centi, first.area_survey_centi, first.area_contract_centi) == (8957, None, None)
    assert first.owners[0][:3] == ("演示业主甲", ID_1, "13900010001")
    assert (first.sheet, first.row, first.use, first.held_by_developer) == ("Sheet1", 2, None, None)


@pytest.mark.parametrize(
    "header",
    [
        ("楼号", "梯", "室号", "面积（㎡）", "产权人", "身份证号", "联系电话"),
        ("幢", "单元号", "房间号", "产权面积", "姓名", "证件号", "手机号码"),
        ("* 楼 栋", "单元", "房号：", "建筑面积/平方米", "权利人姓名", "公民身份号码", "电话"),
    ],
)
def test_headers_have_synonyms(header: tuple[str, ...]):
    units, kinds = read_rows(ROW, header=header)
    assert kinds == []
    assert (units[0].area_register_centi, units[0].owners[0].phone) == (8957, "13900010001")


def test_titles_above_the_header_and_columns_beside_it_are_passed_over():
    rows = [
        ["演示小区业主名册"],
        [],
        ["制表：物业", "", "2026年"],
        ["", "序号", *HEADER],
        ["", 1, *ROW],
        ["", 2, *row(room="102")],
    ]
    units, kinds, _ = read(workbook(rows))
    assert (kinds, [unit.row for unit in units]) == ([], [5, 6])


def test_a_header_of_two_rows_is_read_as_one():
    rows = [["房屋信息", "", "", "", "业主信息"], ["", "", "", "建筑面积", "姓名", "证件号", "手机号"], ROW]
    rows[0] = ["楼栋", "单元", "房号", "", "业主信息", "", ""]
    units, kinds, _ = read(workbook(rows, merges=["A1:A2", "B1:B2", "C1:C2", "E1:G1"]))
    assert (kinds, names(units), units[0].row) == ([], [["演示业主甲"]], 3)


def test_several_sheets_are_read_and_others_are_named():
    def hide(sheet):
        sheet.parent.worksheets[2].sheet_state = "hidden"

    content = workbook(
        [HEADER, ROW], [["说明"], ["请勿外传"]], [HEADER, row(room="103")], [HEADER, row(room="104")], also=hide
    )
    units, kinds, reader = read(content)
    assert [unit.room for unit in units] == ["101", "104"]
    assert sorted(kinds) == ["sheet_hidden", "sheet_skipped"]
    assert reader.findings.kept[0].what == "工作表“Sheet3”是隐藏的，已略过。"


def test_a_sheet_may_be_named_after_its_building():
    header = HEADER[1:]
    content = workbook([header, ROW[1:]], [header, ROW[1:]], names=["1号楼", "2号楼"])
    assert doors(read(content)[0]) == [("1号楼", "1单元", "101"), ("2号楼", "1单元", "101")]


def test_merged_buildings_and_stairwells_go_for_all_their_rows():
    rows = [
        ROW,
        *(("", "", str(room), 80, "演示业主乙", "", "") for room in (102, 103)),
        ("2栋", "", "101", 70, "演示业主丙", "", ""),
    ]
    units, kinds = read_rows(*rows, merges=["A2:A4", "B2:B4"])
    assert kinds == []
    assert doors(units) == [
        ("1号楼", "1单元", "101"),
        ("1号楼", "1单元", "102"),
        ("1号楼", "1单元", "103"),
        ("2栋", "", "101"),
    ]


def test_empty_buildings_without_a_merge_are_filled_with_one_warning():
    units, kinds = read_rows(ROW, row(building="", stairwell="", room="102"), row(building="", room="103"))
    assert kinds == ["filled_down"]
    assert {unit.building for unit in units} == {"1号楼"}
    assert {unit.stairwell for unit in units} == {"1单元"}


def test_a_unit_merged_over_rows_has_an_owner_on_each():
    second = ("", "", "", "", "演示业主乙", ID_2, "13900010002")
    units, kinds = read_rows(ROW, second, row(room="102"), merges=["A2:A3", "B2:B3", "C2:C3", "D2:D3"])
    assert kinds == []
    assert names(units) == [["演示业主甲", "演示业主乙"], ["演示业主甲"]]
    assert [owner.share for owner in units[0].owners] == [None, None]


def test_a_line_with_an_owner_alone_belongs_to_the_unit_above():
    units, kinds, _ = read(text_file([HEADER, ROW, ("", "", "", "", "演示业主乙", ID_2, "")]), "名册.csv")
    assert (kinds, names(units)) == ([], [["演示业主甲", "演示业主乙"]])


def test_numbers_and_texts_change_places():
    changed = row(building=1.0, stairwell=1, room=101.0, area="89.57", phone=13900010001.0)
    units, kinds = read_rows(changed, row(building="１", room=full_width("102"), phone=full_width("13900010001")))
    assert kinds == []
    assert doors(units) == [("1栋", "1单元", "101"), ("1栋", "1单元", "102")]
    assert {unit.owners[0].phone for unit in units} == {"13900010001"}


def test_co_owners_in_one_cell_are_split_with_their_numbers_and_shares():
    cells = (*row(owner="演示甲、演示乙", id_number=f"{ID_1}\n{ID_2}", phone="13900010001，13900010002"), "1/3、2/3")
    units, kinds = read_rows(cells, header=(*HEADER, "产权份额"))
    assert kinds == []
    assert [(owner.name, owner.id_number, owner.phone, str(owner.share)) for owner in units[0].owners] == [
        ("演示甲", ID_1, "13900010001", "1/3"),
        ("演示乙", ID_2, "13900010002", "2/3"),
    ]


def test_co_owners_in_columns_of_their_own_are_read_too():
    header = (*HEADER, "共有人姓名", "共有人身份证号", "共有人手机号")
    units, kinds = read_rows((*ROW, "演示业主乙", ID_2, "13900010002"), (*row(room="102"), "", "", ""), header=header)
    assert kinds == []
    assert names(units) == [["演示业主甲", "演示业主乙"], ["演示业主甲"]]
    assert units[0].owners[1][:3] == ("演示业主乙", ID_2, "13900010002")


def test_blank_rows_totals_repeated_headers_and_footers_are_no_units():
    rows = [
        ROW,
        [],
        ["", "", "小计", 89.57],
        HEADER,
        row(room="102"),
        ["合计", "", "", 179.14],
        ["注：面积以产权证为准"],
    ]
    units, kinds = read_rows(*rows)
    assert [unit.room for unit in units] == ["101", "102"]
    assert kinds == ["total_skipped", "total_skipped", "line_skipped"]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "gb18030"), ("\t", "utf-16")]
)
def test_text_files_are_read_in_their_encodings(delimiter: str, encoding: str):
    rows = [HEADER, row(owner="演示甲\n演示乙", id_number="", phone="139 0001 0001"), row(room="102")]
    units, kinds, _ = read(text_file(rows, encoding, delimiter), "名册.CSV")
    assert kinds == ["phone_first_only"]
    assert names(units) == [["演示甲", "演示乙"], ["演示业主甲"]]
    assert [unit.row for unit in units] == [2, 3]


def test_a_column_with_whole_doors_is_taken_apart():
    header = ("房屋坐落", "建筑面积", "业主姓名")
    units, kinds = read_rows(
        ("3栋2单元501室", 80, "甲某"), ("3-2-502", 80, "乙某"), ("某处", 80, "丙某"), header=header
    )
    assert doors(units) == [("3栋", "2单元", "501"), ("3栋", "2单元", "502")]
    assert kinds == ["door_unclear"]


def test_use_source_and_developer_are_read():
    header = (*HEADER, "用途", "面积来源", "未售")
    units, kinds = read_rows(
        (*ROW, "商铺", "测绘", ""),
        (*row(room="102", owner="", id_number="", phone=""), "车位", "合同", "未售"),
        header=header,
    )
    assert kinds == []
    assert [(unit.use, unit.area_survey_centi, unit.area_contract_centi, unit.held_by_developer) for unit in units] == [
        (UnitUse.SHOP, 8957, None, False),
        (UnitUse.PARKING, None, 8957, True),
    ]


def test_an_owner_called_developer_means_unsold():
    units, kinds = read_rows(row(owner="开发商", id_number="", phone=""))
    assert (kinds, names(units), units[0].held_by_developer) == ([], [[]], True)


def test_figures_of_several_sources_stand_side_by_side():
    header = ("楼栋", "房号", "产权面积", "实测面积", "合同面积", "业主")
    units, kinds = read_rows(("1", "101", "", 80.1, 80.05, "甲某"), header=header)
    assert kinds == []
    assert (units[0].area_register_centi, units[0].area_survey_centi, units[0].area_contract_centi) == (
        None,
        8010,
        8005,
    )


def test_the_same_unit_again_is_noted_and_another_version_is_an_error():
    units, kinds = read_rows(ROW, ROW, row(owner="演示业主乙"), row(area=90))
    assert len(units) == 1
    assert kinds == ["same_unit_again", "same_unit_differs", "same_unit_differs"]


def test_spellings_of_a_building_are_one_building():
    _, kinds = read_rows(ROW, row(building="1栋", room="101室"))
    assert kinds == ["same_unit_again"]


def test_progress_counts_rows():
    seen = []
    reader = roll_files.RollReader(
        "x.xlsx", workbook([HEADER, *(row(room=str(room)) for room in range(2500))]), roll_files.TODAY
    )
    assert len(list(reader.units(lambda done, total: seen.append((done, total))))) == 2500
    assert seen == [*((done, 2501) for done in range(200, 2501, 200)), (2501, 2501)]


def test_every_kind_of_finding_says_what_to_do():
    for kind in KINDS.values():
        assert kind.what.endswith("。")
        assert kind.to_do.endswith("。")
