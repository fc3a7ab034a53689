from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql import handshake
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import ChangeUserCommand, HandshakeResponse
from polyscale_cli.edge.wire.mysql.packets import PacketError
from tests.edge.wire.mysql import recorded

ALL = Capability(2**38 - 1)


def test_a_greeting_of_mariadb_is_read() -> None:
    greeting = handshake.read_handshake(recorded.MARIADB_GREETING[4:])
    assert greeting.server_version == b"5.5.5-10.11.19-MariaDB-0+deb12u1"
    assert greeting.thread_id == 8
    assert greeting.scramble == b'@G"r<qHRC80\'p"Tcr7W4'
    assert greeting.plugin == b"mysql_native_password"
    assert greeting.charset == 45
    assert greeting.status == Status.AUTOCOMMIT
    assert Capability.LONG_PASSWORD not in greeting.capabilities
    assert Capability.MARIADB_STMT_BULK_OPERATIONS | Capability.DEPRECATE_EOF | Capability.SSL in greeting.capabilities


def test_a_greeting_of_mysql_is_read() -> None:
    greeting = handshake.read_handshake(recorded.MYSQL_GREETING[4:])
    assert greeting.server_version == b"9.7.4-2"
    assert greeting.plugin == b"caching_sha2_password"
    assert len(greeting.scramble) == 20
    assert Capability.LONG_PASSWORD | Capability.QUERY_ATTRIBUTES in greeting.capabilities


def test_capabilities_of_mariadb_are_read_where_the_server_is_not_mysqls() -> None:
    greeting = bytearray(recorded.MYSQL_GREETING[4:])
    reserved = greeting.index(b"\x15" + bytes(10)) + 1
    greeting[reserved + 6 : reserved + 10] = b"\x1d\0\0\0"
    assert handshake.read_handshake(bytes(greeting)).capabilities < Capability(1 << 32)


def test_a_greeting_from_before_plugins_is_read() -> None:
    greeting = handshake.read_handshake(recorded.OLD_GREETING[4:])
    assert greeting.server_version == b"5.1.49-1ubuntu8.1"
    assert greeting.plugin == b""
    assert len(greeting.scramble) == 20


@pytest.mark.parametrize("raw", [recorded.MARIADB_GREETING, recorded.MYSQL_GREETING, recorded.OLD_GREETING])
def test_a_greeting_is_written_as_it_was_read(raw: bytes) -> None:
    assert handshake.read_handshake(raw[4:]).payload() == raw[4:]


def test_a_response_says_who_the_client_is() -> None:
    response = handshake.read_response(recorded.MYSQL_RESPONSE[4:], ALL)
    assert response.user == b"01234567-89ab-cdef-0123-456789abcdef-open"
    assert response.answer == b"\0"
    assert response.plugin == b"caching_sha2_password"
    assert response.charset == 255
    assert response.max_packet == 1 << 24
    assert b"\x0f_client_version\x059.7.4" in response.attributes


def test_capabilities_of_mariadb_are_read_where_the_client_is_not_mysqls() -> None:
    response = handshake.read_response(recorded.MARIADB_RESPONSE[4:], ALL)
    assert Capability.MARIADB_EXTENDED_METADATA in response.capabilities
    payload = bytearray(recorded.MARIADB_RESPONSE[4:])
    payload[0] |= Capability.LONG_PASSWORD
    response = handshake.read_response(bytes(payload), ALL)
    assert Capability.MARIADB_EXTENDED_METADATA not in response.capabilities


def test_a_response_of_an_old_client_is_read() -> None:
    response = handshake.read_response(recorded.OLD_RESPONSE[4:], ALL)
    assert (response.user, response.database, response.plugin) == (b"root", b"gomysql_test", b"")
    assert len(response.answer) == 20


@pytest.mark.parametrize("raw", [recorded.MARIADB_RESPONSE, recorded.MYSQL_RESPONSE, recorded.OLD_RESPONSE])
def test_a_response_is_written_as_it_was_read(raw: bytes) -> None:
    assert handshake.read_response(raw[4:], ALL).payload() == raw[4:]


