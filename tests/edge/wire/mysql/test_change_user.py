from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.authentication import Encrypted
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.change_user import ChangeUser
from polyscale_cli.edge.wire.mysql.handshake import ChangeUserCommand, LoginError, auth_switch_request, read_change_user
from polyscale_cli.edge.wire.mysql.login import Do
from tests.edge.wire.mysql.pump import CACHE_ID, pumping, setting_of
from tests.servers.mysql_like import APP, OPEN, MySqlLike
from tests.servers.process import PATIENCE

FLAGS = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.CONNECT_ATTRS
OLD_FLAGS = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION
IN_CLEAR = Encrypted(client=False, origin=False)
COMMAND = ChangeUserCommand(b"me", b"x" * 20, b"db", 45, b"mysql_native_password", b"\x03_os\x05Linux")
SWITCH = auth_switch_request(b"mysql_native_password", b"y" * 20 + b"\0")

MYSQLI = """
mysqli_report(MYSQLI_REPORT_OFF);
[, $port, $first, $password, $second, $other] = $argv;
$connection = mysqli_init();
$connection->real_connect('127.0.0.1', $first, $password, null, (int) $port);
foreach ([$other, 'wrong' . $other] as $try) {
    echo $connection->change_user($second, $try, 'mysql')
        ? $connection->query('SELECT CONCAT(CURRENT_USER(), \\' \\', DATABASE())')->fetch_row()[0]
        : preg_replace('/@.*/', '', $connection->error), "\\n";
}
"""


def changing(command: ChangeUserCommand = COMMAND, flags: Capability = FLAGS) -> ChangeUser:
    return ChangeUser(command.payload(flags), capabilities=flags, encrypted=IN_CLEAR)


@pytest.fixture(params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> MySqlLike:
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("prefix", ["", f"{CACHE_ID}-"], ids=["without id", "with id"])
async def test_a_driver_changes_its_user(server: MySqlLike, prefix: str) -> None:
    if shutil.which("php") is None:
        pytest.skip("no php here")

    def change(port: int) -> list[str]:
        arguments = [str(port), f"{CACHE_ID}-{OPEN.name}", OPEN.password, f"{prefix}{APP.name}", APP.password]
        return subprocess.run(
            ["php", "-r", MYSQLI, *arguments], capture_output=True, text=True, timeout=PATIENCE
        ).stdout.split("\n")

    server.run("FLUSH PRIVILEGES")
    async with pumping(setting_of(server, tls_to_origin=OriginTls.REQUIRE)) as pump:
        changed, denied, _ = await asyncio.to_thread(change, pump.port)
    assert changed == "app@% mysql"
    assert denied.startswith("Access denied for user 'app'")
    done, refused = pump.changes
    assert (done.user, done.database, done.cache_id) == (b"app", b"mysql", CACHE_ID if prefix else None)
    assert done.refusal is None
    assert refused.refusal is not None
    assert refused.refusal.code == 1045


def test_an_origin_is_asked_for_a_challenge_whatever_the_client_has_answered() -> None:
    step = changing().start()
    read = packets.read_packet(step.to_origin)
    assert read is not None
    assert read[0].first == 0
    sent = read_change_user(read[0].payload, FLAGS)
    assert (sent.answer, sent.user, sent.database, sent.charset) == (b"", b"me", b"db", 45)
    assert sent.plugin not in {b"", b"mysql_native_password"}
    assert sent.attributes == COMMAND.attributes


def test_question_and_answer_are_passed_on_until_the_origins_word() -> None:
    change = changing()
    change.start()
    assert change.origin_sent(packets.packet(SWITCH, 1)).to_client == packets.packet(SWITCH, 1)
    assert change.client_sent(packets.packet(b"z" * 20, 2)).to_origin == packets.packet(b"z" * 20, 2)
    last = change.origin_sent(packets.ok(3) + b"more")
    assert (last.to_client, last.do) == (packets.ok(3), Do.READY)
    assert change.status == Status.AUTOCOMMIT
    assert change.leftover_origin == b"more"


def test_an_id_in_front_of_the_user_is_taken_off() -> None:
    change = changing(ChangeUserCommand(f"{CACHE_ID}-me".encode(), b"", b"", 45))
    assert (change.cache_id, change.user) == (CACHE_ID, b"me")
    assert change.start().to_origin[4:].startswith(b"\x11me\0")


def test_an_old_clients_answer_is_passed_on_as_it_is() -> None:
    step = changing(flags=OLD_FLAGS).start()
    read = packets.read_packet(step.to_origin)
    assert read is not None
    assert read_change_user(read[0].payload, OLD_FLAGS).answer == COMMAND.answer


@pytest.mark.parametrize("user", [CACHE_ID, f"{CACHE_ID}-"])
def test_an_id_without_user_is_refused(user: str) -> None:
    with pytest.raises(LoginError, match="a cache id and no user"):
        changing(ChangeUserCommand(user.encode(), b"", b"", 45))


@given(st.binary(max_size=60), st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=4))
def test_whatever_comes_is_passed_on_or_refused(command: bytes, said: list[tuple[bool, bytes]]) -> None:
    with contextlib.suppress(LoginError):
        change = ChangeUser(b"\x11" + command, capabilities=FLAGS, encrypted=IN_CLEAR)
        change.start()
        for by_client, data in said:
            (change.client_sent if by_client else change.origin_sent)(data)
