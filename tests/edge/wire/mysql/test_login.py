from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MARIADB, OFFERED_AS_MYSQL, Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import (
    HandshakeV10,
    read_greeting,
    read_response,
)
from polyscale_cli.edge.wire.mysql.login import Do, Login, Step
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import Outcome, Said, drive

ID = "01234567-89ab-cdef-0123-456789abcdef"
MYSQL = "8.0.36-polyscale"
MARIADB = "5.5.5-10.11.0-MariaDB-polyscale"
EVERYTHING = Capability(2**38 - 1)

SHARED: list[Said] = [
    ("client", recorded.MARIADB_RESPONSE),
    ("origin", recorded.MARIADB_GREETING),
    ("origin", recorded.MARIADB_SWITCH),
    ("client", packets.packet(b"", 3)),
    ("origin", recorded.OK),
]
OWN_PORT: list[Said] = [
    ("origin", recorded.MYSQL_GREETING),
    ("client", recorded.MYSQL_RESPONSE),
    ("origin", packets.ok(2)),
]


def shared(version: str = MARIADB, tls_to_origin: OriginTls = OriginTls.DISABLE, *, tls: bool = False) -> Login:
    return Login(version=version, thread_id=77, tls_to_client=tls, tls_to_origin=tls_to_origin)


def own_port(tls_to_origin: OriginTls = OriginTls.DISABLE, *, tls: bool = False) -> Login:
    return Login(version=MYSQL, thread_id=77, tls_to_client=tls, tls_to_origin=tls_to_origin, relays_greeting=True)


def payloads(data: bytes) -> list[bytes]:
    found = []
    pos = 0
    while (read := packets.read_packet(data, pos)) is not None:
        found.append(read[0].payload)
        pos = read[1]
    assert pos == len(data)
    return found


def greeted(data: bytes) -> HandshakeV10:
    return read_greeting(payloads(data)[0])


def response(user: bytes, raw: bytes = recorded.MYSQL_RESPONSE, **changes: object) -> bytes:
    read = replace(read_response(raw[4:], EVERYTHING), user=user, **changes)  # type: ignore[arg-type]
    return packets.packet(read.payload(), 1)


def refused(login: Login, *script: Said) -> str:
    outcome = drive(login, script)
    assert outcome.error is not None
    return outcome.error.message


# --- greetings


def test_an_edge_for_mysql_greets_as_mysql() -> None:
    greeting = greeted(shared(MYSQL).start())
    assert (greeting.server_version, greeting.thread_id) == (MYSQL.encode(), 77)
    assert greeting.plugin == b"caching_sha2_password"
    assert greeting.capabilities == OFFERED_AS_MYSQL
    assert not greeting.capabilities & (Capability.COMPRESS | Capability.ZSTD_COMPRESSION_ALGORITHM | Capability.SSL)


def test_an_edge_for_mariadb_greets_as_mariadb() -> None:
    greeting = greeted(shared(MARIADB).start())
    assert greeting.plugin == b"mysql_native_password"
    assert greeting.capabilities == OFFERED_AS_MARIADB
    assert Capability.LONG_PASSWORD not in greeting.capabilities
    assert Capability.MARIADB_EXTENDED_METADATA in greeting.capabilities


def test_tls_is_offered_where_there_is_some() -> None:
    assert Capability.SSL in greeted(shared(tls=True).start()).capabilities


def test_every_greeting_has_a_scramble_of_its_own() -> None:
    scrambles = {greeted(shared().start()).scramble for _ in range(20)}
    assert len(scrambles) == 20
    assert all(len(scramble) == 20 and b"\0" not in scramble for scramble in scrambles)


def test_a_port_of_a_caches_own_greets_as_its_origin_but_for_what_the_edge_cannot_carry() -> None:
    login = own_port()
    assert login.start() == b""
    relayed = greeted(login.origin_sent(recorded.MARIADB_GREETING).to_client)
    origins = read_greeting(recorded.MARIADB_GREETING[4:])
    assert replace(relayed, capabilities=origins.capabilities) == origins
    assert origins.capabilities & ~relayed.capabilities == (
        Capability.COMPRESS
        | Capability.SSL
        | Capability.REMEMBER_OPTIONS
        | Capability.MARIADB_PROGRESS
        | Capability.MARIADB_CACHE_METADATA
    )
    assert login.thread_id == login.origin_thread_id == 8


def test_a_port_of_a_caches_own_offers_the_edges_tls_whatever_the_origin_offers() -> None:
    login = own_port(tls=True)
    assert Capability.SSL in greeted(login.origin_sent(recorded.OLD_GREETING).to_client).capabilities


