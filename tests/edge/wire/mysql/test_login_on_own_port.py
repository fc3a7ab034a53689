from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.handshake import read_handshake, read_response
from polyscale_cli.edge.wire.mysql.login import Do
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import drive
from tests.edge.wire.mysql.logins import (
    EVERYTHING,
    ID,
    OWN_PORT,
    TOO_MANY,
    cut,
    greeted,
    own_port,
    payloads,
)


def test_a_port_of_a_caches_own_greets_as_its_origin_but_for_what_the_edge_cannot_carry() -> None:
    login = own_port()
    assert login.start() == b""
    relayed = greeted(login.origin_sent(recorded.MARIADB_GREETING).to_client)
    origins = read_handshake(recorded.MARIADB_GREETING[4:])
    assert replace(relayed, capabilities=origins.capabilities) == origins
    assert origins.capabilities & ~relayed.capabilities == (
        Capability.COMPRESS
        | Capability.SSL
        | Capability.REMEMBER_OPTIONS
        | Capability.MARIADB_PROGRESS
        | Capability.MARIADB_CACHE_METADATA
    )
    assert login.thread_id == login.origin_thread_id == 8


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


def test_an_origin_that_has_no_room_is_heard_on_a_port_of_a_caches_own() -> None:
    outcome = drive(own_port(), [("origin", TOO_MANY)])
    assert outcome.did == (Do.REFUSED,)
    assert outcome.to_client == TOO_MANY


def test_an_origin_that_will_not_wait_for_the_client_is_heard() -> None:
    late = packets.err(1159, "08S01", "Got timeout reading communication packets", 1)
    outcome = drive(own_port(), [("origin", recorded.MYSQL_GREETING), ("origin", late)])
    assert outcome.did == (Do.REFUSED,)
    assert outcome.to_client.endswith(late)


@given(st.data())
def test_an_own_ports_login_comes_to_the_same_however_it_is_cut(data: st.DataObject) -> None:
    assert drive(own_port(), cut(OWN_PORT, data)) == drive(own_port(), OWN_PORT)


def test_an_origin_that_was_greeted_by_is_left_with_a_login_that_it_can_refuse() -> None:
    login = own_port()
    drive(login, [("origin", recorded.MYSQL_GREETING)])
    nobody, answer = payloads(login.farewell())
    assert read_response(nobody, EVERYTHING).user == b"polyscale-network-test"
    assert len(answer) == 20
