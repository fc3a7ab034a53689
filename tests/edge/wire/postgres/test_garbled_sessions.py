"""Recorded sessions of real drivers, garbled: whatever either side sends, nothing raises and nothing is hoarded."""

from __future__ import annotations

import json
import random
import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from types import TracebackType

import pytest
from hypothesis import settings

from polyscale_cli.edge.engine import Settings
from polyscale_cli.edge.wire.postgres.answers import LARGEST_OWN, OriginViolation
from polyscale_cli.edge.wire.postgres.login import LARGEST_CLIENT_MESSAGE, LARGEST_ORIGIN_MESSAGE, Login, LoginError
from polyscale_cli.edge.wire.postgres.request import LARGEST_ANALYSED, ProtocolViolation, RequestReader
from polyscale_cli.edge.wire.postgres.startup import (
    LONGEST_PACKET,
    StartupError,
    StartupMessage,
    identify,
    read_packet,
    startup_message,
)
from tests.edge.wire.postgres.frames import COLUMNS, FakeOrigin, World, done, ready, row
from tests.edge.wire.postgres.record import Turns, load
from tests.edge.wire.postgres.test_request import fitted, seen

ID = "0b1e7e2a-4d4b-4a59-9a52-0f3b6d1c2e3f"
SESSIONS = load()
PIECE = 1 << 16
"""Bytes that a socket gives at once, at most."""