# --- whole logins


def test_a_login_on_a_shared_port_is_relayed() -> None:
    login = shared()
    outcome = drive(login, SHARED)
    assert outcome.error is None
    assert outcome.did == (Do.CONNECT, Do.READY)
    greeting, switch, ok = payloads(outcome.to_client)
    assert (switch, ok) == (recorded.MARIADB_SWITCH[4:], recorded.OK[4:])
    told, answer = payloads(outcome.to_origin)
    sent = read_response(told, EVERYTHING)
    assert (sent.user, sent.database, sent.charset) == (b"open", b"", 33)
    assert (sent.plugin, sent.answer) == (b"polyscale_asks_anew", b"")
    assert sent.attributes == read_response(recorded.MARIADB_RESPONSE[4:], EVERYTHING).attributes
    assert answer == b""
    assert (login.cache_id, login.user, login.is_mariadb) == (ID, b"open", True)
    assert (login.server_version, login.origin_thread_id) == ("10.11.19-MariaDB-0+deb12u1", 8)
    assert login.status == Status.AUTOCOMMIT
    assert login.capabilities == sent.capabilities == read_greeting(greeting).capabilities & sent.capabilities


def test_a_login_on_a_port_of_a_caches_own_is_relayed() -> None:
    login = own_port()
    outcome = drive(login, OWN_PORT)
    assert outcome.error is None
    assert outcome.did == (Do.READY,)
    sent = read_response(payloads(outcome.to_origin)[0], EVERYTHING)
    assert (sent.user, sent.answer, sent.plugin) == (b"open", b"\0", b"caching_sha2_password")
    assert (login.cache_id, login.user, login.is_mariadb, login.charset) == (ID, b"open", False, 255)


def test_an_old_client_can_use_a_port_of_a_caches_own() -> None:
    login = own_port()
    outcome = drive(
        login,
        [("origin", recorded.OLD_GREETING), ("client", recorded.OLD_RESPONSE), ("origin", packets.ok(2))],
    )
    assert outcome.did == (Do.READY,)
    sent = read_response(payloads(outcome.to_origin)[0], EVERYTHING)
    assert (sent.user, sent.answer, sent.plugin) == (b"root", recorded.OLD_RESPONSE[42:62], b"")
    assert (login.cache_id, login.user, login.database) == (None, b"root", b"gomysql_test")


def test_each_leg_has_sequence_ids_of_its_own() -> None:
    asks = bytearray(recorded.MARIADB_RESPONSE[:36])
    asks[0:2] = b"\x20\0"
    asks[5] |= Capability.SSL >> 8
    encrypted = recorded.MARIADB_RESPONSE[:3] + b"\x02" + recorded.MARIADB_RESPONSE[4:]
    answers = [("origin", recorded.MARIADB_SWITCH), ("client", packets.packet(b"", 4)), ("origin", recorded.OK)]
    outcome = drive(
        shared(tls=True),
        [("client", bytes(asks)), ("client", encrypted), ("origin", recorded.MARIADB_GREETING), *answers],
    )
    assert outcome.error is None
    assert outcome.did == (Do.ENCRYPT_CLIENT, Do.CONNECT, Do.READY)
    assert outcome.to_client.endswith(packets.packet(recorded.MARIADB_SWITCH[4:], 3) + packets.packet(OK_PAYLOAD, 5))
    assert outcome.to_origin.endswith(packets.packet(b"", 3))


OK_PAYLOAD = recorded.OK[4:]


def test_tls_that_begins_with_the_request_for_it_is_handed_over() -> None:
    login = shared(tls=True)
    login.start()
    asks = response(b"", capabilities=Capability.PROTOCOL_41 | Capability.SSL)[4:36]
    step = login.client_sent(packets.packet(asks, 1) + b"\x16\x03\x01 hello")
    assert step.do is Do.ENCRYPT_CLIENT
    assert login.leftover_client == b"\x16\x03\x01 hello"
    login.client_encrypted()
    assert login.leftover_client == b""


def test_what_is_sent_beyond_the_login_is_left_over() -> None:
    login = shared()
    drive(login, [*SHARED[:3], ("client", packets.packet(b"", 3) + b"a command"), ("origin", recorded.OK + b"more")])
    assert login.leftover_client == b"a command"
    assert login.leftover_origin == b"more"


# --- capabilities


def test_nothing_is_negotiated_that_the_client_did_not_ask_for() -> None:
    login = shared(MYSQL)
    asked = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.TRANSACTIONS
    drive(login, [("client", response(f"{ID}-me".encode(), capabilities=asked)), ("origin", recorded.MYSQL_GREETING)])
    assert login.capabilities == asked


