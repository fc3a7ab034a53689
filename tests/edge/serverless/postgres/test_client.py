"""The client's side of the protocol, without a socket: however its bytes come, and whatever a server may say."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramMechanism

from polyscale_cli.edge.serverless.backend import ConnectionLost, QueryFailed, Refused, Unreachable
from polyscale_cli.edge.serverless.postgres.client import Client
from polyscale_cli.edge.serverless.postgres.requests import request
from polyscale_cli.edge.serverless.postgres.response import Response
from polyscale_cli.edge.serverless.statement import Credentials, Statement
from polyscale_cli.edge.wire.postgres.startup import StartupMessage, read_packet
from polyscale_cli.edge.wire.postgres.usual import read_usual
from tests.e2e.raw import SYNC, Message, query
from tests.edge.wire.postgres.frames import BOUND, PARSED, back, done, failed, messages, ready, row

CACHE_ID = "5b0c1ed4-2a5f-4ee7-9a3e-0d6c1a7b9f10"
CREDENTIALS = Credentials("me", "s3cret", "app")
ADMITTED = back("R", struct.pack("!i", 0))
KEY = back("K", b"pid!secr")
GREETING = ADMITTED + back("S", b"server_version\x0018.1\0") + back("v", bytes(8)) + KEY + ready()


def columns(*named: tuple[str, int]) -> bytes:
    """A RowDescription of names and types' OIDs."""
    body = b"".join(name.encode() + struct.pack("!xihihih", 0, 0, oid, -1, -1, 0) for name, oid in named)
    return back("T", struct.pack("!h", len(named)) + body)


def client(most_bytes: int = 1 << 20) -> Client:
    """One that is logged in."""
    made = Client(CREDENTIALS, CACHE_ID, most_bytes)
    assert made.take(GREETING) == b""
    assert made.is_idle
    return made


def fed(to: Client, pieces: Iterable[bytes]) -> bytes:
    """Let bytes come in pieces; what is answered."""
    return b"".join(to.take(piece) for piece in pieces)


def bytewise(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


def authentication(method: int, body: bytes = b"") -> bytes:
    return back("R", struct.pack("!i", method) + body)


# -- the login -------------------------------------------------------------------------------------------------------


def test_the_startup_names_the_cache_and_sets_only_what_poolers_know() -> None:
    read = read_packet(Client(CREDENTIALS, CACHE_ID, 1).login.start())
    assert read == (
        StartupMessage(
            196608,
            {
                **{"user": "me", "database": "app", "client_encoding": "UTF8", "DateStyle": "ISO"},
                **{"application_name": "polyscale-serverless", "options": f"-c application_name={CACHE_ID}"},
            },
        ),
        b"",
    )


@pytest.mark.parametrize("cut", [False, True])
def test_every_password_method_is_answered(cut: bool) -> None:
    inner = hashlib.md5(b"s3cretme").hexdigest().encode()
    for asked, answer in (
        (authentication(3), b"s3cret\0"),
        (authentication(5, b"salt"), b"md5" + hashlib.md5(inner + b"salt").hexdigest().encode() + b"\0"),
    ):
        one = Client(CREDENTIALS, CACHE_ID, 1)
        assert messages(fed(one, bytewise(asked) if cut else [asked])) == [Message("p", answer)]
        fed(one, bytewise(GREETING) if cut else [GREETING])
        assert one.login.is_over
        assert one.login.backend_key == b"pid!secr"


def test_scram_proves_both_sides() -> None:
    mechanism = ScramMechanism("SCRAM-SHA-256")
    known = mechanism.make_auth_info("s3cret", 4096)
    server = mechanism.make_server(lambda _user: known)
    one = Client(CREDENTIALS, CACHE_ID, 1)
    (first,) = messages(one.take(authentication(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")))
    name, _, rest = first.body.partition(b"\0")
    assert name == b"SCRAM-SHA-256"
    assert struct.unpack("!i", rest[:4]) == (len(rest) - 4,)
    server.set_client_first(rest[4:].decode())
    (final,) = messages(one.take(authentication(11, server.get_server_first().encode())))
    server.set_client_final(final.body.decode())
    proof = server.get_server_final().encode()
    assert one.take(authentication(12, proof) + GREETING) == b""
    assert one.is_idle


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (authentication(11, b"r=x,s=y,i=1"), "failed"),
        (authentication(11, b"\xff"), "failed"),
        (ADMITTED, "it did not prove that it knows the password"),
        (authentication(12, b"v=AAAA"), "failed"),
    ],
)
def test_a_server_that_breaks_scram_is_not_believed(said: bytes, message: str) -> None:
    one = Client(CREDENTIALS, CACHE_ID, 1)
    one.take(authentication(10, b"SCRAM-SHA-256\0\0"))
    with pytest.raises(
        Refused, match=f"SCRAM-SHA-256 with the origin failed: .*{'' if message == 'failed' else message}"
    ):
        one.take(said)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (authentication(2), "Kerberos V5"),
        (authentication(7), "GSSAPI"),
        (authentication(9), "SSPI"),
        (authentication(10, b"OAUTHBEARER\0SCRAM-SHA-256-PLUS\0\0"), "OAUTHBEARER or SCRAM-SHA-256-PLUS"),
        (authentication(77), "method 77"),
    ],
)
def test_a_method_that_it_cannot_do_is_named(asked: bytes, name: str) -> None:
    with pytest.raises(Refused, match=f"the origin asks for authentication by {name}; over HTTP") as refused:
        Client(CREDENTIALS, CACHE_ID, 1).take(asked)
    assert not refused.value.by_credentials