def garblers(cost: int = 1) -> Iterator[Garbler]:
    """As many as the profile says, each from another seed; fewer where each costs more than the usual."""
    first = 0 if settings().derandomize else random.randrange(1 << 40)
    return map(Garbler, range(first, first + settings().max_examples // cost))


def frames(data: bytes) -> list[bytes]:
    """Take a stream of whole messages apart."""
    found = []
    while data:
        end = 1 + int.from_bytes(data[1:5], "big")
        found.append(data[:end])
        data = data[end:]
    return found


def after_login(turns: Turns) -> tuple[Turns, Turns]:
    """The turns up to the first ReadyForQuery, and those behind it."""
    for number, (who, data) in enumerate(turns):
        if who == "s" and data.endswith(b"Z\0\0\0\x05I"):
            return turns[: number + 1], turns[number + 1 :]
    raise AssertionError("no login")


LOGINS = {name: after_login(turns)[0] for name, turns in SESSIONS.items()}
TALKS = {name: talk for name, turns in SESSIONS.items() if len(talk := after_login(turns)[1]) > 4}


class Garbler:
    """Does to a stream what no driver does, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self._seed = seed

    def __enter__(self) -> Garbler:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            error.add_note(f"seed {self._seed}")

    def garble(self, messages: list[bytes]) -> bytes:
        """Change a few messages, or their order, or the bytes they are made of."""
        made = list(messages)
        for _ in range(self.choose.choice((0, 1, 1, 2, 5))):
            if made:
                self._change(made)
        data = b"".join(made)
        for _ in range(self.choose.choice((0, 0, 0, 1, 4))):
            at = self.choose.randrange(len(data) + 1)
            data = data[:at] + self._noise() + data[at + self.choose.choice((0, 1, 1, 4)) :]
        return data

    def _change(self, made: list[bytes]) -> None:
        at = self.choose.randrange(len(made))
        message = made[at]
        way = self.choose.randrange(8)
        if way == 0:
            del made[at]
        elif way == 1:
            made.insert(self.choose.randrange(len(made)), message)
        elif way == 2:
            made.insert(at, made.pop(self.choose.randrange(len(made))))
        elif way == 3:
            made[at] = message[:1] + struct.pack("!I", self._length(len(message) - 1)) + message[5:]
        elif way == 4:
            made[at] = bytes((self.choose.randrange(256),)) + message[1:]
        elif way == 5:
            made[at] = message[: self.choose.randrange(len(message) + 1)]
        elif way == 6:
            body = message[5:] + self._noise()
            made[at] = message[:1] + struct.pack("!I", len(body) + 4) + body
        else:
            made[at] = message * self.choose.choice((2, 50))

    def _length(self, right: int) -> int:
        wrong = (0, 1, 3, 4, 5, right - 1, right + 1, right * 2, 1 << 16, LARGEST_ANALYSED + 1, (1 << 31) - 1, 1 << 31)
        return self.choose.choice((*wrong, (1 << 32) - 1)) & 0xFFFFFFFF

    def _noise(self) -> bytes:
        return self.choose.randbytes(self.choose.choice((0, 1, 2, 8, 100)))

    def pieces(self, data: bytes) -> list[bytes]:
        """Cut a stream somewhere."""
        cuts = sorted(self.choose.randrange(len(data) + 1) for _ in range(self.choose.choice((0, 1, 3, 20))))
        edges = [0, *cuts, len(data)]
        return [data[a:b] for a, b in pairwise(edges) if a < b]


def of_client(turns: Turns) -> list[bytes]:
    """All that a client says once it is logged in."""
    return [message for who, data in turns if who == "c" for message in frames(data)]


@pytest.mark.parametrize("name", TALKS)
def test_requests_do_not_depend_on_how_their_bytes_were_cut(name: str) -> None:
    for garbler in garblers():
        with garbler:
            data = garbler.garble(of_client(TALKS[name]))
            assert outcome(garbler.pieces(data)) == outcome([data])


def outcome(pieces: list[bytes]) -> object:
    """What the reader makes of them up to a Terminate; what came before a violation is gone with the session."""
    found: list[tuple[str, bytes, bool]] = []
    for number in range(len(pieces)):
        try:
            found = fitted(seen(pieces[: number + 1]))
        except ProtocolViolation as violation:
            return str(violation)
        kinds = [kind for kind, *_ in found]
        if "TERMINATE" in kinds:
            return found[: kinds.index("TERMINATE") + 1]
    return found


@pytest.mark.parametrize("name", TALKS)
def test_a_reader_holds_no_more_than_it_may_analyse(name: str) -> None:
    for garbler in garblers():
        with garbler:
            reader = RequestReader()
            try:
                for piece in [
                    *garbler.pieces(garbler.garble(of_client(TALKS[name]))),
                    *[garbler.choose.randbytes(PIECE)] * 40,
                ]:
                    reader.feed(piece)
                    while reader.take() is not None:
                        pass
                    assert len(reader) <= LARGEST_ANALYSED + PIECE
            except ProtocolViolation:
                pass


@pytest.mark.parametrize("name", TALKS)
def test_a_conversation_takes_whatever_either_side_says(name: str) -> None:
    for garbler in garblers(10):
        with garbler:
            worse = garbler.choose.choice(("c", "s", "cs"))
            world = World()
            sessions = [world.session(), world.session()]
            for who, data in TALKS[name]:
                garbled = garbler.garble(frames(data)) if who in worse and garbler.choose.random() < 0.3 else data
                for session in sessions:
                    for piece in garbler.pieces(garbled):
                        if session.ended is None:
                            hear(session, who, piece)
                if garbler.choose.random() < 0.1:
                    world.now += garbler.choose.choice((0.01, 2, 100))
                    sessions[0].fire(1.0)
            for session in sessions:
                session.conversation.client_left()
                session.conversation.origin_left()
                session.fire(100.0)
            origin = world.cache.origin
            assert (origin.everything.fences, origin.contents.fences) == (0, 0), "a fence is left behind"


def hear(session: FakeOrigin, who: str, piece: bytes) -> None:
    """Let a session hear something, and answer what the edge asks on its own account."""
    try:
        if who == "c":
            session.client(piece)
        else:
            session.server(piece)
        answer_questions(session)
    except OriginViolation:
        session.ended = b""
    assert sum(map(len, session.conversation._answers._pieces)) <= LARGEST_OWN
    session.took()


QUESTION = re.compile(rb"Q....(\n(?:WITH RECURSIVE named|SELECT pg_catalog\.json_build_object)[^\0]*)\0", re.DOTALL)


def answer_questions(session: FakeOrigin) -> None:
    """As an honest server does, whatever else the edge has sent on."""
    for _ in range(20):
        cycles = session.conversation.cycles
        asked = QUESTION.findall(session.sent)
        if not asked or not cycles or not cycles[-1].internal:
            break
        session.sent = b""
        session.server(
            COLUMNS + row(json.dumps(session.catalog(asked[-1].decode("utf-8", "replace")))) + done() + ready()
        )
    session.sent = b""


@pytest.mark.parametrize("name", TALKS)
def test_what_is_not_garbled_is_passed_on_as_it_is(name: str) -> None:
    """Without answers of the cache's own, bytes come out as they went in, however they were cut."""
    for garbler in garblers(10):
        with garbler:
            world = World()
            world.engine.configure("one", Settings(caches=False, ttl_seconds=60))
            session = FakeOrigin(world.cache).login()
            for who, data in TALKS[name]:
                if data.startswith(b"X"):
                    break
                for piece in garbler.pieces(data):
                    if who == "c":
                        session.client(piece)
                    else:
                        session.server(piece)
                session.fire(0.01)
                if who == "c":
                    assert session.passed() == data
                else:
                    assert session.took() == data


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_takes_whatever_either_side_says(name: str) -> None:
    for garbler in garblers():
        with garbler:
            login = Login(prefixed=garbler.choose.random() < 0.2)
            try:
                for who, data in LOGINS[name][1:]:
                    for piece in garbler.pieces(garbler.garble(frames(data))):
                        if who == "c":
                            login.client_sent(piece)
                            assert len(login.ahead) <= LARGEST_CLIENT_MESSAGE
                        else:
                            login.origin_sent(piece)
                            assert len(login._from_origin) <= LARGEST_ORIGIN_MESSAGE
            except LoginError:
                pass


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_does_not_depend_on_how_its_bytes_were_cut(name: str) -> None:
    for garbler in garblers():
        with garbler:
            said = garbler.garble([message for who, data in LOGINS[name] if who == "s" for message in frames(data)])
            results: list[object] = []
            for pieces in ([said], garbler.pieces(said)):
                login = Login(prefixed=False)
                try:
                    got = b"".join(login.origin_sent(piece) for piece in pieces)
                    results.append((got, login.state, login.reported, login.backend_key, login.ready))
                except LoginError as error:
                    results.append((str(error),))
            assert results[0] == results[1]


STARTUPS = [data for turns in LOGINS.values() for who, data in turns[:1] if who == "c"]


def test_a_startup_is_read_as_it_will_be_written_or_not_at_all() -> None:
    for garbler in garblers():
        with garbler:
            packet = garbler.choose.choice(STARTUPS)
            packet = garbler.choose.choice((packet, packet.replace(b"user\0", b"user\0" + ID.encode() + b"-")))
            body = b"".join(garbler.pieces(garbler.garble([packet])))
            if garbler.choose.random() < 0.7:
                body = struct.pack("!I", len(body)) + body[4:]
            try:
                read = read_packet(body)
            except StartupError:
                continue
            if read is None:
                assert len(body) < LONGEST_PACKET
                continue
            for cut in range(0, len(body) - len(read[1]), 7):
                assert read_packet(body[:cut]) is None
            if isinstance(read[0], StartupMessage):
                sent = startup_message(read[0].version, identify(read[0].parameters).parameters)
                again = read_packet(sent)
                assert again is not None
                assert isinstance(again[0], StartupMessage)
                assert again[0].parameters == identify(read[0].parameters).parameters