def test_nothing_is_negotiated_that_the_origin_lacks() -> None:
    login = shared(MYSQL)
    asked = OFFERED_AS_MYSQL & ~(Capability.DEPRECATE_EOF | Capability.SESSION_TRACK | Capability.QUERY_ATTRIBUTES)
    greeting = replace(
        read_greeting(recorded.MYSQL_GREETING[4:]),
        capabilities=Capability.PROTOCOL_41 | Capability.PLUGIN_AUTH | Capability.TRANSACTIONS,
    )
    said = [("client", response(f"{ID}-me".encode(), capabilities=asked))]
    outcome = drive(login, [*said, ("origin", packets.packet(greeting.payload(), 0))])
    assert outcome.error is None
    assert login.capabilities == greeting.capabilities | Capability.LONG_PASSWORD
    assert read_response(payloads(outcome.to_origin)[0], EVERYTHING).capabilities == login.capabilities


def test_a_client_that_chose_what_shapes_answers_and_the_origin_lacks_is_refused() -> None:
    login = shared(MYSQL)
    said = refused(login, ("client", recorded.MYSQL_RESPONSE), ("origin", recorded.MARIADB_GREETING))
    assert "10.11.19-MariaDB" in said
    assert "QUERY_ATTRIBUTES" in said
    assert "--listen-port" in said
    assert login.lacking == Capability.QUERY_ATTRIBUTES
    cured = Login(
        version=MYSQL,
        thread_id=78,
        tls_to_client=False,
        tls_to_origin=OriginTls.DISABLE,
        offers=OFFERED_AS_MYSQL & ~login.lacking,
    )
    outcome = drive(cured, [("client", recorded.MYSQL_RESPONSE), ("origin", recorded.MARIADB_GREETING)])
    assert outcome.error is None
    assert Capability.QUERY_ATTRIBUTES not in cured.capabilities


# --- TLS towards the origin


@pytest.mark.parametrize("policy", [OriginTls.PREFER, OriginTls.REQUIRE, OriginTls.VERIFY_FULL])
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own port"])
def test_tls_is_asked_of_an_origin_that_offers_it(policy: OriginTls, own: bool) -> None:
    login = own_port(policy) if own else shared(MYSQL, policy)
    script = [("origin", recorded.MYSQL_GREETING), ("client", recorded.MYSQL_RESPONSE)]
    outcome = drive(login, script if own else reversed(script))
    assert outcome.did[-1] is Do.ENCRYPT_ORIGIN
    request, sent = payloads(outcome.to_origin)
    assert len(request) == 32
    assert request == sent[:32]
    assert Capability.SSL in read_response(sent, EVERYTHING).capabilities
    assert Capability.SSL not in login.capabilities


@pytest.mark.parametrize("policy", [OriginTls.REQUIRE, OriginTls.VERIFY_FULL])
def test_an_origin_without_tls_is_refused_where_the_cache_requires_it(policy: OriginTls) -> None:
    script = [("origin", recorded.OLD_GREETING), ("client", recorded.OLD_RESPONSE)]
    assert "offers no TLS, and this cache requires it" in refused(own_port(policy), *script)


def test_bytes_ahead_of_tls_are_refused() -> None:
    login = shared(MYSQL, OriginTls.PREFER)
    said = refused(login, ("client", recorded.MYSQL_RESPONSE), ("origin", recorded.MYSQL_GREETING + recorded.OK))
    assert "out of turn, before TLS" in said


def test_a_password_in_clear_is_not_sent_where_the_origin_may_be_overheard() -> None:
    login = own_port(tls=True)
    asks = response(b"", capabilities=Capability.PROTOCOL_41 | Capability.SSL)[4:36]
    clear = bytearray(response(b"me", answer=b"se cret\0", plugin=b"mysql_clear_password"))
    clear[3] = 2
    said = [("client", packets.packet(asks, 1)), ("client", bytes(clear))]
    outcome = drive(login, [("origin", recorded.MYSQL_GREETING), *said])
    assert outcome.error is None
    sent = read_response(payloads(outcome.to_origin)[0], EVERYTHING)
    assert sent.user == b"me"
    assert sent.answer == b""
    assert b"se cret" not in outcome.to_origin


# --- which cache


