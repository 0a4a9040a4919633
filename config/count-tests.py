"""Counts what ran, from the reports that the test runners wrote.

usage: count-tests.py COUNTS SUITE surefire REPORT_DIRECTORY...
       count-tests.py COUNTS SUITE go|unittest|jmh|forge LOG

Appends one line "SUITE passed failed skipped announced" to the file COUNTS and prints what failed or was skipped, by
name; the names with the first lines of each message also go to COUNTS.failures, to be repeated at the end of a long run.
Ends with 1 if anything failed or was skipped, or if nothing ran: a check that did not happen has not passed.

A test that failed, was run again and passed counts as passed, and is named like one that failed, as flaky.

One kind of skipped test is announced instead, and no failure: what runs on a real network of Hyperledger Fabric where
FABRIC_BIN is not set, since Fabric's programs cannot be installed from anywhere. One line counts these, and the classes
go to COUNTS.announced. Where FABRIC_BIN is set there is no such excuse.
"""

import collections
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


# as FabricExtension.ABSENT begins
ANNOUNCED = "FABRIC_BIN is not set: "


def skipped(element):
    excused = (element.get("message") or "").startswith(ANNOUNCED) and not os.environ.get("FABRIC_BIN")
    return "announced" if excused else "skipped"


def why(trace):
    """The messages of a stack trace, without the frames, for whoever has only this script's output."""
    lines = [line for line in trace.splitlines() if line.strip() and not re.match(r"\s+(at |\.\.\. )", line)]
    return "".join("\n    | " + line[:300] for line in lines[:20])


def surefire(directories):
    for directory in directories:
        for report in sorted(pathlib.Path(directory).glob("TEST-*.xml")):
            for case in xml.parse(report).getroot().iter("testcase"):
                name = f"{case.get('classname')}.{case.get('name')}"
                trouble = case.find("failure")
                trouble = case.find("error") if trouble is None else trouble
                unsteady = case.find("flakyFailure")
                unsteady = case.find("flakyError") if unsteady is None else unsteady
                if trouble is not None:
                    yield name + why(trouble.text or ""), "failed"
                elif unsteady is not None:
                    yield name + why(unsteady.findtext("stackTrace") or unsteady.text or ""), "flaky"
                elif case.find("skipped") is not None:
                    yield name, skipped(case.find("skipped"))
                else:
                    yield name, "passed"


def go(log):
    words = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}
    results = [(name, words[word]) for word, name in
               re.findall(r"^\s*--- (PASS|FAIL|SKIP): (\S+)", pathlib.Path(log).read_text(), re.MULTILINE)]
    # a test with subtests is counted through these
    parents = {name.rsplit("/", depth)[0] for name, _ in results for depth in range(1, name.count("/") + 1)}
    return [(name, word) for name, word in results if name not in parents or word != "passed"]


def unittest(log):
    words = {"ok": "passed", "skipped": "skipped", "FAIL": "failed", "ERROR": "failed"}
    text = pathlib.Path(log).read_text()
    return [(name, words[word]) for name, word in
            re.findall(r"^(\S+ \(\S+\)).*?\.\.\. .*?(ok|skipped|FAIL|ERROR)\b", text, re.MULTILINE | re.DOTALL)]


def jmh(log):
    return [(result["benchmark"] + str(result.get("params", "")), "passed")
            for result in json.loads(pathlib.Path(log).read_text())]


def forge(log):
    words = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}
    suite = ""
    for line in pathlib.Path(log).read_text().splitlines():
        if match := re.match(r"Ran \d+ tests? for \S+:(\w+)", line):
            suite = match.group(1)
        elif line.startswith("Failing tests:"):
            return  # the same ones once more
        elif match := re.match(r"\[(PASS|FAIL|SKIP).*\] (\w+)\(", line):
            yield f"{suite}.{match.group(2)}", words[match.group(1)]


def main(counts, suite, kind, *sources):
    results = list(surefire(sources) if kind == "surefire" else {"go": go, "unittest": unittest, "jmh": jmh, "forge": forge}[kind](*sources))
    words = ("passed", "failed", "skipped", "announced")
    number = {word: sum(1 for _, result in results if result == word) for word in words}
    flaky = [(name, word) for name, word in results if word == "flaky"]
    number["passed"] += len(flaky)
    trouble = [(name, word) for name, word in results if word in ("failed", "skipped")]
    for name, word in flaky + trouble:
        print(f"  {word}: {name}")
    print(f"  {suite}: {number['passed']} passed, {number['failed']} failed, {number['skipped']} skipped")
    with open(counts + ".failures", "a", encoding="utf-8") as file:
        for name, word in flaky + trouble:
            file.write("".join(f"  {line}\n" for line in f"{word}: {name}".splitlines()[:7]))
    waiting = collections.Counter(name.rsplit(".", 1)[0] for name, word in results if word == "announced")
    with open(counts + ".announced", "a", encoding="utf-8") as file:
        for name, tests in sorted(waiting.items()):
            file.write(f"{name}: {tests}\n")
    if waiting:
        print(f"  NOT RUN, FABRIC_BIN is not set: {number['announced']} tests of {len(waiting)} classes")
    with open(counts, "a", encoding="utf-8") as file:
        file.write(f"{suite.replace(' ', '_')} {' '.join(str(number[word]) for word in words)}\n")
    return 0 if number["passed"] and not trouble else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
