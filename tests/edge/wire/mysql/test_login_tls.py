from __future__ import annotations

import pytest

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.handshake import read_response
from polyscale_cli.edge.wire.mysql.login import Do
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import drive
from tests.edge.wire.mysql.logins import (
    EVERYTHING,
    MYSQL,
    greeted,
    own_port,
    payloads,
    refused,
    response,
    shared,
)


def test_tls_is_offered_where_there_is_some() -> None:
    assert Capability.SSL in greeted(shared(tls=True).start()).capabilities


def test_a_port_of_a_caches_own_offers_the_edges_tls_whatever_the_origin_offers() -> None:
    login = own_port(tls=True)
    assert Capability.SSL in greeted(login.origin_sent(recorded.OLD_GREETING).to_client).capabilities


def test_tls_that_begins_with_the_request_for_it_is_handed_over() -> None:
    login = shared(tls=True)
    login.start()
    asks = response(b"", capabilities=Capability.PROTOCOL_41 | Capability.SSL)[4:36]
    step = login.client_sent(packets.packet(asks, 1) + b"\x16\x03\x01 hello")
    assert step.do is Do.ENCRYPT_CLIENT
    assert login.leftover_client == b"\x16\x03\x01 hello"
    login.client_encrypted()
    assert login.leftover_client == b""


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


def test_tls_that_was_not_offered_is_refused() -> None:
    asks = response(b"", capabilities=Capability.PROTOCOL_41 | Capability.SSL)[4:36]
    assert "not on offer" in refused(shared(MYSQL), ("client", packets.packet(asks, 1)))
