from __future__ import annotations

from itertools import cycle

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pymysql._auth import sha2_rsa_encrypt

from polyscale_cli.edge.wire.mysql import passwords
from polyscale_cli.edge.wire.mysql.handshake import LoginError

SCRAMBLE = b"\x41\x1a\x7e\x05abcdefgh12345678"
PASSWORD = b"apple pie\0"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_a_driver_encrypts_with_the_edges_key_what_the_edge_can_read() -> None:
    sent = sha2_rsa_encrypt(PASSWORD.removesuffix(b"\0"), SCRAMBLE, passwords.own_public_key())
    assert passwords.decrypted(sent, SCRAMBLE) == PASSWORD


def test_an_origin_reads_what_the_edge_has_encrypted_with_its_key() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    sent = passwords.encrypted(PASSWORD, SCRAMBLE, pem(key))
    sha1 = hashes.SHA1()
    plain = key.decrypt(sent, padding.OAEP(mgf=padding.MGF1(algorithm=sha1), algorithm=sha1, label=None))
    assert bytes(a ^ b for a, b in zip(plain, cycle(SCRAMBLE), strict=False)) == PASSWORD


def test_a_password_longer_than_the_scramble_survives() -> None:
    long = b"p" * 100 + b"\0"
    assert passwords.decrypted(passwords.encrypted(long, SCRAMBLE, passwords.own_public_key()), SCRAMBLE) == long


def test_the_edge_has_one_key() -> None:
    assert passwords.own_public_key() == passwords.own_public_key()
    assert passwords.own_public_key().startswith(b"-----BEGIN PUBLIC KEY-----\n")


def test_a_password_under_another_key_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(LoginError, match="not encrypted the password with the edge's key"):
        passwords.decrypted(passwords.encrypted(PASSWORD, SCRAMBLE, pem(other)), SCRAMBLE)
    with pytest.raises(LoginError, match="not encrypted the password with the edge's key"):
        passwords.decrypted(b"short", SCRAMBLE)


@pytest.mark.parametrize("answer", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_an_answer_that_is_no_key_is_refused(answer: bytes) -> None:
    with pytest.raises(LoginError, match="RSA key"):
        passwords.encrypted(PASSWORD, SCRAMBLE, answer)


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(LoginError, match="RSA key"):
        passwords.encrypted(PASSWORD, SCRAMBLE, pem(ec.generate_private_key(ec.SECP256R1())))


def test_a_password_too_long_for_the_key_is_refused() -> None:
    with pytest.raises(LoginError, match="too long"):
        passwords.encrypted(b"p" * 300, SCRAMBLE, passwords.own_public_key())
