"""Holds what Slither found against what was accepted, each with a reason.

usage: findings.py REPORT ACCEPTED    (Slither's --json; slither-accepted.json)

Ends with 1 if something was found that nobody accepted, or accepted that is not found any more.
"""

import json
import pathlib
import re
import sys


def main(report, accepted):
    report = json.loads(pathlib.Path(report).read_text())
    if not report["success"]:
        sys.exit(f"Slither failed: {report['error']}")
    reasons = json.loads(pathlib.Path(accepted).read_text())
    unused = [reason for reason in reasons]
    bad = 0
    findings = report["results"].get("detectors", [])
    for finding in findings:
        where = re.match(r"\w+(\.\w+)?", finding["description"]).group()
        matching = [reason for reason in reasons if reason["check"] == finding["check"]
                    and reason["in"] in (where, where.split(".")[0])]
        if not matching:
            print(f"not accepted: {finding['impact']} {finding['check']}\n{finding['description']}")
            bad += 1
        unused = [reason for reason in unused if reason not in matching]
    for reason in unused:
        print(f"accepted, but not found: {reason['check']} in {reason['in']}")
        bad += 1
    print(f"{len(findings)} findings, {len(reasons)} reasons, {bad} unexplained")
    return 1 if bad or not findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
