"""The bundle of a counted meeting (核验包): all that `python -m verifier` needs to do the whole count again.

docs/ballot-log.md describes the files. Everything in them is signed or follows from what is signed, and their text is
canonical, so that no byte can be changed unnoticed. No voter is named: a party's id is
random and made for one meeting. The candidates of an election are, as they were on the ballot sheet.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock, signing
from app.core.canonical import canonical
from app.core.db import db
from app.core.signing_keys import PublicKey
from app.identity.actor import Actor
from app.meetings import excluded, policy, reading
from app.meetings.deemed import proofs as proofs_of_delivery
from app.meetings.errors import BundleNotReady
from app.meetings.log import proofs, sequencing
from app.meetings.models import Ballot, CountRecord, LogLeaf, Meeting, MeetingState, TreeHead
from app.meetings.states import PUBLIC_RESULT

FORMAT = "ballot-log-bundle"
VERSION = 1
README = """这是一次业主大会的核验包：任何人都可以用它重新计算全部结果，检查没有表决票被改动、删除或者添加。
安装 Python 3.11 以上和 cryptography，取得 verifier 程序后运行：

    python -m verifier 本文件.zip --key 运营方公布的公钥指纹

✓ 表示已核对无误，✗ 表示有问题（方括号内是问题代码），· 表示仅凭本包无法证明、需要知道的事项。
公钥指纹应当取自事先公布之处（公告栏、会议记录），不要只问现在的运营方。

This is the bundle of an owners' meeting. With Python 3.11 or later, the package cryptography and the program
`verifier`, everyone can do the whole count again: python -m verifier FILE.zip --key PUBLISHED-FINGERPRINT
✓ holds, ✗ does not (code in brackets), · is what this file alone cannot show.

bundle.json        format, meeting, public keys            格式、会议、公钥
electorate.jsonl   voting parties and their areas          表决权人及面积（无姓名、无房号）
log.jsonl          the ballot log, a leaf a line           表决存证，每行一条
heads.jsonl        signed tree heads                       签名的存证摘要
count_record.json  the count record, with its arithmetic   计票记录及算式
excluded.jsonl     if any: parking and storage left out     如有：不计入的车位、储藏室
deliveries.jsonl   if any: proofs of delivery of those      如有：未参与表决而计入多数票的
                   silent who joined the majority           业主的送达凭证
"""


def export_bundle(actor: Actor, compound_id: UUID, meeting_id: UUID) -> IO[bytes]:
    """The bundle as a temporary ZIP file at its start; the caller closes it.

    It is written whole before it is sent, so that a failure is an error and never half a file.
    Raises Forbidden, MeetingNotFound, BundleNotReady.
    """
    policy.require_see(actor, compound_id, meeting_id)
    meeting = reading.announced(compound_id, meeting_id)
    staff = policy.can_see_drafts(actor, compound_id)
    shown = {MeetingState.COUNTED, *PUBLIC_RESULT} if staff else set(PUBLIC_RESULT)
    if meeting.state_at(clock.now()) not in shown:
        raise BundleNotReady
    record = db.session.get_one(CountRecord, (compound_id, meeting_id)).record
    heads = [vars(proofs.view_of(head)) for head in _heads(meeting)]
    keys = [signing.public_key(key_id) for key_id in dict.fromkeys(head["key_id"] for head in heads)]
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    write(
        file, meeting.id, keys, sequencing.electorate(meeting), _log(meeting), heads, record, _beside(meeting, record)
    )
    file.seek(0)
    audit.record(compound_id, actor.account_id, "export_bundle", meeting_id)
    return file


def write(
    file: IO[bytes],
    meeting_id: UUID,
    keys: Iterable[PublicKey],
    parties: Iterable[Mapping[str, Any]],
    leaves: Iterable[Mapping[str, Any]],
    heads: Iterable[Mapping[str, Any]],
    record: Mapping[str, Any],
    beside: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> None:
    """Write the bundle's files into a ZIP, line by line. Equal content makes an equal file.

    `beside`: the lines of further files, by name, which only some meetings have.
    """
    about = {
        "format": FORMAT,
        "v": VERSION,
        "meeting": str(meeting_id),
        "keys": [{"key_id": key.id, "algorithm": "ed25519", "public_key": key.raw.hex()} for key in keys],
    }
    with zipfile.ZipFile(file, "w") as bundle:
        _add(bundle, "README.txt", [README.encode()])
        _add(bundle, "bundle.json", [readable(about)])
        _add(bundle, "electorate.jsonl", (canonical(party) + b"\n" for party in parties))
        _add(bundle, "log.jsonl", (canonical(leaf) + b"\n" for leaf in leaves))
        _add(bundle, "heads.jsonl", (canonical(head) + b"\n" for head in heads))
        _add(bundle, "count_record.json", [readable(record)])
        for name, lines in (beside or {}).items():
            _add(bundle, name, (canonical(line) + b"\n" for line in lines))


def readable(value: Mapping[str, Any]) -> bytes:
    """Canonical JSON for eyes: sorted, one item a line, indented by one space."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _add(bundle: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> None:
    entry = zipfile.ZipInfo(name)  # dated 1980-01-01, whenever it is written
    entry.compress_type = zipfile.ZIP_DEFLATED
    with bundle.open(entry, "w") as file:
        for chunk in chunks:
            file.write(chunk)


def _beside(meeting: Meeting, record: Mapping[str, Any]) -> dict[str, Iterable[Mapping[str, Any]]]:
    """What else leaf 0 and the count record commit to: a meeting that was held before they did has no such file."""
    found: dict[str, Iterable[Mapping[str, Any]]] = {}
    frozen = db.session.get(LogLeaf, (meeting.compound_id, meeting.id, 0))
    if frozen and "excluded" in json.loads(frozen.input or "{}"):
        found["excluded.jsonl"] = excluded.statements(meeting)
    if "deliveries" in record:
        found["deliveries.jsonl"] = proofs_of_delivery.statements(meeting)
    return found


def _heads(meeting: Meeting) -> Iterable[TreeHead]:
    return db.session.scalars(
        select(TreeHead)
        .where(TreeHead.compound_id == meeting.compound_id, TreeHead.meeting_id == meeting.id)
        .order_by(TreeHead.size)
    )


def _log(meeting: Meeting) -> Iterable[dict[str, Any]]:
    """Every leaf in order, with its content; a ballot's with the area (0.01 m²) that it was counted with."""
    rows = db.session.execute(
        select(
            LogLeaf.index,
            LogLeaf.leaf_hash.label("sealed"),
            LogLeaf.input,
            Ballot.party_id,
            Ballot.choices,
            Ballot.marks,
            Ballot.spoiled,
            Ballot.channel,
            Ballot.accepted_at,
            Ballot.nonce,
            Ballot.replaces_leaf_hash,
            Ballot.area_centi,
        )
        .outerjoin(Ballot, (Ballot.compound_id == LogLeaf.compound_id) & (Ballot.id == LogLeaf.ballot_id))
        .where(LogLeaf.compound_id == meeting.compound_id, LogLeaf.meeting_id == meeting.id)
        .order_by(LogLeaf.index),
        execution_options={"yield_per": 2000},
    )
    for row in rows:
        leaf = {"index": row.index, "leaf_hash": row.sealed.hex()}
        if row.input is not None:
            yield {**leaf, "input": json.loads(row.input)}
        else:
            yield {**leaf, "input": sequencing.leaf_of(meeting, row), "area_centi": row.area_centi}
