"""``polyscale edge …``: the process that listens, caches and serves the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyscale_cli.commands import edge_options as option
from polyscale_cli.context import AppContext
from polyscale_cli.errors import ConflictError, NotFoundError
from polyscale_cli.options import context_of
from polyscale_cli.output import Fields, Line, Lines, Problem, Result
from polyscale_cli.output.result import Json
from polyscale_cli.output.text import clean
from polyscale_cli.settings import paths
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.local_edge import bracketed, reachable
from polyscale_cli.settings.size import parse_size

if TYPE_CHECKING:
    from polyscale_cli.edge.process import EdgeSettings, EdgeStatus

READY = "ok"
LONGEST_SECONDS = 10.0

ReadyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--ready-file",
        metavar="FILE",
        parser=option.given_path,
        help="Written when connections are accepted, removed at the end.",
    ),
]


def run(
    ctx: typer.Context,
    *,
    state_dir: option.StateDirOption = None,
    host: option.HostOption = None,
    http_port: option.HttpPortOption = None,
    postgres_port: option.PostgresPortOption = None,
    mysql_port: option.MysqlPortOption = None,
    mariadb_port: option.MariadbPortOption = None,
    memory: option.MemoryOption = None,
    entry_limit: option.EntryLimitOption = None,
    drain_seconds: option.DrainOption = None,
    tls_cert: option.TlsCertOption = None,
    tls_key: option.TlsKeyOption = None,
    ready_file: ReadyFileOption = None,
    log_level: option.LogLevelOption = None,
    sql_connections: option.SqlConnectionsOption = None,
    sql_idle_seconds: option.SqlIdleOption = None,
    sql_queue: option.SqlQueueOption = None,
    sql_queue_seconds: option.SqlQueueSecondsOption = None,
    sql_timeout: option.SqlTimeoutOption = None,
    sql_requests_per_minute: option.SqlRequestsOption = None,
    sql_origins: option.SqlOriginsOption = None,
) -> int:
    """Run the edge in the foreground, until it is told to stop.

    Prints one line when it is ready, and logs to stderr. SIGTERM or Ctrl-C ends it: statements in flight finish first.

    \b
    Examples:
      polyscale edge run
      polyscale edge run --postgres-port 5433 --memory 1GiB
    """
    app = context_of(ctx)
    settings = _settings(
        app,
        state_dir=state_dir,
        host=host,
        http_port=http_port,
        postgres_port=postgres_port,
        mysql_port=mysql_port,
        mariadb_port=mariadb_port,
        memory_bytes=_size(memory, "--memory"),
        entry_limit_bytes=_size(entry_limit, "--entry-limit"),
        drain_seconds=drain_seconds,
        tls_cert=tls_cert,
        tls_key=tls_key,
        ready_file=ready_file,
        log_level=log_level,
        sql_connections=sql_connections,
        sql_idle_seconds=sql_idle_seconds,
        sql_queue=sql_queue,
        sql_queue_seconds=sql_queue_seconds,
        sql_seconds=sql_timeout,
        sql_requests_per_minute=sql_requests_per_minute,
        sql_origins=sql_origins,
    )
    from polyscale_cli.edge import process

    if not app.form.is_json:
        return process.run(settings)

    def announce(_: object) -> None:
        # The answer of this command is due when the edge is ready, not when it ends.
        from polyscale_cli.output.render import show

        show(
            _answer(process.status(settings.state_dir), READY), command=app.command, form=app.form, console=app.console
        )

    return process.run_edge(settings, announce, log_to_stderr=True)


def start(
    ctx: typer.Context,
    *,
    state_dir: option.StateDirOption = None,
    host: option.HostOption = None,
    http_port: option.HttpPortOption = None,
    postgres_port: option.PostgresPortOption = None,
    mysql_port: option.MysqlPortOption = None,
    mariadb_port: option.MariadbPortOption = None,
    memory: option.MemoryOption = None,
    entry_limit: option.EntryLimitOption = None,
    drain_seconds: option.DrainOption = None,
    tls_cert: option.TlsCertOption = None,
    tls_key: option.TlsKeyOption = None,
    ready_file: ReadyFileOption = None,
    log_level: option.LogLevelOption = None,
    sql_connections: option.SqlConnectionsOption = None,
    sql_idle_seconds: option.SqlIdleOption = None,
    sql_queue: option.SqlQueueOption = None,
    sql_queue_seconds: option.SqlQueueSecondsOption = None,
    sql_timeout: option.SqlTimeoutOption = None,
    sql_requests_per_minute: option.SqlRequestsOption = None,
    sql_origins: option.SqlOriginsOption = None,
) -> Result:
    """Start the edge in the background.

    Returns when it accepts connections. It keeps running when the terminal closes.

    \b
    Examples:
      polyscale edge start
      polyscale edge start --http-port 0 --postgres-port 0 -o json
    """
    app = context_of(ctx)
    settings = _settings(
        app,
        state_dir=state_dir,
        host=host,
        http_port=http_port,
        postgres_port=postgres_port,
        mysql_port=mysql_port,
        mariadb_port=mariadb_port,
        memory_bytes=_size(memory, "--memory"),
        entry_limit_bytes=_size(entry_limit, "--entry-limit"),
        drain_seconds=drain_seconds,
        tls_cert=tls_cert,
        tls_key=tls_key,
        ready_file=ready_file,
        log_level=log_level,
        sql_connections=sql_connections,
        sql_idle_seconds=sql_idle_seconds,
        sql_queue=sql_queue,
        sql_queue_seconds=sql_queue_seconds,
        sql_seconds=sql_timeout,
        sql_requests_per_minute=sql_requests_per_minute,
        sql_origins=sql_origins,
    )
    with app.progress("Starting the edge"):
        found = _start(settings)
    return _answer(found, READY)


def stop(ctx: typer.Context, state_dir: option.StateDirOption = None) -> Result:
    """Stop the edge, letting statements in flight finish.

    It is no error when none runs.

    \b
    Examples:
      polyscale edge stop
    """
    app = context_of(ctx)
    from polyscale_cli.edge import process

    directory = _state_dir(app, state_dir)
    was_running = process.status(directory).running
    with app.progress("Stopping the edge"):
        found = process.stop(directory)
    note = "The edge has stopped." if was_running else "No edge was running."
    return Result(data={"stopped": was_running, "state_dir": str(found.state_dir)}, notes=(note,))


def status(ctx: typer.Context, state_dir: option.StateDirOption = None) -> Result:
    """Show whether the edge runs and answers, and where it listens.

    Exits with 6 when it does not run, or does not answer.

    \b
    Examples:
      polyscale edge status
      polyscale edge status -o json | jq -r .data.http_url
    """
    app = context_of(ctx)
    from polyscale_cli.edge import process

    found = process.status(_state_dir(app, state_dir))
    if not found.running:
        return _not_running(found, is_usual=found.state_dir == paths.state_dir(app.environ))
    if not found.ready:
        return _answer(found, None)
    seconds = min(app.settings.seconds(Key.TIMEOUT), LONGEST_SECONDS)
    said = process.health(found, seconds)
    return _answer(found, said) if said is not None else _silent(found, seconds)


def logs(
    ctx: typer.Context,
    state_dir: option.StateDirOption = None,
    lines: Annotated[int, typer.Option("-n", "--lines", metavar="N", min=1, help="How many lines.")] = 100,
) -> Result:
    """Show the last lines of the edge's log.

    \b
    Examples:
      polyscale edge logs
      polyscale edge logs -n 20
    """
    app = context_of(ctx)
    from polyscale_cli.edge import process

    found = [clean(line) for line in process.logs(_state_dir(app, state_dir), lines)]
    return Result(data=found, view=Lines(tuple(found)))


def token(ctx: typer.Context, state_dir: option.StateDirOption = None) -> Result:
    """Print the token of the local edge's API.

    It may do everything; keep it as you keep a password.

    \b
    Examples:
      polyscale edge token
      export POLYSCALE_TOKEN="$(polyscale edge token)"
    """
    from polyscale_cli.settings.local_edge import TOKEN_FILE, read_local_token

    app = context_of(ctx)
    directory = _state_dir(app, state_dir)
    secret = read_local_token(directory)
    if secret is None:
        raise NotFoundError(
            f"There is no token in {directory}.",
            why=f"The edge writes {TOKEN_FILE} there when it starts for the first time.",
            fix="Start the edge: polyscale edge start",
            code="NO_TOKEN",
        )
    app.console.redact.learn([secret])
    return Result(data={"token": secret}, view=Line(secret))


def start_for(app: AppContext) -> None:
    """Start the local edge because another command needs it, as the environment has it configured.

    Of two commands that do so at once, one starts it and both wait. Raises PolyscaleError when it cannot start.
    """
    from polyscale_cli.edge import process

    settings = _settings(app, **option.from_environment(app.environ))
    try:
        _start(settings)
    except ConflictError as error:
        if error.code != "EDGE_RUNNING":
            raise
        process.wait_until_ready(settings.state_dir)


def _start(settings: EdgeSettings) -> EdgeStatus:
    from polyscale_cli.edge import process

    return process.start(settings)


def _settings(app: AppContext, **values: Any) -> EdgeSettings:
    """What options and variables say; of ports that nobody chooses now, those that were chosen the last time."""
    from polyscale_cli.edge.process import EdgeSettings
    from polyscale_cli.settings.chosen_ports import NAMES, read_chosen_ports
    from polyscale_cli.settings.local_ports import refusal

    given = {name: value for name, value in values.items() if value is not None}
    given["state_dir"] = _state_dir(app, values.get("state_dir"))
    for name, chosen in read_chosen_ports(given["state_dir"]).items():
        if name not in given:
            others = [given.get(other) for other in NAMES]
            taken = chosen.port in others or refusal(given.get("host", "127.0.0.1"), chosen.port) is not None
            given[name] = 0 if chosen.any_free and taken else chosen.port
    return EdgeSettings(**given, chosen_ports=tuple(name for name in NAMES if name in given))


def _state_dir(app: AppContext, given: Path | None) -> Path:
    return given.expanduser().absolute() if given is not None else paths.state_dir(app.environ)


def _size(given: str | None, where: str) -> int | None:
    return None if given is None else parse_size(given, where)


def _data(found: EdgeStatus, status: str | None) -> dict[str, Json]:
    return {
        "running": found.running,
        "status": status,
        "pid": found.pid,
        "version": found.version,
        "started_at": found.started_at,
        "http_url": found.http_url,
        "listeners": [
            {"protocol": one.protocol, "host": one.host, "port": one.port, "cache_id": one.cache_id}
            for one in found.listeners
        ],
        "state_dir": str(found.state_dir),
        "log_file": str(found.log_file),
    }


def _not_running(found: EdgeStatus, *, is_usual: bool) -> Result:
    """``is_usual`` says whether `edge start` goes there without being told; else it would start another edge."""
    import shlex

    elsewhere = "" if is_usual else f" --state-dir {shlex.quote(str(found.state_dir))}"
    fix = f"Start it: polyscale edge start{elsewhere}"
    problem = Problem("EDGE_NOT_RUNNING", "The edge is not running.", fix=fix)
    return Result(data=_data(found, None), exit_code=6, errors=(problem,))


def _silent(found: EdgeStatus, seconds: float) -> Result:
    problem = Problem(
        "EDGE_NOT_ANSWERING",
        f"The edge (pid {found.pid}) runs and does not answer.",
        why=f"{found.http_url} said nothing within {seconds:g} s.",
        fix=f"Look into its log: polyscale edge logs. If it stays so, end it with kill -9 {found.pid}, by which no"
        " state is lost, and start it again.",
    )
    return Result(data=_data(found, None), exit_code=6, errors=(problem,))


def _answer(found: EdgeStatus, status: str | None) -> Result:
    said = "" if status in {READY, None} else f", {status}"
    pairs = [("edge", f"running, pid {found.pid}{said}"), ("api", found.http_url or "starting")]
    for one in found.listeners:
        label = one.protocol if one.cache_id is None else f"{one.protocol} of {one.cache_id}"
        pairs.append((label, f"{bracketed(reachable(one.host))}:{one.port}"))
    pairs += [("since", found.started_at or ""), ("state", str(found.state_dir)), ("log", str(found.log_file))]
    return Result(data=_data(found, status), view=Fields(tuple(pairs)), ids=())
