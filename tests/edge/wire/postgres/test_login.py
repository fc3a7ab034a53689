"""The login, relayed: what goes through, what is taken out, what is refused."""

from __future__ import annotations

import contextlib
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.login import Login, LoginError, LoginState
from tests.e2e.raw import TERMINATE, query
from tests.edge.wire.postgres.frames import back, front, messages, ready


def authentication(method: int, rest: bytes = b"") -> bytes:
    return back("R", struct.pack("!I", method) + rest)


OK = authentication(0)
BOTH = authentication(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")
PLAIN = authentication(10, b"SCRAM-SHA-256\0\0")
KEY = back("K", b"\0\0\0\x01secret")
GREETING = [
    OK,
    back("S", b"server_version\x0015.1\0"),
    back("S", b"TimeZone\0UTC\0"),
    back("N", b"SNOTICE\0Mhello\0\0"),
    KEY,
    ready(),
]


def first_response(flag: bytes) -> bytes:
    body = flag + b",n=,r=nonce"
    return front("p", b"SCRAM-SHA-256\0" + struct.pack("!I", len(body)) + body)


def test_a_login_without_a_password() -> None:
    login = Login(prefixed=False)
    assert login.origin_sent(b"".join(GREETING)) == b"".join(GREETING[:-1])
    assert login.state is LoginState.READY
    assert login.reported == {"server_version": "15.1", "TimeZone": "UTC"}
    assert login.backend_key == b"\0\0\0\x01secret"
    assert login.ready == ready()
    assert login.leftover == b""


def test_scram_goes_through_without_plus() -> None:
    login = Login(prefixed=True)
    assert login.origin_sent(BOTH) == PLAIN
    assert login.client_sent(first_response(b"n,")) == first_response(b"n,")
    for step in (authentication(11, b"r=nonce,s=salt,i=4096"), authentication(12, b"v=signature")):
        assert login.origin_sent(step) == step
    login.origin_sent(OK)
    assert login.state is LoginState.ADMITTED


def test_an_offer_without_plus_is_left_alone() -> None:
    assert Login(prefixed=False).origin_sent(PLAIN) == PLAIN


@pytest.mark.parametrize("method", [3, 5, 7, 9])
def test_other_methods_go_through(method: int) -> None:
    login = Login(prefixed=False)
    step = authentication(method, b"salt" if method == 5 else b"")
    assert login.origin_sent(step) == step
    password = front("p", b"secret\0")
    assert login.client_sent(password) == password
    assert login.state is LoginState.AUTHENTICATING


def test_md5_is_refused_behind_a_prefix() -> None:
    login = Login(prefixed=True)
    (told,) = messages(login.origin_sent(authentication(5, b"salt")))
    assert told.kind == "E"
    assert told.fields["S"] == "FATAL"
    assert told.fields["C"] == "28000"
    assert "application_name" in told.fields["H"]
    assert login.state is LoginState.REFUSED


REFUSAL = back("E", b"SFATAL\0VFATAL\0C28000\0MSCRAM channel binding negotiation error\0\0")


def test_a_client_that_could_bind_is_told_the_cure() -> None:
    login = Login(prefixed=False)
    login.origin_sent(BOTH)
    login.client_sent(first_response(b"y,"))
    (told,) = messages(login.origin_sent(REFUSAL))
    assert told.fields["M"] == "SCRAM channel binding negotiation error"
    assert "channel_binding=disable" in told.fields["H"]


@pytest.mark.parametrize(
    ("flag", "error"),
    [
        (b"n,", REFUSAL),
        (b"y,", back("E", b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0")),
        (b"y,", back("E", b"SFATAL\0VFATAL\0C28000\0Mchannel binding\0Hthe server's own\0\0")),
    ],
)
def test_other_errors_are_the_servers_own(flag: bytes, error: bytes) -> None:
    login = Login(prefixed=False)
    login.origin_sent(BOTH)
    login.client_sent(first_response(flag))
    assert login.origin_sent(error) == error
    assert login.refused


def test_what_follows_the_login_is_left_over() -> None:
    login = Login(prefixed=False)
    more = back("S", b"TimeZone\0Asia/Tokyo\0")
    assert login.origin_sent(b"".join(GREETING) + more) == b"".join(GREETING[:-1])
    assert login.leftover == more


def test_what_the_client_sends_ahead_waits() -> None:
    login = Login(prefixed=False)
    password = front("p", b"secret\0")
    assert login.client_sent(password + query("SELECT 1")[:7]) == password
    assert login.client_sent(query("SELECT 1")[7:] + TERMINATE) == b""
    assert login.ahead == query("SELECT 1") + TERMINATE


def test_a_client_may_leave_in_mid_login() -> None:
    assert Login(prefixed=False).client_sent(TERMINATE) == TERMINATE


@pytest.mark.parametrize("at", range(1, len(BOTH + b"".join(GREETING))))
def test_the_servers_side_cut_anywhere(at: int) -> None:
    stream = BOTH + b"".join(GREETING)
    login = Login(prefixed=False)
    assert login.origin_sent(stream[:at]) + login.origin_sent(stream[at:]) == PLAIN + b"".join(GREETING[:-1])
    assert login.state is LoginState.READY


def test_a_password_goes_on_whole() -> None:
    response = first_response(b"y,")
    for at in range(1, len(response)):
        login = Login(prefixed=False)
        assert login.client_sent(response[:at]) == b""
        assert login.client_sent(response[at:]) == response


@pytest.mark.parametrize("length", [0, 3, 65537, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_password_of_an_impossible_length_is_refused(length: int) -> None:
    with pytest.raises(LoginError):
        Login(prefixed=False).client_sent(b"p" + struct.pack("!I", length))


def test_too_much_ahead_is_refused() -> None:
    login = Login(prefixed=False)
    with pytest.raises(LoginError):
        for _ in range(100):
            login.client_sent(query("x" * 1000))


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"J\0\0\0\x0a8.0.36\0", b"R\0\0\0\x01"])
def test_another_protocol_is_refused(said: bytes) -> None:
    with pytest.raises(LoginError):
        Login(prefixed=False).origin_sent(said)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=60)), max_size=12), st.booleans())
def test_noise_raises_nothing_else(pieces: list[tuple[bool, bytes]], prefixed: bool) -> None:
    login = Login(prefixed=prefixed)
    with contextlib.suppress(LoginError):
        for from_client, piece in pieces:
            if from_client:
                login.client_sent(piece)
            else:
                login.origin_sent(piece)


BACKEND = st.builds(back, st.sampled_from("RSKENvZ"), st.binary(max_size=30))


@given(st.lists(BACKEND, max_size=10), st.lists(st.integers(0, 200), max_size=4))
def test_messages_of_a_login_in_any_order_raise_nothing_and_do_not_depend_on_cuts(
    stream: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(stream)
    whole, pieces = Login(prefixed=False), Login(prefixed=False)
    expected = whole.origin_sent(data)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    got = b"".join(pieces.origin_sent(data[a:b]) for a, b in pairwise(edges))
    # After the last word of the login nothing is read any more: it is left over, in one piece or passed by.
    if whole.state is not LoginState.READY:
        assert got == expected
    assert pieces.state is whole.state
    assert pieces.reported == whole.reported
