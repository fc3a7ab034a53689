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


OWN = b"/* by polyscale itself */"
"""How statements begin that commands and pools of polyscale's own send for the sake of their connection."""


class Plan:
    """What a request would do.

    Attributes:
        executes: the templates of the statements that it executes, in order, and their texts.
        key: under which its answer may have an entry; None where it can have none.
        bound: the prepared statements of earlier requests that it executes.
        described: those that it asks about.
        planned: what it binds and does not execute, by portal. To plan is to call functions, and in a block FETCH may
            execute it.
        defines: what its Parses and Closes give names to, in order: the message's position among those that have an
            answer, the name, and the statement, None for a Close.
        portals: what its Binds bind; None where that is not known, or closed again.
        uses_unnamed: it needs the unnamed statement that an earlier request made.
        uses_portal: it needs the unnamed portal that an earlier request made.
        is_own: no application has sent it, so that it is not counted.
    """

    __slots__ = (
        "bound",
        "defines",
        "described",
        "executes",
        "is_own",
        "key",
        "planned",
        "portals",
        "texts",
        "uses_portal",
        "uses_unnamed",
    )

    def __init__(self) -> None:
        self.executes: list[Template] = []
        self.texts: list[bytes] = []
        self.key: Key | None = None
        self.bound: tuple[Statement, ...] = ()
        self.described: tuple[Statement, ...] = ()
        self.planned: dict[bytes, Template] = {}
        self.defines: list[tuple[int, bytes, Statement | None]] = []
        self.portals: dict[bytes, Statement | None] = {}
        self.uses_unnamed = False
        self.uses_portal = False
        self.is_own = False


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
        plan.is_own = text.startswith(OWN)
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
    own: dict[bytes, Statement | None] = {}
    keyed = request.ends and len(raw) <= LONGEST_KEY
    names: list[tuple[int, int]] = []
    position = -1
    for code, start, end in request.parts:
        position += code in m.HAVE_ANSWERS
        if code == m.BIND:
            portal, name = read_bind(raw, start, end)
            statement = own[name] if name in own else statements.get(name)
            if name not in own:
                plan.uses_unnamed |= not name
                plan.bound = (*plan.bound, statement) if statement is not None else plan.bound
                names.append((start, start + 6 + len(portal) + len(name)))
            keyed = keyed and not portal and statement is not None
            plan.portals[portal] = statement
            plan.planned[portal] = ANYTHING if statement is None else statement.template
        elif code == m.EXECUTE:
            portal = read_execute(raw, start, end)
            plan.planned.pop(portal, None)
            plan.uses_portal |= not portal and portal not in plan.portals
            statement = plan.portals[portal] if portal in plan.portals else portals.get(portal)
            plan.executes.append(ANYTHING if statement is None else statement.template)
            plan.texts.append(b"" if statement is None else statement.text)
            keyed = keyed and not portal
        elif code == m.PARSE:
            name, text, key = read_parse(raw, start, end)
            statement = Statement(texts.intern(key), texts.of_statement(text))
            keyed = keyed and not name
            own[name] = statement
            plan.defines.append((position, name, statement))
        elif code == m.DESCRIBE:
            kind, name = read_target(raw, start, end)
            if kind == b"P":
                plan.uses_portal |= not name and name not in plan.portals
                keyed = keyed and not name
            elif name not in own:
                plan.uses_unnamed |= not name
                described = statements.get(name)
                plan.described = (*plan.described, described) if described is not None else plan.described
                keyed = False
        elif code == m.CLOSE:
            kind, name = read_target(raw, start, end)
            if kind == b"S":
                own[name] = None
                plan.defines.append((position, name, None))
            else:
                plan.portals[name] = None
            keyed = False
    if keyed and plan.executes and not plan.uses_portal:
        plan.key = _key(raw, names, plan.bound)


def _key(raw: bytes, names: list[tuple[int, int]], bound: tuple[Statement, ...]) -> Key:
    """Give the key: the request, with each prepared statement's text in place of its name.

    ``names`` are the beginnings of the Binds, up to the end of the statement's name; a name's length is part of the
    message's, so both are left out.
    """
    if not names:
        return raw
    rest = b""
    done = 0
    for start, end in names:
        rest += raw[done:start]
        done = end
    rest += raw[done:]
    if len(bound) == 1:
        return (bound[0].key, rest)
    return (b"".join(len(statement.key).to_bytes(4, "big") + statement.key for statement in bound), rest)
