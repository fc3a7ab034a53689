r"""What a statement's own comment says to the cache: for how long its answer may be kept, and its tags for purges.

Two forms, the second as sqlcommenter writes it, with every value between quotes and percent-encoded::

    /* polyscale:ttl=60,tag=user_42,tag=orders */
    /*polyscale='ttl%3D60%2Ctag%3Duser_42',traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01'*/

Read are comments in front of the statement, directly behind its first word, and at its end: the places where tools put
them, and where what looks like a comment is one, in any dialect, without following the text in between:

- In front there are only spaces, comments and one word, so that no literal and no quoted name is open.
- At the end, a comment is followed by nothing but spaces, semicolons and such comments. Were its beginning inside of a
  literal, a quoted name or a dollar quote, then so would be all the rest of the text, for nothing in it ends one: a
  comment with ``"``, ``$``, a backtick or a backslash is not read, nor one with ``'`` but in the pairs that
  sqlcommenter writes, which leave a literal as often as they enter it. Such a statement has no end, and no answer.

Not read are comments with ``--``, ``#`` or ``/*`` in them, nor those behind ``--`` or ``#`` in their line, nor behind a
``/*`` that may not have ended (PostgreSQL's comments nest), nor MySQL's hints and conditional comments. What is not
understood is passed over: a comment is no place for errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from polyscale_cli.edge.engine.rules import LONGEST_TTL

LONGEST_COMMENT = 4096
"""Bytes: a longer one is not read, nor what is on the other side of it."""

MOST_COMMENTS = 16
"""At each end of a text."""

TAG = r"[A-Za-z0-9_.:@-]{1,100}"
"""A tag's letters. Case counts."""

_OWN_WORD = b"polyscale"
_TEXT = rb"""(?:(?!--|/\*|\*/)[^'"`$\\#])*+"""
_PAIR = rb"""\s*[^\s'"`$\\#=,*/]+='%s'\s*""" % _TEXT
_COMMENT = re.compile(rb"/\*(?!!|\+|M!)(?:%(text)s|%(pair)s(?:,%(pair)s)*)\*/" % {b"text": _TEXT, b"pair": _PAIR})
# What may stand between such comments in front: a comment to the end of a line is one for every dialect only so.
_SPACE = re.compile(rb"(?:\s++|--[ \t][^\n\r]*+\n)*+")
_FIRST_WORD = re.compile(rb"[A-Za-z]++")
_LINE_COMMENT = re.compile(rb"--|#(?![>-])")  # PostgreSQL has operators #> #>> #-

_PLAIN = re.compile(rb"/\*\s*polyscale:(.*)\*/", re.DOTALL)
_AMONG_PAIRS = re.compile(rb"[*,\s]polyscale='([^']*)'")
_TTL = re.compile(r"ttl=([0-9]{1,9})")
_TAG = re.compile(rf"tag=({TAG})")
_MEANT = re.compile(rb"polyscale\s?[:=]", re.IGNORECASE)
_OPENERS = (b"/*", b"--", b"#")


@dataclass(frozen=True, slots=True)
class Directives:
    """What a statement says of itself.

    Attributes:
        ttl: seconds, 0.0 for never; of several the lowest; None where it says nothing.
        tags: each once, in order.
    """

    ttl: float | None = None
    tags: tuple[str, ...] = ()


NO_DIRECTIVES = Directives()


def may_speak(sql: bytes) -> bool:
    """Whether a statement's comments may say anything, at a glance."""
    return _OWN_WORD in sql


def read_directives(sql: bytes) -> Directives:
    """Read what a statement's comments say. Never raises."""
    if not may_speak(sql):
        return NO_DIRECTIVES
    ttls: list[int] = []
    tags: dict[str, None] = {}
    for word in _all_words(sql):
        if (ttl := _ttl(word)) is not None:
            ttls.append(ttl)
        elif (found := _TAG.fullmatch(word)) is not None:
            tags[found[1]] = None
    return Directives(float(min(ttls)) if ttls else None, tuple(tags))


def passed_over(sql: bytes) -> tuple[str, ...]:
    """Give the words of a statement's comments that mean nothing, for whoever wonders. Never raises."""
    return tuple(word for word in _all_words(sql) if word and _ttl(word) is None and _TAG.fullmatch(word) is None)


def is_unread(sql: bytes) -> bool:
    """Whether a statement seems to have a comment for the cache, and none that is read as one. Never raises."""
    found = islice(_MEANT.finditer(sql), MOST_COMMENTS)
    lines = (sql[sql.rfind(b"\n", 0, one.start()) + 1 : one.start()] for one in found)
    return any(opener in line for line in lines for opener in _OPENERS) and not any(_all_words(sql))


def _all_words(sql: bytes) -> Iterator[str]:
    return (word for comment in (*_in_front(sql), *_at_end(sql)) for word in _words(comment))


def _ttl(word: str) -> int | None:
    found = _TTL.fullmatch(word)
    return int(found[1]) if found is not None and int(found[1]) <= LONGEST_TTL else None


def _in_front(sql: bytes) -> Iterator[bytes]:
    """Give the comments before the statement's second word."""
    at, words, comments = 0, 0, 0
    while comments < MOST_COMMENTS:
        space = _SPACE.match(sql, at)
        at = space.end() if space is not None else at
        comment = _COMMENT.match(sql, at, at + LONGEST_COMMENT)
        if comment is not None:
            yield comment[0]
            at = comment.end()
            comments += 1
        elif not words and (word := _FIRST_WORD.match(sql, at)) is not None:
            at, words = word.end(), 1
        else:
            return


def _at_end(sql: bytes) -> list[bytes]:
    """Give the comments behind the statement, the last one first; none where they may be in something else."""
    found: list[bytes] = []
    before = sql
    while len(found) < MOST_COMMENTS and (rest := before.rstrip(b"; \t\r\n\f\v")).endswith(b"*/"):
        start = rest.rfind(b"/*", max(0, len(rest) - LONGEST_COMMENT), len(rest) - 2)
        if start < 0 or _COMMENT.fullmatch(rest, start) is None:
            break
        found.append(rest[start:])
        before = rest[:start]
    opened = before.rfind(b"/*")
    is_open = opened >= 0 and before.find(b"*/", opened + 2) < 0
    line = before[before.rfind(b"\n") + 1 :]
    return [] if is_open or _LINE_COMMENT.search(line) is not None else found


def _words(comment: bytes) -> list[str]:
    plain = _PLAIN.fullmatch(comment)
    if plain is not None:
        words = plain[1].decode("ascii", "replace").split(",")
    else:
        values = [value.decode("ascii", "replace") for value in _AMONG_PAIRS.findall(comment)]
        words = [word for value in values for word in unquote(value).split(",")]
    return [word.strip() for word in words]
