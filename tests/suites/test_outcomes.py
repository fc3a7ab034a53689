"""Two runs of a suite are the same only where each test came out the same, for the same reason."""

from __future__ import annotations

from pathlib import Path

from tests.suites.outcomes import Difference, counts, differences, read_junit

CASE = '<testcase classname="suite.Rows" name="{name}">{inside}</testcase>'


def run(path: Path, **cases: str) -> Path:
    inside = "".join(CASE.format(name=name, inside=found) for name, found in cases.items())
    path.write_text(f"<testsuites><testsuite>{inside}</testsuite></testsuites>")
    return path


def test_a_failure_on_one_side_or_for_another_reason_is_a_difference(tmp_path: Path) -> None:
    direct = run(tmp_path / "direct", kept="", lost="", wrong='<failure message="1 != 2"/>')
    edge = run(tmp_path / "edge", kept="", lost='<skipped message="no cursor"/>', wrong='<failure message="1 != 3"/>')
    assert differences(read_junit(direct), read_junit(edge)) == [
        Difference("suite.Rows::lost", "passed", "skipped: no cursor"),
        Difference("suite.Rows::wrong", "failure: 1 != 2", "failure: 1 != 3"),
    ]
    assert counts(read_junit(edge)) == "1 failure, 1 passed, 1 skipped"


def test_a_test_that_did_not_run_is_a_difference(tmp_path: Path) -> None:
    direct, edge = run(tmp_path / "direct", first="", second=""), run(tmp_path / "edge", first="")
    assert differences(read_junit(direct), read_junit(edge)) == [
        Difference("suite.Rows::second", "passed", "did not run")
    ]


def test_an_unsteady_test_may_come_out_either_way_but_must_run(tmp_path: Path) -> None:
    direct = read_junit(run(tmp_path / "direct", clock="", hurried=""))
    edge = read_junit(run(tmp_path / "edge", clock='<failure message="too late"/>', hurried=""))
    clock, gone = "suite.Rows::clock", "suite.Rows::gone"
    assert differences(direct, edge, {clock}) == []
    assert differences(direct, edge, {clock, gone}) == [Difference(gone, "did not run", "did not run")]
    assert [each.test for each in differences(direct, edge, {"suite.Rows::hurried"})] == [clock]


def test_addresses_and_ports_are_no_difference(tmp_path: Path) -> None:
    ways = {"direct": (0x7F01, 40001), "edge": (0x7F02, 40002)}
    found = []
    for way, (address, port) in ways.items():
        failure = f'<failure message="object at {address:#x} on port {port} after {port / 7} s"/>'
        found.append(read_junit(run(tmp_path / way, refused=failure)))
    assert differences(*found) == []
    assert list(found[0].values()) == ["failure: object at … on … after … s"]
