"""One value changes, every other byte stays."""

from __future__ import annotations

import io
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.envfile.dotenv import MARKER, parse
from polyscale_cli.errors import UsageError

NEW = "postgresql://u:p%24@127.0.0.1:9010/s?application_name=x&channel_binding=disable"

# Lines as .env files have them, and lines that they should not have.
LINES = st.sampled_from(
    [
        "",
        "# a comment",
        "   # indented",
        "A=1",
        "export B=two",
        "C = spaced out  # and a comment",
        'D="quoted # no comment" # comment',
        "E='single \"inner\"'",
        'F="several\nlines"',
        "G='unclosed",
        'H="unclosed too',
        "no assignment at all",
        "=nothing",
        "1DIGIT=x",
        "I=",
        "J=# only a comment",
        "K='a' trailing",
        'L="esc\\"aped"',
        "DATABASE_URL=old",
        "DATABASE_URL='older' # why",
        'export DATABASE_URL="postgres://a:b@c/d"',
    ]
)
FILES = st.builds(
    lambda lines, newline, last, bom: ("\ufeff" if bom else "") + newline.join(lines).replace("\n", newline) + last,
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
    st.booleans(),
)


@given(FILES | st.text(max_size=200))
def test_taken_apart_and_put_together_it_is_the_same(text: str) -> None:
    assert parse(text).render() == text


@given(FILES)
def test_a_value_that_is_set_is_read_back_and_setting_it_again_changes_nothing(text: str) -> None:
    once = parse(text).set("DATABASE_URL", NEW)
    assert once.get("DATABASE_URL") == NEW
    again = parse(once.render())
    assert again.get("DATABASE_URL") == NEW
    assert again.set("DATABASE_URL", NEW).render() == once.render()


@given(FILES)
def test_every_other_value_stays(text: str) -> None:
    before, after = parse(text), parse(parse(text).set("DATABASE_URL", NEW).render())
    others = {line.key for line in before.lines if line.key not in {None, "DATABASE_URL"}}
    for key in others:
        assert key is not None
        assert after.get(key) == before.get(key)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1\nURL=old\nB=2\n", 'A=1\nURL="new"\nB=2\n'),
        ("URL=old", 'URL="new"'),
        ("URL=old # why\n", 'URL="new" # why\n'),
        ("export URL='old'\n", 'export URL="new"\n'),
        ("  URL = old\r\nB=2\r\n", '  URL = "new"\r\nB=2\r\n'),
        ("URL=\n", 'URL="new"\n'),
        ("URL=# why\n", 'URL="new" # why\n'),
        ("URL=a\nURL=b\n", 'URL=a\nURL="new"\n'),
        ("URL=same\nX=1\nURL=same\n", 'URL=same\nX=1\nURL="new"\n'),
        ('URL="a\nb" # why\nB=2\n', 'URL="new" # why\nB=2\n'),
        ('A="\nURL=inside\n"\nURL=old\n', 'A="\nURL=inside\n"\nURL="new"\n'),
        ("# URL=old\n", f'# URL=old\n\n{MARKER}\nURL="new"\n'),
        ("", f'{MARKER}\nURL="new"\n'),
        ("A=1", f'A=1\n\n{MARKER}\nURL="new"\n'),
        ("A=1\r\n", f'A=1\r\n\r\n{MARKER}\r\nURL="new"\r\n'),
        (f'A=1\n\n{MARKER}\nX="1"\n', f'A=1\n\n{MARKER}\nX="1"\nURL="new"\n'),
        ("\ufeffURL=old\n", '\ufeffURL="new"\n'),
        ("OTHER_URL=old\n", f'OTHER_URL=old\n\n{MARKER}\nURL="new"\n'),
    ],
)
def test_it_is_written_in_its_place(before: str, after: str) -> None:
    assert parse(before).set("URL", "new").render() == after


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("URL=a b # c\n", "a b"),
        ("URL=a#b\n", "a#b"),
        ("URL='a # b' # c\n", "a # b"),
        ("URL='${X}'\n", "${X}"),
        ('X=1\nURL="${X}-${Y}-${Z}"\n', "1-env-"),
        ("X=${Y}\nURL=${X}\n", "env"),
        ("URL=${URL}x\n", "x"),
        ("X=${URL}\nURL=${X}\n", ""),
        ('URL="a\\nb\\"c\\\\"\n', 'a\nb"c\\'),
        ("URL=`back`\n", "back"),
        ("URL=first\nURL=last\n", "last"),
        ("URL='a\n", "'a"),
        ("URL=$X\n", "$X"),
    ],
)
def test_a_value_is_read_as_its_readers_see_it(text: str, value: str) -> None:
    assert parse(text).get("URL", {"Y": "env"}) == value


@pytest.mark.parametrize("value", ['a"b', "a$b", "a\\b", "a`b", "a\nb", "a\rb", "a\0b"])
def test_a_value_that_readers_disagree_on_is_refused(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse("").set("URL", value)
    assert caught.value.code == "UNREPRESENTABLE"


@pytest.mark.parametrize("key", ["", "A B", "1A", "A=B", "A\n", "Ä"])
def test_a_key_that_is_no_variable_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="name"):
        parse("").set(key, "x")


@given(st.text(st.characters(codec="ascii", exclude_characters='"$\\`', exclude_categories=["Cc"]), max_size=40))
def test_a_shell_reads_the_same_value(value: str) -> None:
    line = io.StringIO(parse("").set("URL", value).render()).readlines()[-1]
    assert shlex.split(line) == [f"URL={value}"]
