"""One table says what to do about each reason, and the documentation says the same."""

from __future__ import annotations

from pathlib import Path

from polyscale_cli.edge.cures import cure_of
from polyscale_cli.edge.engine import Reason
from polyscale_cli.edge.engine.story import How

PAGE = Path(__file__).parents[2] / "docs" / "why.md"


def test_there_is_a_cure_for_each_reason_or_a_word_that_there_is_none() -> None:
    assert [reason for reason in Reason if not cure_of(reason)] == []


def test_what_comes_back_by_itself_needs_none() -> None:
    assert {how for how in How if cure_of(how) is None} == {How.SERVER, How.PURGE, How.SETTINGS}


def test_the_documentation_has_each_reason_with_its_cure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = [f"| `{reason.name}` | {reason.value} | {cure_of(reason)} |" for reason in Reason]
    told += [f"| `{how.name}`: {how.value} | {cure} |" for how in How if (cure := cure_of(how))]
    assert [row for row in told if row not in page] == []