@pytest.mark.parametrize(
    ("user", "hint"),
    [
        (b"", "The user name is empty."),
        (b"root", "names no cache"),
        (b"01234567-89ab-cdef-0123-456789abcdez-root", "names no cache"),
        (ID.encode(), "a cache id and no user"),
        (f"{ID}-".encode(), "a cache id and no user"),
        (f"{ID}x".encode(), "names no cache"),
    ],
)
def test_a_user_without_cache_or_name_is_told_where_the_id_belongs(user: bytes, hint: str) -> None:
    outcome = drive(shared(MYSQL), [("client", response(user))])
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.sqlstate) == (1045, "28000")
    assert hint in outcome.error.message
    assert "ID-user" in outcome.error.message


def test_an_id_in_the_wrong_place_is_recognized() -> None:
    in_password = response(b"", answer=ID.encode() + b"\0", plugin=b"mysql_clear_password")
    assert "The password is a cache id." in refused(shared(MYSQL), ("client", in_password))
    flags = OFFERED_AS_MYSQL
    in_database = response(b"me", database=ID.encode(), capabilities=flags)
    assert "The database is a cache id." in refused(shared(MYSQL), ("client", in_database))


def test_an_id_may_be_written_in_capitals_and_a_user_may_have_dashes() -> None:
    login = shared(MYSQL)
    drive(login, [("client", response(f"{ID.upper()}-a-b".encode()))])
    assert (login.cache_id, login.user) == (ID, b"a-b")


# --- bad input


def test_an_old_client_on_a_shared_port_is_told_what_to_do() -> None:
    login = shared(MYSQL)
    outcome = drive(login, [("client", recorded.OLD_RESPONSE)])
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.sqlstate) == (1251, "08004")
    assert "--listen-port" in outcome.error.message
    written = packets.read_packet(login.error(outcome.error))
    assert written is not None
    assert written[0].first == 2
    assert packets.read_err(written[0].payload).sqlstate == "08004"


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "the client speaks HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", "begins with TLS"),
        (b"\xff\xff\xff\x01", "larger than any"),
        (recorded.MYSQL_RESPONSE[:3] + b"\x05" + recorded.MYSQL_RESPONSE[4:], "out of order"),
        (packets.packet(b"", 1), "does not belong to a login"),
        (packets.packet(recorded.MYSQL_RESPONSE[4:60], 1), "does not belong to a login"),
        (packets.packet(b"\x85\xa6\x00\x00\x01root\0", 1), "does not belong to a login"),
    ],
)
def test_a_client_that_makes_no_sense_is_refused(data: bytes, hint: str) -> None:
    assert hint in refused(shared(MYSQL), ("client", data))


def test_a_client_that_sends_more_and_more_is_refused() -> None:
    login = shared(MYSQL)
    login.start()
    said = refused(shared(MYSQL), SHARED[0], *[("client", bytes(10_000))] * 8)
    assert "larger than any" in said


def test_tls_that_was_not_offered_is_refused() -> None:
    asks = response(b"", capabilities=Capability.PROTOCOL_41 | Capability.SSL)[4:36]
    assert "not on offer" in refused(shared(MYSQL), ("client", packets.packet(asks, 1)))


@pytest.mark.parametrize(
    ("data", "seems"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP"),
        (b"220 mail ESMTP\r\n", "SMTP or FTP"),
        (b"-ERR wrong\r\n", "Redis"),
        (b"E\0\0\0\x86SFATAL\0", "PostgreSQL"),
        (b"\x05\0\0\0\x0b\x08\x05\x1a\0", "X protocol"),
        (b"\x15\x03\x01\0\x02\x02\x46", "TLS"),
        (bytes(range(40, 60)), "a protocol that is not"),
        (b"\x30\0\0\x07\x0a8.0.36\0", "a protocol that is not|out of order"),
    ],
)
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own port"])
def test_an_origin_that_is_no_mysql_is_named(data: bytes, seems: str, own: bool) -> None:
    script = [] if own else [("client", recorded.MYSQL_RESPONSE)]
    said = refused(own_port() if own else shared(MYSQL), *script, ("origin", data))
    assert any(one in said for one in seems.split("|"))


TOO_MANY = packets.err(1040, "", "Too many connections", 0)


def test_an_origin_that_has_no_room_is_heard_on_a_shared_port() -> None:
    login = shared(MYSQL)
    outcome = drive(login, [("client", recorded.MYSQL_RESPONSE), ("origin", TOO_MANY)])
    assert outcome.did == (Do.CONNECT, Do.REFUSED)
    assert outcome.to_client.endswith(packets.err(1040, "08004", "Too many connections", 2))
    assert login.refusal == packets.Err(1040, "", "Too many connections")


