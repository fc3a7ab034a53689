"""Array literals, read and written (manual, sections 8.15.2 and 8.15.6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from polyscale_cli.edge.serverless.postgres.values import Convert

_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r'(["\\])')
_BRACKETS = {b"{": "[", b"}": "]"}


def array_of(element: Convert, delimiter: bytes = b",") -> Convert:
    """Give the converter of arrays whose elements it converts with ``element``.

    Bounds other than the usual are left out. A dimension becomes an array, NULL null.
    """
    sign = re.escape(delimiter)
    # A bracket or delimiter; an element in quotes; any other, which holds none of these signs.
    token = re.compile(rb'([{}]|%b)|"((?:[^"\\]|\\.)*+)"|([^{}"%b]++)' % (sign, sign), re.DOTALL)
    signs = {**_BRACKETS, delimiter: ","}

    def convert(value: bytes) -> str:
        if value.startswith(b"["):
            value = value[value.index(b"=") + 1 :]
        if b'"' not in value and value.count(b"{") == 1:
            bare_ones = value[1:-1].split(delimiter) if len(value) > 2 else ()
            return "[" + ",".join(["null" if one == b"NULL" else element(one) for one in bare_ones]) + "]"
        found = []
        for each, quoted, bare in token.findall(value):
            if each:
                found.append(signs[each])
            elif bare:
                found.append("null" if bare == b"NULL" else element(bare))
            else:
                found.append(element(_ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted))
        return "".join(found)

    return convert


def literal(elements: Sequence[str | None]) -> str:
    """Write a literal of one dimension, of elements in text; None is NULL."""
    return "{" + ",".join("NULL" if one is None else _quoted(one) for one in elements) + "}"


def _quoted(element: str) -> str:
    return '"' + _TO_ESCAPE.sub(r"\\\1", element) + '"'
