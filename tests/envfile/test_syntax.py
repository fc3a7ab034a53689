"""What each kind of file writes for a value, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.envfile.dotenv import parse
from polyscale_cli.envfile.syntax import Syntax, quoted
from polyscale_cli.errors import UsageError


@pytest.mark.parametrize(
    ("syntax", "value", "written"),
    [
        (Syntax.DOTENV, "a b#c", '"a b#c"'),
        (Syntax.DOTENV, "", '""'),
        (Syntax.DOTENV, "it's", '"it\'s"'),
        (Syntax.EXPORT, "a&b", '"a&b"'),
        (Syntax.DOCKER, "a\"b'c$d\\", "a\"b'c$d\\"),
        (Syntax.DOCKER, " edges ", " edges "),
        (Syntax.DEV_VARS, "plain", '"plain"'),
        (Syntax.DEV_VARS, "a$b", "'a$b'"),
        (Syntax.DEV_VARS, 'a"b\\c', "'a\"b\\c'"),
        (Syntax.DEV_VARS, "a'b\"c", "`a'b\"c`"),
        (Syntax.DEV_VARS, "a'b`c$", '"a\'b`c$"'),
    ],
)
def test_a_value_is_written(syntax: Syntax, value: str, written: str) -> None:
    assert quoted("KEY", value, syntax) == written


@pytest.mark.parametrize(
    ("syntax", "value"),
    [
        *((syntax, value) for syntax in Syntax for value in ("a\nb", "a\rb", "a\0b", "\x1b[31m", "\udcff")),
        *((syntax, f"a{character}b") for syntax in (Syntax.DOTENV, Syntax.EXPORT) for character in '"$\\`'),
        (Syntax.DEV_VARS, "a'b\"c`"),
        (Syntax.DEV_VARS, "a'b`c\\d"),
        (Syntax.DEV_VARS, "the end\\"),
        (Syntax.DEV_VARS, "a\u2028b"),
    ],
)
def test_a_value_that_might_be_misread_is_refused_without_showing_it(syntax: Syntax, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        quoted("KEY", value, syntax)
    assert caught.value.code == "UNREPRESENTABLE"
    assert "KEY" in caught.value.what
    assert value not in f"{caught.value.what}{caught.value.why}{caught.value.fix}"


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FILES = st.lists(
    st.sampled_from(
        [
            "",
            "# KEY=no",
            "A=1",
            "KEY=old",
            "  KEY = old # was",
            "export KEY='old'",
            'B="x\ny"',
            "KEY=",
            " KEY=x ",
            "=",
            "KEY",
        ]
    ),
    max_size=6,
)


@given(FILES, VALUES, st.sampled_from(list(Syntax)), st.sampled_from(["\n", "\r\n"]))
def test_what_was_set_is_read_back_and_every_other_line_stays(
    lines: list[str], value: str, syntax: Syntax, newline: str
) -> None:
    before = parse(newline.join(lines), syntax)
    assert before.render() == newline.join(lines)
    try:
        after = before.set("KEY", value)
    except UsageError:
        return
    again = parse(after.render(), syntax)
    assert again.get("KEY") == value
    assert again.set("KEY", value).render() == after.render()
    if before.occurrences("KEY"):
        changed = [pair for pair in zip(before.lines, after.lines, strict=True) if pair[0] != pair[1]]
        assert len(changed) <= 1
    else:
        assert after.render().startswith(before.render())


def test_docker_knows_no_quotes_no_comments_and_no_export() -> None:
    file = parse('A="x" # y\nexport B=1\n#C=1\n D=2\n', Syntax.DOCKER)
    assert (file.get("A"), file.get("B"), file.get("C"), file.get("D")) == ('"x" # y', None, None, "2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("KEY=old # was\n", 'export KEY="new" # was\n'),
        ("  KEY = old\n", '  export KEY="new"\n'),
        ("export KEY=old\n", 'export KEY="new"\n'),
        ("export  KEY =old\n", 'export KEY="new"\n'),
        ("A=1\n", 'A=1\n\n# Written by polyscale\nexport KEY="new"\n'),
    ],
)
def test_a_shell_is_given_what_it_exports(before: str, after: str) -> None:
    assert parse(before, Syntax.EXPORT).set("KEY", "new").render() == after


def test_wranglers_file_is_taken_literally() -> None:
    file = parse("A='${B}\\n'\nB=\"x\\n\\t${A}\"\nC=`$D`\n", Syntax.DEV_VARS)
    assert (file.get("A"), file.get("B"), file.get("C")) == ("${B}\\n", "x\n\\t${A}", "$D")
