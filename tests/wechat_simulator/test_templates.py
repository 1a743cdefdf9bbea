"""The lists of an account's templates."""

import re
from typing import Any

import pytest

from tests.wechat_simulator.world import OFFICIAL_VOTING_OPENED, VOTING_OPENED, World

SUBSCRIBE, OFFICIAL = "/wxaapi/newtmpl/gettemplate", "/cgi-bin/template/get_all_private_template"


def listed(world: World, path: str) -> dict[str, Any]:
    token = world.official_token() if path == OFFICIAL else world.token()["access_token"]
    return world.get(path, access_token=token)


def test_the_mini_programs_templates_name_their_fields(world: World) -> None:
    answer = listed(world, SUBSCRIBE)
    assert answer["errcode"] == 0
    [template] = [one for one in answer["data"] if one["priTmplId"] == VOTING_OPENED]
    assert template["title"] == "投票开始提醒"
    assert re.findall(r"\{\{(\w+)\.DATA\}\}", template["content"]) == ["thing1", "thing2", "time3", "thing4"]
    assert template["type"] in (2, 3)
    assert set(template) == {"priTmplId", "title", "content", "example", "type"}


def test_the_official_accounts_templates_come_without_an_errcode(world: World) -> None:
    answer = listed(world, OFFICIAL)
    assert set(answer) == {"template_list"}
    [template] = [one for one in answer["template_list"] if one["template_id"] == OFFICIAL_VOTING_OPENED]
    assert "{{thing1.DATA}}" in template["content"]
    assert VOTING_OPENED not in {one["template_id"] for one in answer["template_list"]}


@pytest.mark.parametrize("path", [SUBSCRIBE, OFFICIAL])
def test_the_lists_want_a_token_and_a_get(world: World, path: str) -> None:
    assert world.get(path)["errcode"] == 41001
    assert world.post(path, {})["errcode"] == 43001
