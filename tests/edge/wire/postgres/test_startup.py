"""The first packets, and which cache they mean."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.startup import (
    LONGEST_PACKET,
    CancelRequest,
    EncryptionRequest,
    StartupError,
    StartupMessage,
    cancel_request,
    identify,
    read_packet,
    startup_message,
)

ID = "0b1e7e2a-4d4b-4a59-9a52-0f3b6d1c2e3f"
PARAMETERS = {"user": "app", "database": "shop", "application_name": ID}
SSL = struct.pack("!II", 8, 80877103)
GSS = struct.pack("!II", 8, 80877104)


def test_every_packet() -> None:
    assert read_packet(SSL) == (EncryptionRequest(gss=False), b"")
    assert read_packet(GSS) == (EncryptionRequest(gss=True), b"")
    assert read_packet(cancel_request(b"12345678")) == (CancelRequest(b"12345678"), b"")
    assert read_packet(cancel_request(b"x" * 36)) == (CancelRequest(b"x" * 36), b"")
    packet = startup_message(196608, PARAMETERS)
    assert read_packet(packet + b"more") == (StartupMessage(196608, PARAMETERS), b"more")


@pytest.mark.parametrize("packet", [SSL, GSS, cancel_request(b"12345678"), startup_message(196608, PARAMETERS)])
def test_a_packet_cut_anywhere_is_waited_for(packet: bytes) -> None:
    for at in range(len(packet)):
        assert read_packet(packet[:at]) is None


def test_later_minor_versions_are_passed_on() -> None:
    read = read_packet(startup_message(196610, {"user": "app", "_pq_.extension": "1"}))
    assert read is not None
    assert read[0] == StartupMessage(196610, {"user": "app", "_pq_.extension": "1"})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"GET / HTTP/1.1\r\n", "HTTP"),
        (b"POST /v1/caches HTTP/1.1\r\n", "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01", "TLS"),
        (b"SSH-2.0-OpenSSH", "something else"),
        (b"\0\0\0\x07", "something else"),
        (b"\0\0\0\0", "something else"),
        (b"\xff\xff\xff\xff", "something else"),
        (struct.pack("!I", LONGEST_PACKET + 1), "something else"),
        (struct.pack("!II", 8, 2 << 16), "unsupported frontend protocol 2.0"),
        (struct.pack("!II", 8, 4 << 16), "unsupported frontend protocol 4.0"),
        (struct.pack("!II", 8, 196608), "expected terminator"),
        (struct.pack("!II", 9, 196608) + b"x", "expected terminator"),
        (struct.pack("!II", 14, 196608) + b"user\0\0", "no value"),
    ],
)
def test_what_is_no_packet_says_what_it_looks_like(data: bytes, says: str) -> None:
    with pytest.raises(StartupError, match=says):
        read_packet(data)


@given(st.binary(max_size=100))
@example(b"\0\0\0\x08\x04\xd2\x16\x2f")
def test_noise_raises_nothing_else(data: bytes) -> None:
    try:
        read = read_packet(data)
    except StartupError:
        return
    if read is not None:
        assert data.endswith(read[1])
        if isinstance(read[0], StartupMessage):
            identify(read[0].parameters)


TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=20)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6), st.integers(0, 9))
def test_a_startup_message_is_read_as_it_was_written(parameters: dict[str, str], minor: int) -> None:
    packet = startup_message(196608 + minor, parameters)
    assert read_packet(packet) == (StartupMessage(196608 + minor, parameters), b"")


@given(st.binary(min_size=1, max_size=20).filter(lambda value: b"\0" not in value))
def test_bytes_that_are_no_utf_8_survive(value: bytes) -> None:
    packet = startup_message(196608, {"user": value.decode("utf-8", "surrogateescape")})
    assert value in packet
    read = read_packet(packet)
    assert read is not None
    assert isinstance(read[0], StartupMessage)
    assert startup_message(196608, read[0].parameters) == packet


@pytest.mark.parametrize(
    ("given_", "rest"),
    [
        ({"application_name": ID}, {}),
        ({"application_name": ID.upper()}, {}),
        ({"options": f"-c application_name={ID}"}, {}),
        ({"options": f"-capplication_name={ID}"}, {}),
        ({"options": f"--application_name={ID}"}, {}),
        ({"options": f"--application-name={ID} -c search_path=two"}, {"options": "-c search_path=two"}),
        ({"options": f"-c search_path=two -c application_name={ID}"}, {"options": "-c search_path=two"}),
        ({"options": f"-c a=1 -c application_name={ID} -c b=2"}, {"options": "-c a=1  -c b=2"}),
        ({"application_name": "psql", "options": f"-c application_name={ID}"}, {"application_name": "psql"}),
        ({"user": f"{ID}-app"}, {}),
        ({"user": f"{ID.upper()}-app"}, {}),
        ({"user": f"{ID}-app", "application_name": "psql"}, {"application_name": "psql"}),
        ({"application_name": ID, "channel_binding": "disable"}, {}),
    ],
)
def test_every_way_of_naming_a_cache(given_: dict[str, str], rest: dict[str, str]) -> None:
    found = identify({"user": "app", "database": "shop", **given_})
    assert found.cache_id == ID
    assert found.parameters == {"user": "app", "database": "shop", **rest}
    assert found.prefixed is ("user" in given_)


@pytest.mark.parametrize(
    "given_",
    [
        {},
        {"application_name": "psql"},
        {"application_name": ID[:-1]},
        {"application_name": ID + "0"},
        {"application_name": f" {ID}"},
        {"user": ID},
        {"user": f"{ID}-"},
        {"user": f"{ID}_app"},
        {"options": f"-c application_name={ID}x"},
        {"options": f"-c my_application_name={ID}"},
        {"options": f"-c other={ID}"},
    ],
)
def test_what_names_no_cache_is_left_as_it_is(given_: dict[str, str]) -> None:
    parameters = {"user": "app", "database": "shop", **given_}
    found = identify(parameters)
    assert found.cache_id is None
    assert found.parameters == parameters


def test_a_user_with_dashes_after_the_id_keeps_them() -> None:
    assert identify({"user": f"{ID}-my-app-user"}).parameters == {"user": "my-app-user"}


def test_channel_binding_never_reaches_the_server() -> None:
    assert identify({"user": "app", "channel_binding": "prefer"}).parameters == {"user": "app"}
