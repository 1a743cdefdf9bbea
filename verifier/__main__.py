"""`python -m verifier BUNDLE`: exit code 0 if everything holds, 1 if something does not, 2 if it cannot be read."""

import argparse
import sys

from verifier.aside import check_aside, set_aside
from verifier.bundle import Bundle, Unreadable
from verifier.changes import check_changes
from verifier.deliveries import check_deliveries, read_deliveries
from verifier.electorate import read_electorate
from verifier.endings import check_ending
from verifier.excluded import check_excluded, read_excluded
from verifier.heads import read_heads, read_keys
from verifier.log import Walk, check_heads
from verifier.lots import check_lots
from verifier.own import check_head, check_receipt, read_own
from verifier.record import Frozen, check_electorate, check_record
from verifier.report import Report


def main(arguments: list[str] | None = None) -> int:
    """Verify, write what holds and what does not to standard output, and return the exit code."""
    parser = argparse.ArgumentParser(prog="verifier", description="Do the count of an owners' meeting again.")
    parser.add_argument("bundle", help="the ZIP file of a counted meeting")
    parser.add_argument("--key", action="append", default=[], help="fingerprint of a key that the operator publishes")
    parser.add_argument("--receipt", action="append", default=[], help="JSON file of an own receipt")
    parser.add_argument("--head", action="append", default=[], help="JSON file of a tree head that was seen earlier")
    options = parser.parse_args(arguments)
    report = Report(sys.stdout)
    try:
        verify(options.bundle, options.key, options.receipt, options.head, report)
    except Unreadable as error:
        print(f"✗ [unreadable] {error}.\n  无法读取核验包：文件不完整，或者被改动。", file=sys.stdout)
        return 2
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        print(f"✗ [unreadable] {type(error).__name__}: {error}.\n  无法读取：格式不符。", file=sys.stdout)
        return 2
    return report.end()


def verify(path: str, pinned: list[str], receipts: list[str], seen: list[str], report: Report) -> None:
    """Check everything in the bundle, and what the reader brought along, into the report."""
    own_receipts, own_heads = [read_own(file) for file in receipts], [read_own(file) for file in seen]
    bundle = Bundle(path)
    keys = read_keys(bundle, pinned, report)
    heads = read_heads(bundle, keys, report)
    electorate = read_electorate(bundle, keys.meeting, report)
    excluded = read_excluded(bundle, keys.meeting, electorate, report)
    deliveries = read_deliveries(bundle, keys.meeting)
    sizes = {*heads, *(head["size"] for head in own_heads)}
    wanted = [receipt["leaf_hash"] for receipt in own_receipts]
    record = bundle.document("count_record.json")
    log = Walk(keys.meeting, electorate, sizes, set_aside(record), wanted, report).run(bundle)
    check_heads(log, heads, report)
    check_electorate(log, electorate, report)
    check_excluded(log, excluded, report)
    check_aside(record, log.aside, log.marks, report)
    check_changes(record, log.changes, report)
    check_deliveries(record, deliveries, log, electorate, report)
    check_record(record, log, heads, Frozen(electorate, excluded, deliveries), report)
    check_lots(record, log, report)
    check_ending(record, log, report)
    for receipt in own_receipts:
        check_receipt(receipt, keys, log, report)
    for head in own_heads:
        check_head(head, keys, log, report)


if __name__ == "__main__":
    sys.exit(main())
