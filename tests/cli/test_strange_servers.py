"""Something answers where the API should be, and it is not the API."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from polyscale_cli.boundary import run
from polyscale_cli.client import retry

TOKEN = "psc_planted0123456789"
HTML = b"<!doctype html><title>Sign in to the guest network</title>" + b"\x1b[31m" * 10
HALF = b'[{"id": "0ab23c45-6789-4de1-a34f-abc5d67e8f90", "na'
FAULT = b'{"statusCode": 500, "code": "INTERNAL", "error": "Internal Server Error", "message": "It broke. \\u001b[31m"}'


def whole(status: str, body: bytes, *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in (*headers, f"content-length: {len(body)}", "connection: close"))
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


# What is answered; the exit code and the error's code that follow.
ANSWERS = {
    "a login page": (whole("200 OK", HTML), 6, "BAD_ANSWER"),
    "a page of a proxy": (whole("502 Bad Gateway", HTML), 6, "BAD_ANSWER"),
    "half a JSON": (whole("200 OK", HALF), 6, "BAD_ANSWER"),
    "less than was promised": (whole("200 OK", HALF).replace(b"length: 5", b"length: 9"), 6, "API_UNREACHABLE"),
    "a fault": (whole("500 Internal Server Error", FAULT), 1, "INTERNAL"),
    "a fault without words": (whole("500 Internal Server Error", b""), 1, "HTTP_500"),
    "a way elsewhere": (whole("302 Found", b"", "location: {elsewhere}"), 6, "REDIRECTED"),
    "a way out of TLS": (whole("301 Moved", b"", "location: http://edge.example.com/"), 6, "REDIRECTED"),
    "nothing": (b"", 6, "API_UNREACHABLE"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", 6, "API_UNREACHABLE"),
    "JSON of another kind": (whole("200 OK", b'{"hello": "world"}'), 1, "BAD_ANSWER"),
    "a number": (whole("200 OK", b"1e999"), 1, "BAD_ANSWER"),
}
COMMANDS = {
    "list": ["cache", "list"],
    "purge": ["purge", "shop"],
    "status": ["auth", "status"],
    "login": ["auth", "login", "--token-file", "token", "--insecure-storage"],
    "keys": ["auth", "keys", "list"],
    "connstr": ["connstr", "shop", "--user", "app", "--no-password"],
}


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], tuple[str, list[bytes]]]]:
    """Start a server that answers each connection with the same bytes; its URL, and what it was asked."""
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def start(answer: bytes) -> tuple[str, list[bytes]]:
        listening = socket.create_server(("127.0.0.1", 0))
        asked: list[bytes] = []

        def loop() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(65536))
                    connection.sendall(answer)

        thread = threading.Thread(target=loop)
        thread.start()
        opened.append((listening, thread))
        return f"http://127.0.0.1:{listening.getsockname()[1]}", asked

    yield start
    for listening, thread in opened:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.mark.parametrize("answer", ANSWERS)
def test_it_is_one_clear_message_and_nothing_is_left_behind(
    answer: str,
    serve: Callable[[bytes], tuple[str, list[bytes]]],
    tmp_path: Path,
    isolated: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content, exit_code, code = ANSWERS[answer]
    elsewhere, asked_elsewhere = serve(whole("200 OK", b"[]"))
    url, asked = serve(content.replace(b"{elsewhere}", elsewhere.encode()))
    (tmp_path / "token").write_text(TOKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLYSCALE_API_URL", url)
    monkeypatch.setenv("POLYSCALE_TOKEN", TOKEN)
    # Seventy commands, most of which try four times.
    monkeypatch.setattr(retry, "FIRST_WAIT_SECONDS", 0.001)
    for name, command in COMMANDS.items():
        ended = run([*command, "--json"])
        seen = capsys.readouterr()
        found = json.loads(seen.out)
        assert (ended, found["errors"][0]["code"]) == (exit_code, code), (name, found)
        said = seen.out + seen.err
        assert TOKEN not in said, name
        assert not set("\x1b\x07") & set(said), name
        assert found["errors"][0]["fix"] or code == "HTTP_500", name
    assert asked
    assert not asked_elsewhere, "the token went along"
    assert not (isolated / "config").exists(), "a login was kept"
    assert [path.name for path in tmp_path.iterdir()] == ["token"]