def test_a_refusal_of_the_credentials_is_known_by_its_words_where_a_pooler_has_no_code_for_it() -> None:
    with pytest.raises(Refused) as refused:
        Client(CREDENTIALS, CACHE_ID, 1).take(fatal("08P01", 'Mpassword authentication failed for user "me"'))
    assert refused.value.by_credentials
    with pytest.raises(Unreachable):
        Client(CREDENTIALS, CACHE_ID, 1).take(fatal("08P01", "Mpgbouncer cannot connect to server"))


def fatal(sqlstate: str, *more: str) -> bytes:
    return back("E", "".join(f"{field}\0" for field in ("SFATAL", "VFATAL", f"C{sqlstate}", *more)).encode() + b"\0")


@pytest.mark.parametrize(
    ("sqlstate", "by_credentials"), [("28P01", True), ("28000", True), ("3D000", False), ("42501", False)]
)
def test_a_refusal_says_whose_fault_it_is(sqlstate: str, by_credentials: bool) -> None:
    with pytest.raises(Refused, match="not you") as refused:
        Client(CREDENTIALS, CACHE_ID, 1).take(fatal(sqlstate, "Mnot you"))
    assert (refused.value.code, refused.value.by_credentials) == (sqlstate, by_credentials)


@pytest.mark.parametrize("sqlstate", ["08001", "08006", "53300", "57P03", "58000", "XX000"])
def test_what_is_nobodys_fault_is_told_with_its_cure(sqlstate: str) -> None:
    with pytest.raises(Unreachable, match=r"^not now\. Try this\.$"):
        Client(CREDENTIALS, CACHE_ID, 1).take(fatal(sqlstate, "Mnot now", "Htry this".replace("t", "T", 1)))


# -- answers ---------------------------------------------------------------------------------------------------------

TWO = columns(("a", 23), ("b", 25)) + row("1", 'x"y') + row(None, "é") + done("SELECT 2")
NOTICE = back("N", b"SNOTICE\0Mlook\0\0")
SETTING = back("S", b"TimeZone\0UTC\0")
STREAMS: dict[str, tuple[bytes, bytes, object]] = {
    "rows": (query("TABLE t"), TWO, [{"a": 1, "b": 'x"y'}, {"a": None, "b": "é"}]),
    "an extended request": (
        request(Statement("SELECT $1", ("x",))),
        PARSED + BOUND + columns(("a", 20)) + row("1") + done(),
        [{"a": "1"}],
    ),
    "no rows, extended": (
        request(Statement("DELETE FROM t WHERE id = $1", (1,))),
        PARSED + BOUND + back("n") + done("DELETE 0"),
        [{"affectedRows": 0}],
    ),
    "several": (query("..."), TWO + done("INSERT 0 5") + columns() + row() + done(), [
        [{"a": 1, "b": 'x"y'}, {"a": None, "b": "é"}],
        [{"affectedRows": 5}],
        [{}],
    ]),
    "nothing": (query(""), back("I"), []),
    "asides": (query("..."), NOTICE + SETTING + TWO[:-20].join([b"", TWO[-20:]]) + SETTING + back("A", b"pid!x\0\0"), [
        {"a": 1, "b": 'x"y'},
        {"a": None, "b": "é"},
    ]),
}  # fmt: skip


@pytest.mark.parametrize("case", STREAMS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
def test_an_answer_is_the_same_however_it_is_cut(case: str, size: int) -> None:
    asked, said, expected = STREAMS[case]
    one = client()
    for _ in range(2):
        answer = one.expect(asked, keep=1 << 20)
        whole = said + ready()
        assert fed(one, [whole[i : i + size] for i in range(0, len(whole), size)]) == b""
        assert one.is_idle
        assert json.loads(answer.document()) == expected
        assert b"".join(one.received or ()) == whole
        assert fed(one, bytewise(NOTICE + SETTING)) == b"", "between answers the server may say what it likes"


@given(st.data())
def test_no_cut_changes_an_answer(data: st.DataObject) -> None:
    whole = TWO + done("UPDATE 3") + TWO + ready()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=8)))
    one = client()
    answer = one.expect(query("..."))
    fed(one, [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)])
    rows = [{"a": 1, "b": 'x"y'}, {"a": None, "b": "é"}]
    assert json.loads(answer.document()) == [rows, [{"affectedRows": 3}], rows]


