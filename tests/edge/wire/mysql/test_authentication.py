from __future__ import annotations

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pymysql._auth import scramble_caching_sha2, sha2_rsa_encrypt

from polyscale_cli.edge.wire.mysql.authentication import Authentication, Encrypted, Relayed, objection
from polyscale_cli.edge.wire.mysql.handshake import LoginError, auth_switch_request
from polyscale_cli.edge.wire.mysql.packets import Ok, ok_payload

SCRAMBLE = bytes(range(1, 21))
PASSWORD = b"se cret"
OK = ok_payload(Ok())
DENIED = b"\xff\x15\x04#28000Access denied"
FULL = b"\x01\x04"
FAST = b"\x01\x03"
BOTH = [Encrypted(client, origin) for client in (False, True) for origin in (False, True)]


class Server:
    """What MySQL does with sha256_password and caching_sha2_password, on a connection with TLS or without."""

    def __init__(self, plugin: bytes, *, tls: bool, knows: bool = False) -> None:
        self._plugin = plugin
        self._tls = tls
        self._knows = knows
        self._full = plugin == b"sha256_password"
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def asks(self) -> bytes:
        return auth_switch_request(self._plugin, SCRAMBLE + b"\0")

    def hears(self, payload: bytes) -> list[bytes]:
        if not self._full:
            digest = sha256(sha256(sha256(PASSWORD).digest()).digest() + SCRAMBLE).digest()
            mine = bytes(a ^ b for a, b in zip(sha256(PASSWORD).digest(), digest, strict=True))
            self._full = not self._knows
            return [FULL] if self._full else [FAST, OK] if payload == mine else [DENIED]
        if not self._tls and payload == (b"\x01" if self._plugin == b"sha256_password" else b"\x02"):
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            return [b"\x01" + self._key.public_key().public_bytes(serialization.Encoding.PEM, form)]
        return [OK] if self._plain(payload) == PASSWORD + b"\0" else [DENIED]

    def _plain(self, payload: bytes) -> bytes:
        if self._tls:
            return payload
        sha1 = hashes.SHA1()
        mixed = self._key.decrypt(payload, padding.OAEP(mgf=padding.MGF1(algorithm=sha1), algorithm=sha1, label=None))
        return bytes(a ^ b for a, b in zip(mixed, SCRAMBLE, strict=False))


class Client:
    """What PyMySQL does."""

    def __init__(self, password: bytes, *, tls: bool) -> None:
        self._password = password
        self._tls = tls
        self._plugin = b""
        self.told: list[bytes] = []

    def hears(self, payload: bytes) -> bytes | None:
        self.told.append(payload)
        if payload[:1] == b"\xfe":
            self._plugin = payload[1:].split(b"\0")[0]
            if self._plugin == b"caching_sha2_password":
                return bytes(scramble_caching_sha2(self._password, SCRAMBLE))
            return self._password + b"\0" if self._tls else b"\x01"
        if payload == FULL:
            return self._password + b"\0" if self._tls else b"\x02"
        if payload[:2] == b"\x01-":
            return bytes(sha2_rsa_encrypt(self._password, SCRAMBLE, payload[1:]))
        return None


def log_in(server: Server, client: Client, encrypted: Encrypted) -> Authentication:
    authentication = Authentication(encrypted)
    assert authentication.client_sent(b"") == Relayed(to_origin=b"")
    say = [("client", authentication.origin_sent(server.asks()).to_client)]
    while say:
        side, payload = say.pop(0)
        if payload is None:
            continue
        answers = server.hears(payload) if side == "origin" else [client.hears(payload)]
        for answer in answers:
            if answer is None:
                continue
            take = authentication.origin_sent if side == "origin" else authentication.client_sent
            relayed = take(answer)
            say += [("client", relayed.to_client), ("origin", relayed.to_origin)]
    return authentication


@pytest.mark.parametrize("encrypted", BOTH, ids=str)
@pytest.mark.parametrize("plugin", [b"caching_sha2_password", b"sha256_password"], ids=bytes.decode)
def test_a_password_reaches_an_origin_whichever_leg_has_tls(plugin: bytes, encrypted: Encrypted) -> None:
    server, client = Server(plugin, tls=encrypted.origin), Client(PASSWORD, tls=encrypted.client)
    authentication = log_in(server, client, encrypted)
    assert authentication.ok == OK
    assert client.told[-1] == OK


@pytest.mark.parametrize("encrypted", BOTH, ids=str)
@pytest.mark.parametrize("plugin", [b"caching_sha2_password", b"sha256_password"], ids=bytes.decode)
def test_a_wrong_password_is_refused_by_the_origin_itself(plugin: bytes, encrypted: Encrypted) -> None:
    server, client = Server(plugin, tls=encrypted.origin), Client(b"guess", tls=encrypted.client)
    authentication = log_in(server, client, encrypted)
    assert authentication.ok is None
    assert authentication.err == DENIED
    assert client.told[-1] == DENIED


