"""Messages of both sides, and a conversation on fake wires: bytes in, bytes out, time by hand."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from polyscale_cli.edge.engine import CacheState, Engine, Settings
from polyscale_cli.edge.wire.postgres.conversation import Conversation
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from tests.e2e.raw import SYNC, TERMINATE, Message, bind, describe, execute, parse, query
from tests.e2e.raw import message as front

ITEM = query("SELECT name FROM items")
PART = query("SELECT name FROM parts")
UPDATE = query("UPDATE items SET name = 'new'")
USUAL = parse("SELECT name FROM items") + bind() + execute() + SYNC


def back(kind: str, body: bytes = b"") -> bytes:
    """One message of the server."""
    return kind.encode() + struct.pack("!i", len(body) + 4) + body


def row(*values: str | None) -> bytes:
    body = struct.pack("!h", len(values))
    for value in values:
        body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value.encode())) + value.encode()
    return back("D", body)


def done(tag: str = "SELECT 1") -> bytes:
    return back("C", tag.encode() + b"\0")


def ready(status: str = "I") -> bytes:
    return back("Z", status.encode())


def failed(sqlstate: str = "22012", text: str = "division by zero") -> bytes:
    return back("E", f"SERROR\0VERROR\0C{sqlstate}\0M{text}\0\0".encode())


BEGIN, COMMIT, ROLLBACK = query("BEGIN"), query("COMMIT"), query("ROLLBACK")
BEGUN, COMMITTED, ROLLED_BACK = done("BEGIN") + ready("T"), done("COMMIT") + ready(), done("ROLLBACK") + ready()


COLUMNS = back("T", struct.pack("!h", 1) + b"x\0" + bytes(18))
PARSED, BOUND, CLOSED = back("1"), back("2"), back("3")


def answer(*values: str) -> bytes:
    """A Query's answer of one column."""
    return COLUMNS + b"".join(row(value) for value in values) + done(f"SELECT {len(values)}") + ready()


def extended(text: str, *, described: bool = False) -> bytes:
    return parse(text) + bind() + (describe() if described else b"") + execute() + SYNC


def extended_answer(*values: str, parse: bool = True) -> bytes:
    """The answer to [Parse] Bind Execute Sync."""
    return (PARSED if parse else b"") + BOUND + b"".join(row(v) for v in values) + done() + ready()


def messages(data: bytes) -> list[Message]:
    """Take a stream apart; it must be one of whole messages."""
    found = []
    while data:
        length = 1 + struct.unpack_from("!i", data, 1)[0]
        assert length >= 5
        assert length <= len(data)
        found.append(Message(chr(data[0]), data[5:length]))
        data = data[length:]
    return found


UNREADABLE = [False, True, "public", "does_anything", "c", None, None]
"""A row of what the catalog says of functions: a trigger's, in a language that cannot be read."""


def relation(oid: int, *, written: bool = False, kind: str = "r", schema: str = "public") -> list[object]:
    """A row of what the catalog says of relations."""
    return [oid, written, kind, "p", schema, False, False, False, False]


