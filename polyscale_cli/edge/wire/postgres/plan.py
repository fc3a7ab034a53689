"""What a request would do, read from its messages without doing it.

A request may have to wait, for the catalog or for another session's answer, before it is sent; so reading it must
leave no trace.
"""

from __future__ import annotations

from typing import Protocol

from polyscale_cli.edge.engine.analysis import UNKNOWN
from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.request import Request, RequestKind
from polyscale_cli.edge.wire.postgres.statements import (
    Statement,
    read_bind,
    read_execute,
    read_parse,
    read_target,
)

LONGEST_KEY = 16 * 1024
"""Bytes of a request that may have an entry."""

ANYTHING = Template(b"", UNKNOWN)
"""Stands for every statement that cannot be read."""


class Texts(Protocol):
    """Where texts become templates, for one session."""

    def of_text(self, text: bytes) -> Template:
        """Find the template of a Query's text."""

    def of_statement(self, text: bytes) -> Template:
        """Find the template of a Parse's text."""

    def intern(self, key: bytes) -> bytes:
        """Give the one copy of a statement's key."""


class Plan:
    """What a request would do.

    Attributes:
        executes: the templates of the statements that it executes, in order, and their texts.
        key: under which its answer may have an entry; None where it can have none.
        statement: the named (or earlier unnamed) statement that ``key`` is made of.
        defines: names and statements of its Parses, in order.
        closes: kinds and names of its Closes.
        portals: what its Binds bind.
        uses_unnamed: it needs the unnamed statement that an earlier request made.
    """

    __slots__ = ("closes", "defines", "executes", "key", "portals", "statement", "texts", "uses_unnamed")

    def __init__(self) -> None:
        self.executes: list[Template] = []
        self.texts: list[bytes] = []
        self.key: Key | None = None
        self.statement: Statement | None = None
        self.defines: list[tuple[bytes, Statement]] = []
        self.closes: list[tuple[bytes, bytes]] = []
        self.portals: dict[bytes, Statement | None] = {}
        self.uses_unnamed = False


def read_plan(
    request: Request, texts: Texts, statements: dict[bytes, Statement], portals: dict[bytes, Statement | None]
) -> Plan:
    """Read a request against the statements and portals that its session has now."""
    plan = Plan()
    raw = request.raw
    if request.kind is RequestKind.SIMPLE:
        text = raw[5:-1]
        plan.executes.append(texts.of_text(text))
        plan.texts.append(text)
        if len(raw) <= LONGEST_KEY:
            plan.key = raw
    elif request.kind is RequestKind.EXTENDED:
        _read_extended(plan, request, texts, statements, portals)
    elif request.kind is RequestKind.OPAQUE:
        plan.executes.append(ANYTHING)
        plan.texts.append(b"")
    return plan


def _read_extended(
    plan: Plan,
    request: Request,
    texts: Texts,
    statements: dict[bytes, Statement],
    portals: dict[bytes, Statement | None],
) -> None:
    raw = request.raw
    own: dict[bytes, Statement] = {}
    keyed = request.ends and len(raw) <= LONGEST_KEY
    bound: Statement | None = None
    bound_name = b""
    for code, start, end in request.parts:
        if code == m.BIND:
            portal, bound_name = read_bind(raw, start, end)
            bound = own.get(bound_name) or statements.get(bound_name)
            plan.uses_unnamed |= not bound_name and b"" not in own
            keyed = keyed and not portal and not plan.portals
            plan.portals[portal] = bound
        elif code == m.EXECUTE:
            portal, rows = read_execute(raw, start, end)
            statement = plan.portals[portal] if portal in plan.portals else portals.get(portal)
            plan.executes.append(ANYTHING if statement is None else statement.template)
            plan.texts.append(b"" if statement is None else statement.text)
            keyed = keyed and not portal and not rows
        elif code == m.PARSE:
            name, text, key = read_parse(raw, start, end)
            statement = Statement(texts.intern(key), texts.of_statement(text))
            keyed = keyed and not name and not own and start == 0
            own[name] = statement
            plan.defines.append((name, statement))
        elif code == m.DESCRIBE:
            kind, name = read_target(raw, start, end)
            if kind == b"S":
                plan.uses_unnamed |= not name and b"" not in own
                keyed = keyed and name in own
        elif code == m.CLOSE:
            plan.closes.append(read_target(raw, start, end))
            keyed = False
    if not keyed or bound is None or len(plan.executes) != 1:
        return
    if own:
        plan.key = raw
    elif request.parts[0][0] == m.BIND:
        plan.key = (bound.key, raw[6 + len(bound_name) :])
        plan.statement = bound