def test_a_capability_that_was_not_offered_does_not_shape_a_response() -> None:
    asked = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.CONNECT_WITH_DB
    written = bytearray(HandshakeResponse(asked, 0, 45, bytes(19), b"me", b"x" * 20, b"db", b"p").payload())
    more = asked | Capability.CONNECT_ATTRS | Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA
    written[:4] = more.to_bytes(4, "little")
    response = handshake.read_response(bytes(written), asked)
    assert response == HandshakeResponse(asked, 0, 45, bytes(19), b"me", b"x" * 20, b"db", b"p")


def test_a_client_may_leave_out_what_is_empty_at_the_end() -> None:
    asked = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.CONNECT_WITH_DB | Capability.PLUGIN_AUTH
    written = HandshakeResponse(asked, 0, 45, bytes(19), b"me").payload()
    assert handshake.read_response(written[:-2], ALL) == HandshakeResponse(asked, 0, 45, bytes(19), b"me")


def test_a_long_answer_needs_a_server_that_can_take_it() -> None:
    asked = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION
    long = HandshakeResponse(asked, 0, 45, bytes(19), b"me", bytes(256))
    with pytest.raises(PacketError):
        long.payload()
    flags = asked | Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA
    able = HandshakeResponse(flags, 0, 45, bytes(19), b"me", bytes(256))
    assert handshake.read_response(able.payload(), ALL) == able


def test_a_request_for_tls_is_told_from_a_response() -> None:
    request = HandshakeResponse(Capability.PROTOCOL_41 | Capability.SSL, 1 << 24, 45, bytes(19), b"me").ssl_request()
    assert handshake.is_ssl_request(request)
    assert len(request) == 32
    assert not handshake.is_ssl_request(recorded.MYSQL_RESPONSE[4:])
    assert not handshake.is_ssl_request(recorded.MYSQL_RESPONSE[4:36])


def test_an_auth_switch_request_is_read_and_written() -> None:
    plugin, data = handshake.read_plugin_and_data(recorded.MARIADB_SWITCH[4:])
    assert plugin == b"mysql_native_password"
    assert data == b"U:a['J#lzAq7^UnJgGll\0"
    assert handshake.auth_switch_request(plugin, data) == recorded.MARIADB_SWITCH[4:]


def test_a_change_of_user_is_read_and_written() -> None:
    flags = Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.CONNECT_ATTRS
    attributes = b"\x03_os\x05Linux"
    command = b"\x11me\0\x04abcddb\0\x2d\0mysql_native_password\0\x0a" + attributes
    read = handshake.read_change_user(command, flags)
    assert read == ChangeUserCommand(b"me", b"abcd", b"db", 45, b"mysql_native_password", attributes)
    assert read.payload(flags) == command


def test_a_change_of_user_may_end_after_the_database() -> None:
    command = b"\x11me\0\x04abcddb\0"
    read = handshake.read_change_user(command, Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH)
    assert read == ChangeUserCommand(b"me", b"abcd", b"db")
    assert read.payload(Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH) == command


@given(st.sampled_from([recorded.MARIADB_GREETING, recorded.MYSQL_GREETING, recorded.OLD_GREETING]), st.data())
def test_a_greeting_that_is_cut_short_is_refused(raw: bytes, data: st.DataObject) -> None:
    end = data.draw(st.integers(4, len(raw.rstrip(b"\0")) - 45))
    with pytest.raises(PacketError):
        handshake.read_handshake(raw[4:end])


@given(st.sampled_from([recorded.MARIADB_RESPONSE, recorded.MYSQL_RESPONSE, recorded.OLD_RESPONSE]), st.data())
def test_a_response_with_wrong_bytes_is_read_or_refused(raw: bytes, data: st.DataObject) -> None:
    payload = bytearray(raw[4:])
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(payload[: data.draw(st.integers(0, len(payload)))])
    with contextlib.suppress(PacketError):
        handshake.read_response(cut, ALL)