@dataclass(slots=True)
class Timer:
    """Something put off."""

    seconds: float
    action: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeOrigin:
    """The server's side of one conversation, and the world around it. Nothing is answered unless a test says so.

    ``tables`` maps the names that the catalog knows to object ids; the edge's own questions are answered from it.
    """

    def __init__(self, cache: CacheState, tables: dict[str, int] | None = None) -> None:
        self.tables = {"items": 100, "parts": 200} if tables is None else tables
        self.sent = b""
        self.received = b""
        self.timers: list[Timer] = []
        self.held = 0
        self.ended: bytes | None = None
        self.questions: list[str] = []
        self.began: list[str] = []
        self.triggers = False
        self.base = {
            "hides_writes": False,
            "defines": False,
            "isolation": "read committed",
            "user": "me",
            "settings": "x",
        }
        self.to_client: Callable[[bytes], None] = self._to_client
        self.to_origin: Callable[[bytes], None] = self._to_origin
        reported = {"standard_conforming_strings": "on", "client_encoding": "UTF8", "server_version": "15"}
        self.conversation = Conversation(self, cache, reported, ask=True)

    # -- Wires --

    def _to_client(self, data: bytes) -> None:
        self.received += data

    def _to_origin(self, data: bytes) -> None:
        self.sent += data

    def hold_client(self, hold: bool) -> None:
        self.held += 1 if hold else -1

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        self.timers.append(Timer(seconds, action))
        return self.timers[-1]

    def take_leave(self) -> None:
        self.sent += TERMINATE

    def end(self, message: bytes) -> None:
        self.ended = message

    # -- for tests --

    def login(self) -> FakeOrigin:
        """Have the session begin."""
        self.conversation.start(ready())
        self.reply_to_questions()
        assert self.took() == ready()
        return self

    def took(self) -> bytes:
        """What the client has got since the last time."""
        received, self.received = self.received, b""
        return received

    def passed(self) -> bytes:
        """What the server has got since the last time, once the edge's own messages are answered.

        Those are its questions, and a BEGIN that it had held back: a read is sent right behind it, and whatever may
        write once it is answered.
        """
        self.reply_to_questions()
        cycles = self.conversation.cycles
        if cycles and cycles[0].begins:
            length = 1 + struct.unpack_from("!i", self.sent, 1)[0]
            begin, self.sent = self.sent[:length], self.sent[length:]
            self.began.append(begin[5:-1].decode())
            self.conversation.origin_sent(done("BEGIN") + ready("T"))
        sent, self.sent = self.sent, b""
        return sent

    def reply_to_questions(self) -> None:
        """Answer what the edge asks on its own account."""
        while (question := self._question()) is not None:
            self.questions.append(question)
            self.conversation.origin_sent(COLUMNS + row(json.dumps(self.catalog(question))) + done() + ready())

    def _question(self) -> str | None:
        """Take the edge's question off what was sent, if that is its last message."""
        rest, position = self.sent, 0
        while rest:
            length = 1 + struct.unpack_from("!i", rest, 1)[0]
            if rest[:1] == b"Q" and b"pg_catalog.json_build_object" in rest[:length]:
                self.sent = self.sent[:position] + rest[length:]
                return rest[5 : length - 1].decode()
            position += length
            rest = rest[length:]
        return None

    def catalog(self, question: str) -> object:
        """What the catalog answers."""
        if "AS v(i, n, w)" not in question:
            return self.base
        named = question.split("VALUES ", 1)[1].split(") AS v(i, n, w)", 1)[0]
        relations, missing = [], []
        for part in named.split("), (")[1:]:
            number, name, written = part.strip("()").split(", ")
            known = self.tables.get(name.strip("'").replace('"', "").removeprefix("public."))
            if known is None:
                missing.append(int(number))
            else:
                relations.append(relation(known, written=written == "true"))
        functions = [["public", "writes", "v", "sql"]] if "'writes'" in question else []
        return {
            "hides_writes": self.base["hides_writes"],
            "defines": self.base["defines"],
            "database": 1,
            "missing": missing or None,
            "relations": relations or None,
            "functions": functions or None,
            "routines": [UNREADABLE] if self.triggers and any(row[1] for row in relations) else None,
        }

    def client(self, *parts: bytes) -> None:
        """The client sends, all at once."""
        self.conversation.client_sent(b"".join(parts))

    def server(self, *parts: bytes) -> None:
        """The server sends, all at once."""
        self.conversation.origin_sent(b"".join(parts))

    def ask(self, request: bytes, response: bytes) -> bool:
        """Send a request and have it answered, by the server if it gets there. Returns whether it was a hit."""
        self.client(request)
        passed = self.passed()
        if passed:
            assert passed == request, "the server gets what the client sent"
            self.server(response)
        assert self.took() == response
        return not passed

    def prime(self, request: bytes, response: bytes) -> None:
        """Ask until it hits."""
        hits = [self.ask(request, response) for _ in range(3)]
        assert hits == [False, False, True]

    def fire(self, seconds: float) -> None:
        """Let the time pass that timers of so many seconds wait for."""
        due = [timer for timer in self.timers if timer.seconds <= seconds and not timer.cancelled]
        self.timers = [timer for timer in self.timers if timer not in due and not timer.cancelled]
        for timer in due:
            timer.action()


@dataclass(slots=True)
class World:
    """One engine, one cache, any number of conversations."""

    now: float = 1000.0
    engine: Engine = field(init=False)
    cache: CacheState = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(lambda: self.now, budget_bytes=1 << 24, entry_limit_bytes=1 << 20)
        self.engine.configure("one", Settings(caches=True, ttl_seconds=60))
        self.cache = self.engine.cache("one", PostgresDialect(), "origin")

    def session(self, tables: dict[str, int] | None = None) -> FakeOrigin:
        """A session that is logged in."""
        return FakeOrigin(self.cache, tables).login()


__all__ = [
    "FakeOrigin",
    "Message",
    "World",
    "answer",
    "back",
    "done",
    "extended_answer",
    "failed",
    "front",
    "ready",
    "row",
]