@pytest.mark.parametrize("encrypted", BOTH, ids=str)
def test_an_origin_that_knows_the_user_needs_no_password(encrypted: Encrypted) -> None:
    server = Server(b"caching_sha2_password", tls=encrypted.origin, knows=True)
    client = Client(PASSWORD, tls=encrypted.client)
    assert log_in(server, client, encrypted).ok == OK
    assert client.told[1:] == [FAST, OK]


@pytest.mark.parametrize("encrypted", BOTH, ids=str)
@pytest.mark.parametrize("empty", [b"", b"\0"])
def test_an_empty_password_is_passed_on_as_it_is(encrypted: Encrypted, empty: bytes) -> None:
    authentication = Authentication(encrypted)
    authentication.origin_sent(auth_switch_request(b"sha256_password", SCRAMBLE + b"\0"))
    assert authentication.client_sent(empty) == Relayed(to_origin=empty)


def test_whose_turn_it_is_follows_from_what_the_origin_says() -> None:
    authentication = Authentication(Encrypted(client=True, origin=True))
    turns = []
    for said in (auth_switch_request(b"caching_sha2_password", SCRAMBLE + b"\0"), FULL, FAST):
        authentication.origin_sent(said)
        turns.append(authentication.clients_turn)
        authentication.client_sent(bytes(32))
        turns.append(authentication.clients_turn)
    assert turns == [True, False, True, False, False, False]


@pytest.mark.parametrize("plugin", [b"client_ed25519", b"parsec", b"auth_gssapi_client", b"dialog", b"of the future"])
def test_what_is_challenge_and_response_is_passed_on_as_it_is(plugin: bytes) -> None:
    authentication = Authentication(Encrypted(client=False, origin=True))
    switch = auth_switch_request(plugin, b"challenge")
    assert authentication.origin_sent(switch) == Relayed(to_client=switch)
    for said in (b"", b"\x03more", b"\x01"):
        assert authentication.client_sent(said) == Relayed(to_origin=said)
        assert authentication.origin_sent(b"\x05" + said) == Relayed(to_client=b"\x05" + said)
        assert authentication.clients_turn


def test_a_second_factor_is_asked_for_where_that_was_negotiated() -> None:
    authentication = Authentication(Encrypted(client=False, origin=True), multi_factor=True)
    authentication.origin_sent(b"\x02sha256_password\0" + SCRAMBLE + b"\0")
    told = authentication.client_sent(b"\x01").to_client
    assert told is not None
    assert told.startswith(b"\x01-----BEGIN PUBLIC KEY-----")


@pytest.mark.parametrize("switch", [b"\xfe", auth_switch_request(b"mysql_old_password", b"12345678\0")])
def test_passwords_from_before_4_1_are_refused_with_a_way_out(switch: bytes) -> None:
    authentication = Authentication(Encrypted(client=True, origin=True))
    with pytest.raises(LoginError, match=r"mysql_old_password.*give the user a password of another plugin") as caught:
        authentication.origin_sent(switch)
    assert (caught.value.code, caught.value.sqlstate) == (1251, "08004")


def test_a_password_in_clear_needs_tls_all_the_way() -> None:
    plugin = b"mysql_clear_password"
    assert objection(plugin, Encrypted(client=True, origin=True)) is None
    in_the_open = objection(plugin, Encrypted(client=False, origin=True))
    assert "mysql_clear_password" in str(in_the_open)
    assert "connect with TLS" in str(in_the_open)
    unseen = objection(plugin, Encrypted(client=True, origin=False))
    assert "turn TLS on at the origin" in str(unseen)


def test_a_dialog_is_never_less_safe_behind_the_edge_than_before_it() -> None:
    for encrypted in BOTH:
        refused = objection(b"dialog", encrypted) is not None
        assert refused == (encrypted.client and not encrypted.origin)


def test_a_client_that_has_an_origins_key_cannot_use_it_towards_the_edge() -> None:
    authentication = Authentication(Encrypted(client=False, origin=True))
    authentication.origin_sent(auth_switch_request(b"caching_sha2_password", SCRAMBLE + b"\0"))
    authentication.client_sent(bytes(32))
    authentication.origin_sent(FULL)
    with pytest.raises(LoginError, match="connect with TLS"):
        authentication.client_sent(bytes(256))


def test_an_origin_without_rsa_keys_is_refused_and_no_password_given() -> None:
    authentication = Authentication(Encrypted(client=True, origin=False))
    authentication.origin_sent(auth_switch_request(b"sha256_password", SCRAMBLE + b"\0"))
    assert authentication.client_sent(PASSWORD + b"\0") == Relayed(to_origin=b"\x01")
    with pytest.raises(LoginError, match="RSA key"):
        authentication.origin_sent(b"\x01no key")
