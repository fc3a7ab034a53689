"""What a URL says about TLS, in each driver's words."""

from __future__ import annotations

import pytest

from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.tls import Tls, is_about_tls, is_loopback, origin_tls, tls_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://h/d", None),
        ("postgres://h/d?sslmode=no-verify", Tls.REQUIRE),
        ("postgres://h/d?sslmode=verify-ca", Tls.VERIFY_CA),
        ("postgres://h/d?ssl=disable", Tls.DISABLE),
        ("postgres://h/d?sslmode=nonsense", None),
        ("jdbc:postgresql://h/d?ssl=true", Tls.VERIFY_FULL),
        ("jdbc:postgresql://h/d?ssl=true&sslmode=require", Tls.REQUIRE),
        ("mysql://h/d?ssl-mode=REQUIRED", Tls.REQUIRE),
        ("mysql://h/d?ssl_mode=VERIFY_IDENTITY", Tls.VERIFY_FULL),
        ("mysql://h/d?sslaccept=strict", Tls.VERIFY_FULL),
        ("mysql://h/d?sslaccept=accept_invalid_certs", Tls.REQUIRE),
        ('mysql://h/d?ssl={"rejectUnauthorized":true}', Tls.VERIFY_FULL),
        ('mysql://h/d?ssl=%7B"rejectUnauthorized":%20false%7D', Tls.REQUIRE),
        ("mysql://h/d?ssl={}", Tls.VERIFY_FULL),
        ("mysql://h/d?tls=skip-verify", Tls.REQUIRE),
        ("mysql://h/d?tls=true", Tls.VERIFY_FULL),
        ("mysql://h/d?tls=preferred", Tls.PREFER),
        ("mariadb+mariadbconnector://h/d?ssl=true&ssl_verify_cert=true", Tls.VERIFY_FULL),
        ("jdbc:mysql://h/d?useSSL=true", Tls.REQUIRE),
        ("jdbc:mysql://h/d?useSSL=true&verifyServerCertificate=true", Tls.VERIFY_FULL),
        ("jdbc:mysql://h/d?sslMode=DISABLED", Tls.DISABLE),
        ("jdbc:mariadb://h/d?sslMode=trust", Tls.REQUIRE),
        ("sqlserver://h;encrypt=true", Tls.VERIFY_FULL),
        ("sqlserver://h;encrypt=true;trustServerCertificate=true", Tls.REQUIRE),
        ("sqlserver://h;encrypt=DANGER_PLAINTEXT", Tls.DISABLE),
        ("sqlserver://h;trustServerCertificate=true", None),
        ("mssql+pyodbc://u@h/d?Encrypt=yes&TrustServerCertificate=yes", Tls.REQUIRE),
        ("sqlserver://u@h?encrypt=strict", Tls.VERIFY_FULL),
    ],
)
def test_it_is_understood_whatever_the_driver(text: str, expected: Tls | None) -> None:
    assert tls_of(parse(text)) == expected


def test_the_edge_checks_what_the_url_checked() -> None:
    assert origin_tls(parse("postgres://h/d?sslmode=verify-ca")) == "verify-full"
    assert origin_tls(parse("mysql://h/d?ssl-mode=REQUIRED")) == "require"
    assert origin_tls(parse("sqlserver://h;database=d")) == "prefer"


@pytest.mark.parametrize(
    ("key", "expected"),
    [("sslmode", True), ("sslRootCert", True), ("trustServerCertificate", True), ("ssl_ca", True), ("schema", False)],
)
def test_what_is_about_tls_is_known_in_any_case(key: str, expected: bool) -> None:
    assert is_about_tls(key) is expected


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.0.0.9", True), ("::1", True), ("10.0.0.1", False), ("db", False)]
)
def test_this_machine_is_known_by_its_names(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
