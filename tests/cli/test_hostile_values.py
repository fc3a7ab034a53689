"""Values that nobody means well, as far as the API: what no request can carry, and what the edge refuses."""

from __future__ import annotations

import os

import pytest

from polyscale_cli.boundary import run
from tests.cli.elsewhere import Elsewhere
from tests.servers.edge import Edge

VALUES = {
    "empty": "",
    "blank": " ",
    "huge": "x" * 60_000,
    "not UTF-8": os.fsdecode(b"caf\xe9"),
    "a sequence that colours": "\x1b[31mred\x07",
    "one that turns text around": "a\u202eb",
    "a substitution": "$(touch planted)`touch planted`;touch planted",
    "a path": "../../../etc/passwd",
    "an address": "https://thief.example.com/",
    "a header": "x\r\nAuthorization: Bearer planted",
    "a command of GitHub's": "::set-output name=a::b",
}
COMMANDS = [
    ["auth", "keys", "revoke", "--yes", "--", "{}"],
    ["link", "--", "{}"],
    ["api", "GET", "--", "{}"],
    ["api", "POST", "/v1/caches", "--field", "{}"],
    ["api", "POST", "/v1/caches", "--field", "name={}"],
    ["api", "POST", "/v1/keys", "--field", "scopes={}"],
    ["cache", "show", "--cache", "{}"],
    ["cache", "update", "--cache", "{}", "--ttl", "1"],
]


@pytest.fixture(scope="module")
def there(edge: Edge, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    made = Elsewhere(edge, tmp_path_factory.mktemp("hostile") / "person")
    made.login("--insecure-storage")
    return made


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command).replace("{}", "X"))
def test_it_ends_with_one_clear_message(
    command: list[str], there: Elsewhere, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = there.credentials.parent
    before = {path.name: path.read_text() for path in directory.iterdir()}
    for name, value in there.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(there.home / "work")
    for name, value in VALUES.items():
        # In this process: a hundred of their own would take a quarter of a minute.
        code = run([part.format(value) for part in command])
        seen = capsys.readouterr()
        said = seen.out + seen.err
        assert code in {2, 3, 4}, (name, code, said[:500])
        assert seen.err.count("error:") == 1, (name, said[:500])
        assert "Traceback" not in said, name
        assert "Unexpected" not in said, (name, said[:500])
        assert not set("\x1b\x07\r\u202e") & set(said), name
        assert len(said) < 5_000, name
        assert there.edge.token not in said, name
    assert {path.name: path.read_text() for path in directory.iterdir()} == before
    assert list((there.home / "work").iterdir()) == []
