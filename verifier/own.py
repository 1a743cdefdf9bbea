"""What a reader brings along: an own receipt, or a head that was seen earlier."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verifier.bundle import Unreadable
from verifier.heads import Keys
from verifier.log import Log
from verifier.report import Report

CHINESE = {"for": "同意", "against": "反对", "abstain": "弃权", "blank": "未选"}


def read_own(path: str) -> dict[str, Any]:
    """A receipt or head as the API gave it."""
    try:
        found = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise Unreadable(f"{path} is not a receipt or head")
    return found


def check_receipt(receipt: dict[str, Any], keys: Keys, log: Log, report: Report) -> None:
    """The receipt is genuine, and its ballot is in the log, unchanged and counted."""
    accepted = datetime.fromisoformat(receipt["accepted_at"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    facts = {"leaf_hash": receipt["leaf_hash"], "accepted_at": accepted}
    if not report.expect(
        keys.signed("receipt", facts, receipt["key_id"], receipt["signature"]),
        "receipt_signature",
        f"The receipt {receipt['leaf_hash'][:16]}… is not signed with a key of this bundle.",
        f"回执 {receipt['leaf_hash'][:16]}… 不是用本核验包的公钥签名的。",
    ):
        return
    index, ballot = log.found.get(receipt["leaf_hash"], (None, {}))
    if report.expect(
        index is not None,
        "ballot_removed",
        f"The ballot of the receipt {receipt['leaf_hash'][:16]}… is not in the log: it was removed or changed.",
        f"回执 {receipt['leaf_hash'][:16]}… 的表决票不在日志中：被删除或者改动。",
    ) and report.expect(
        ballot.get("party") == receipt["party_id"],
        "receipt_of_another",
        f"The receipt is said to be of party {receipt['party_id']}, and leaf {index} is of {ballot.get('party')}: you "
        "were given somebody else's receipt.",
        f"回执写明表决权人为 {receipt['party_id']}，而第 {index} 条存证属于 {ballot.get('party')}：回执是别人的。",
    ):
        later = log.changes.by.get(receipt["leaf_hash"])
        if later is not None and receipt["leaf_hash"] in log.changes.replaced:
            report.note(
                f"Your ballot is leaf {index} and does not count any more: leaf {later} changed it before the close. "
                "If that was not you or who speaks for you, object to the result.",
                f"您的表决票是第 {index} 条存证，截止前已由第 {later} 条存证更改，不再计入。"
                "如非本人（或者有权代表您的人）更改，请对表决结果提出异议。",
            )
            return
        if receipt["leaf_hash"] in log.aside.hashes:
            report.note(
                f"Your ballot is leaf {index} and does not count: a co-owner contradicted it, or another replaced it.",
                f"您的表决票是第 {index} 条存证，因共有人意见不一致或者被取代而不计入。",
            )
            return
        marks = {motion["title"]: _said(motion, ballot) for motion in log.meeting["motions"]}
        chinese = "，".join(f"{title}“{CHINESE.get(said, said)}”" for title, said in marks.items())
        report.holds(
            f"Your ballot is leaf {index} and counted as {marks}.", f"您的表决票是第 {index} 条存证，计为：{chinese}。"
        )


def _said(motion: dict[str, Any], ballot: dict[str, Any]) -> str:
    """What a ballot says on a motion: a choice, or the names of the candidates that it marks."""
    if "election" not in motion:
        return str(ballot["choices"].get(motion["id"], "blank"))
    election = motion["election"]
    names = dict(zip(election["candidates"], election.get("names", election["candidates"]), strict=True))
    return "、".join(names[one] for one in ballot.get("marks", {}).get(motion["id"], ())) or "blank"


def check_head(head: dict[str, Any], keys: Keys, log: Log, report: Report) -> None:
    """The log still begins with what was signed in a head that the reader saw earlier."""
    facts = {name: head[name] for name in ("size", "root_hash", "signed_at")}
    if not report.expect(
        keys.signed("tree_head", facts, head["key_id"], head["signature"]),
        "head_signature",
        f"Your head over {head['size']} leaves is not signed with a key of this bundle.",
        f"您保存的 {head['size']} 条存证摘要不是用本核验包的公钥签名的。",
    ):
        return
    if not report.expect(
        head["size"] <= log.size,
        "log_rewritten",
        f"You saw {head['size']} leaves signed, and the log has only {log.size}: its end was cut off.",
        f"您见过 {head['size']} 条签名存证，日志只有 {log.size} 条：末尾被截去。",
    ):
        return
    if report.expect(
        log.roots.get(head["size"]) == head["root_hash"],
        "log_rewritten",
        f"The log does not begin with the {head['size']} leaves that you saw signed: the past was rewritten.",
        f"日志开头与您见过的 {head['size']} 条签名存证不符：历史被改写。",
    ):
        report.holds(
            f"The log begins with the {head['size']} leaves that you saw signed.",
            f"日志开头与您见过的 {head['size']} 条签名存证一致。",
        )
