"""`python -m verifier.audit EXPORT`: whether an exported audit log is whole. docs/audit-log.md describes its form.

Exit code 0 if everything holds, 1 if something does not, 2 if it cannot be read. The standard library is enough; with
the package `cryptography` the signatures of the heads are checked as well, and without it the output says so.
"""

import argparse
import sys
from collections.abc import Collection, Iterable
from typing import Any

from verifier.audit_export import Export, lines_of, read
from verifier.bundle import Unreadable
from verifier.report import Report
from verifier.segments import Fault

_TOLD = {
    "altered": ("was altered", "被改动"),
    "removed": ("was removed", "被删除"),
    "added": ("was added past the program", "是绕过程序添加的"),
    "reordered": ("was moved from its place", "被移动了位置"),
    "rewritten": ("and all after it were chained anew", "及以后的记录被重新编链"),
}


def main(arguments: list[str] | None = None) -> int:
    """Check, write what holds and what does not to standard output, and return the exit code."""
    parser = argparse.ArgumentParser(prog="verifier.audit", description="Check an exported audit log.")
    parser.add_argument("export", help="the JSON lines that `flask audit export` wrote")
    parser.add_argument("--earlier", action="append", default=[], help="an earlier export of the same log")
    parser.add_argument("--key", action="append", default=[], help="fingerprint of a key that the operator publishes")
    options = parser.parse_args(arguments)
    report = Report(sys.stdout, "LOG")
    try:
        earlier = [read(lines_of(path)) for path in options.earlier]
        check(lines_of(options.export), report, earlier, options.key)
    except (Unreadable, KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"✗ [unreadable] {error}.\n  无法读取审计日志：文件不完整，或者格式不符。")
        return 2
    return report.end()


def check(
    lines: Iterable[dict[str, Any]], report: Report, earlier: Collection[Export] = (), pinned: Collection[str] = ()
) -> None:
    """Check an export into the report: keys, signatures, every row, their order, and what was exported before.

    Raises Unreadable, and what a line of another form raises.
    """
    seen = [(older, head) for older in earlier for head in older.heads]
    export = read(lines, [head["size"] for _, head in seen])
    if any(older.compound != export.compound for older in earlier):
        raise Unreadable("an earlier export is of another compound's log")
    if pinned:
        for fingerprint in export.fingerprints():
            told = f"The key {fingerprint} is none of those that you named.", f"公钥 {fingerprint} 不是您指定的公钥。"
            report.expect(fingerprint in pinned, "key_foreign", *told)
    heads = _signed_heads(export, report)
    faults = _faults(export, heads)
    for fault in faults:
        report.breaks(fault.code, *_words(fault))
    if not faults:
        report.holds(
            f"{export.entries} entries follow one another; {export.waiting} wait for their place.",
            f"{export.entries} 条记录首尾相接，另有 {export.waiting} 条等待入链。",
        )
    for _, head in seen:
        report.expect(
            export.hashes.get(head["size"]) == bytes.fromhex(head["chain_hash"]),
            "not_the_same_log",
            f"The first {head['size']} entries of an earlier export are not those of this log: it was written anew.",
            f"较早导出的前 {head['size']} 条记录与现在的不同：日志被重写。",
        )


def _signed_heads(export: Export, report: Report) -> dict[int, bytes]:
    """The chain hash by size of every head whose signature is right."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        told = (
            "The package cryptography is not installed: no signature is checked.",
            "没有安装 cryptography，未核对签名。",
        )
        report.note(*told)
        return {head["size"]: bytes.fromhex(head["chain_hash"]) for head in export.heads}
    genuine = {}
    for head in export.heads:
        try:
            key = Ed25519PublicKey.from_public_bytes(export.keys[head["key_id"]])
            key.verify(bytes.fromhex(head["signature"]), export.statement(head))
        except (KeyError, InvalidSignature):
            report.breaks(
                "head_signature",
                f"The signature over {head['size']} entries is not right: the head was changed or forged.",
                f"对 {head['size']} 条记录的签名无效：摘要被改动或者伪造。",
            )
        else:
            genuine[head["size"]] = bytes.fromhex(head["chain_hash"])
    return genuine


def _faults(export: Export, heads: dict[int, bytes]) -> list[Fault]:
    """Everything that is wrong with rows and their order, each once, by place."""
    found = export.chain.faults(heads)
    hashed = {link.event_hash for link in export.changed}
    for link in export.changed:
        if link.content is None:
            code = "removed"
        else:
            code = "reordered" if link.content in hashed - {link.event_hash} else "altered"
        found.append(Fault(code, link.index, link.event_id))
    longest = max(heads, default=0)
    if longest > export.chain.size:
        found.append(Fault("removed", export.chain.size, many=longest - export.chain.size))
    if not found:
        whole = [size for size, chain_hash in heads.items() if export.hashes.get(size) == chain_hash]
        if len(whole) < len(heads):
            found.append(Fault("rewritten", max((size for size in whole), default=0), many=0))
    return sorted(set(found), key=lambda one: (one.index, one.code))


def _words(fault: Fault) -> tuple[str, str]:
    english, chinese = _TOLD[fault.code]
    row = f" (row {fault.event_id})" if fault.event_id else ""
    if fault.many > 1:
        places, ones = f"places {fault.index} to {fault.index + fault.many - 1}", f"第 {fault.index} 至"
        return f"What stood at {places}{row} {english}.", f"{ones} {fault.index + fault.many - 1} 号记录{chinese}。"
    some = "Something before" if fault.code == "removed" and not fault.many else "The entry at"
    before = "之前有记录" if some[0] == "S" else "号记录"
    return f"{some} place {fault.index}{row} {english}.", f"第 {fault.index} {before}{chinese}。"


if __name__ == "__main__":
    sys.exit(main())