@given(
    st.binary(max_size=60), st.booleans(), st.sampled_from([b"", b"T", b"D", b"R", b"E", TWO[:50], columns(("a", 23))])
)
def test_noise_is_taken_for_a_lost_connection_and_nothing_else(noise: bytes, logged_in: bool, start: bytes) -> None:
    one = client() if logged_in else Client(CREDENTIALS, CACHE_ID, 1 << 20)
    if logged_in:
        one.expect(query("..."))
    with contextlib.suppress(ConnectionLost, Refused, Unreachable):
        fed(one, [start, noise, noise])


def test_an_answer_to_two_requests_is_complete_with_the_second() -> None:
    one = client()
    answer = one.expect(query("DISCARD ALL") + query("RESET ROLE"), requests=2)
    one.take(done("DISCARD ALL") + ready())
    assert answer.status is None
    one.take(done("RESET") + ready())
    assert answer.status == ord("I")


def test_only_as_many_bytes_are_kept_as_were_asked_for() -> None:
    one = client()
    one.expect(query("..."), keep=len(TWO))
    one.take(TWO)
    assert b"".join(one.received or ()) == TWO
    one.take(ready())
    assert one.received is None


def error_of(answer: Response) -> tuple[str, str]:
    assert isinstance(answer.error, QueryFailed)
    return answer.error.code, answer.error.message


def test_what_came_before_an_error_is_forgotten() -> None:
    one = client()
    answer = one.expect(query("..."))
    one.take(TWO + failed("22012", "division by zero") + ready())
    assert error_of(answer) == ("22012", "division by zero")
    assert one.is_idle


@pytest.mark.parametrize("status", ["T", "E"])
def test_an_open_transaction_is_not_idle(status: str) -> None:
    one = client()
    answer = one.expect(query("BEGIN"))
    one.take(done("BEGIN") + ready(status))
    assert answer.status == ord(status)
    assert not one.is_idle


@pytest.mark.parametrize(("asked", "sync"), [(query("COPY t FROM STDIN"), b""), (request(Statement("x", (1,))), SYNC)])
def test_copying_in_is_refused_in_a_way_that_ends_it(asked: bytes, sync: bytes) -> None:
    one = client()
    answer = one.expect(asked)
    reply = one.take(back("G", b"\0\0\0"))
    assert [each.kind for each in messages(reply)] == ["f", "S"] if sync else ["f"]
    one.take(failed("57014", "COPY from stdin failed") + ready())
    assert error_of(answer)[0] == "0A000"
    assert not answer.is_unwanted


@pytest.mark.parametrize("size", [1, 5, 100, 1 << 20])
def test_copying_out_is_unwanted_and_stepped_over(size: int) -> None:
    one = client()
    answer = one.expect(query("COPY t TO STDOUT"))
    said = back("H", b"\0\0\0") + back("d", b"Z" * 300) * 3 + failed("57014", "canceled") + ready()
    fed(one, [said[i : i + size] for i in range(0, len(said), size)])
    assert answer.is_unwanted
    assert error_of(answer)[0] == "0A000"
    assert one.is_idle


@pytest.mark.parametrize("size", [1, 5, 64, 1 << 20])
def test_what_is_too_large_is_stepped_over_and_not_gathered(size: int) -> None:
    one = client(most_bytes=200)
    answer = one.expect(query("..."))
    said = columns(("a", 25)) + row("x" * 40) + row("Z\0\0\0\x05I" * 100) * 2 + done() + ready()
    most = 0
    for i in range(0, len(said), size):
        one.take(said[i : i + size])
        most = max(most, sum(map(len, one._pieces)))
    assert answer.is_unwanted
    assert error_of(answer)[0] == "RESULT_TOO_LARGE"
    assert one.is_idle
    assert most <= 200 + size


@pytest.mark.parametrize("under_way", [False, True])
def test_a_session_that_the_server_ends_says_why(under_way: bool) -> None:
    one = client()
    if under_way:
        one.expect(query("..."))
    with pytest.raises(ConnectionLost, match=r"^it ends\. So it is\.$"):
        one.take(fatal("57P01", "Mit ends", "DSo it is"))
    assert not one.is_idle


# -- requests --------------------------------------------------------------------------------------------------------


def test_requests_have_the_shapes_that_go_short() -> None:
    assert read_usual(request(Statement("SELECT 1"))) == (b"SELECT 1", True)
    assert read_usual(request(Statement("SELECT $1", ("x",)))) == (b"SELECT $1", False)
    assert read_usual(request(Statement("SELECT $1", (None, True, 1, ("a", None))))) == (b"SELECT $1", False)
