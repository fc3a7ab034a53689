from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MARIADB, OFFERED_AS_MYSQL, Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import read_handshake, read_response
from polyscale_cli.edge.wire.mysql.login import Do, Login, Step
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import Outcome, drive
from tests.edge.wire.mysql.logins import (
    EVERYTHING,
    ID,
    MARIADB,
    MYSQL,
    SHARED,
    TOO_MANY,
    cut,
    greeted,
    payloads,
    refused,
    response,
    shared,
)


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


def test_every_greeting_has_a_scramble_of_its_own() -> None:
    scrambles = {greeted(shared().start()).scramble for _ in range(20)}
    assert len(scrambles) == 20
    assert all(len(scramble) == 20 and b"\0" not in scramble for scramble in scrambles)


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
    assert login.capabilities == sent.capabilities == read_handshake(greeting).capabilities & sent.capabilities


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


def test_what_is_sent_beyond_the_login_is_left_over() -> None:
    login = shared()
    drive(login, [*SHARED[:3], ("client", packets.packet(b"", 3) + b"a command"), ("origin", recorded.OK + b"more")])
    assert login.leftover_client == b"a command"
    assert login.leftover_origin == b"more"


def test_nothing_is_negotiated_that_the_client_did_not_ask_for() -> None:
    login = shared(MYSQL)
    asked = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.TRANSACTIONS
    drive(login, [("client", response(f"{ID}-me".encode(), capabilities=asked)), ("origin", recorded.MYSQL_GREETING)])
    assert login.capabilities == asked


def test_nothing_is_negotiated_that_the_origin_lacks() -> None:
    login = shared(MYSQL)
    asked = OFFERED_AS_MYSQL & ~(Capability.DEPRECATE_EOF | Capability.SESSION_TRACK | Capability.QUERY_ATTRIBUTES)
    greeting = replace(
        read_handshake(recorded.MYSQL_GREETING[4:]),
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


def test_an_origin_that_has_no_room_is_heard_on_a_shared_port() -> None:
    login = shared(MYSQL)
    outcome = drive(login, [("client", recorded.MYSQL_RESPONSE), ("origin", TOO_MANY)])
    assert outcome.did == (Do.CONNECT, Do.REFUSED)
    assert outcome.to_client.endswith(packets.err(1040, "08004", "Too many connections", 2))
    assert login.refusal == packets.Err(1040, "", "Too many connections")


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


def without_scramble(outcome: Outcome) -> tuple[bytes, bytes, tuple[Do, ...]]:
    return outcome.to_client[100:], outcome.to_origin, outcome.did


@given(st.data())
def test_a_shared_ports_login_comes_to_the_same_however_it_is_cut(data: st.DataObject) -> None:
    assert without_scramble(drive(shared(), cut(SHARED, data))) == without_scramble(drive(shared(), SHARED))


def test_an_origin_that_waits_for_an_answer_is_left_with_a_wrong_one() -> None:
    login = shared()
    drive(login, SHARED[:3])
    assert login.farewell() == packets.packet(bytes(20), 3)


def test_an_origin_that_is_done_or_has_said_nothing_is_just_left() -> None:
    for script in (SHARED[:1], SHARED):
        login = shared()
        drive(login, script)
        assert login.farewell() == b""