def test_an_origin_that_has_no_room_is_heard_on_a_port_of_a_caches_own() -> None:
    outcome = drive(own_port(), [("origin", TOO_MANY)])
    assert outcome.did == (Do.REFUSED,)
    assert outcome.to_client == TOO_MANY


def test_an_origin_that_will_not_wait_for_the_client_is_heard() -> None:
    late = packets.err(1159, "08S01", "Got timeout reading communication packets", 1)
    outcome = drive(own_port(), [("origin", recorded.MYSQL_GREETING), ("origin", late)])
    assert outcome.did == (Do.REFUSED,)
    assert outcome.to_client.endswith(late)


def test_a_password_that_is_wrong_is_the_origins_to_refuse() -> None:
    login = shared()
    denied = packets.err(1045, "28000", "Access denied for user 'open'", 4)
    outcome = drive(login, [*SHARED[:-1], ("origin", denied)])
    assert outcome.did == (Do.CONNECT, Do.REFUSED)
    assert outcome.to_client.endswith(denied)
    assert login.refusal == packets.Err(1045, "28000", "Access denied for user 'open'")


def test_an_origin_that_gives_up_is_heard_whatever_the_number_of_its_packet() -> None:
    killed = packets.packet(packets.err(1317, "70100", "Query execution was interrupted", 0)[4:], 0)
    outcome = drive(shared(), [*SHARED[:3], ("origin", killed)])
    assert outcome.did == (Do.CONNECT, Do.REFUSED)
    assert outcome.to_client.endswith(packets.err(1317, "70100", "Query execution was interrupted", 3))


def test_nothing_is_passed_on_once_a_login_is_over() -> None:
    login = shared()
    drive(login, SHARED)
    assert login.origin_sent(packets.ok(5)) == Step()
    assert login.client_sent(packets.packet(b"\x0e", 0)) == Step()
    assert login.leftover_origin == packets.ok(5)


# --- any cut, any garbage


def cut(script: list[Said], data: st.DataObject) -> list[Said]:
    pieces = []
    for side, said in script:
        ends = sorted(data.draw(st.sets(st.integers(1, max(1, len(said) - 1)), max_size=6)))
        pieces += [(side, said[a:b]) for a, b in zip([0, *ends], [*ends, len(said)], strict=True)]
    return pieces


def without_scramble(outcome: Outcome) -> tuple[bytes, bytes, tuple[Do, ...]]:
    return outcome.to_client[100:], outcome.to_origin, outcome.did


@given(st.data())
def test_a_shared_ports_login_comes_to_the_same_however_it_is_cut(data: st.DataObject) -> None:
    assert without_scramble(drive(shared(), cut(SHARED, data))) == without_scramble(drive(shared(), SHARED))


@given(st.data())
def test_an_own_ports_login_comes_to_the_same_however_it_is_cut(data: st.DataObject) -> None:
    assert drive(own_port(), cut(OWN_PORT, data)) == drive(own_port(), OWN_PORT)


@pytest.mark.parametrize("own", [False, True], ids=["shared", "own port"])
@given(data=st.data())
def test_garbled_bytes_lead_to_an_outcome_or_to_a_clear_error(own: bool, data: st.DataObject) -> None:
    garbled = []
    for side, said in OWN_PORT if own else SHARED:
        raw = bytearray(said)
        for _ in range(data.draw(st.integers(0, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        garbled.append(
            (side, bytes(raw[: data.draw(st.integers(0, len(raw)))]) if data.draw(st.booleans()) else bytes(raw))
        )
    login = own_port(OriginTls.PREFER, tls=True) if own else shared(MARIADB, OriginTls.PREFER, tls=True)
    outcome = drive(login, cut(garbled, data))
    if outcome.error is not None:
        assert packets.read_packet(login.error(outcome.error)) is not None


# --- logins that come to nothing


def test_an_origin_that_was_greeted_by_is_left_with_a_login_that_it_can_refuse() -> None:
    login = own_port()
    drive(login, [("origin", recorded.MYSQL_GREETING)])
    nobody, answer = payloads(login.farewell())
    assert read_response(nobody, EVERYTHING).user == b"polyscale-network-test"
    assert len(answer) == 20


def test_an_origin_that_waits_for_an_answer_is_left_with_a_wrong_one() -> None:
    login = shared()
    drive(login, SHARED[:3])
    assert login.farewell() == packets.packet(bytes(20), 3)


def test_an_origin_that_is_done_or_has_said_nothing_is_just_left() -> None:
    for script in (SHARED[:1], SHARED):
        login = shared()
        drive(login, script)
        assert login.farewell() == b""
