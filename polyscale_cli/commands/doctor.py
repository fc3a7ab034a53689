"""``polyscale doctor``: look for what goes wrong in practice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from polyscale_cli.commands import edge_options, origin
from polyscale_cli.context import AppContext
from polyscale_cli.doctor.finding import Finding, Level, fail, failed_by, ok
from polyscale_cli.errors import PolyscaleError
from polyscale_cli.options import context_of
from polyscale_cli.output import Problem, Result, Table

if TYPE_CHECKING:
    from polyscale_cli.client.target import Target
    from polyscale_cli.doctor.cache_url import Survey
    from polyscale_cli.settings.known_caches import KnownCache

CHECK_FAILED = 7
# Where an edge listens unless told otherwise; the last two only where they are free.
_HOST, _HTTP_PORT, _POSTGRES_PORT, _MYSQL_PORT, _MARIADB_PORT = "127.0.0.1", 10000, 9010, 9000, 9001


def doctor(ctx: typer.Context) -> Result:
    """Look for what goes wrong in practice, and say how to mend it.

    Checks the edge and its ports, the files and who may read them, the way to the API (proxy, certificates, clock,
    token), every cache's way to its database, and the project in this directory: whether its DATABASE_URL is used,
    leads through a cache, and suits its Prisma. Changes and starts nothing. Exits with 7 when something does not work;
    warnings do not count.

    \b
    Examples:
      polyscale doctor
      polyscale doctor --json | jq '.data[] | select(.level != "ok")'
    """
    app = context_of(ctx)
    with app.progress("Looking"):
        findings = tuple(_examined(app))
    failures = tuple(one for one in findings if one.level is Level.FAIL)
    warnings = sum(one.level is Level.WARN for one in findings)
    return Result(
        data=[
            {"check": one.check, "level": one.level.value, "what": one.what, "why": one.why, "fix": one.fix}
            for one in findings
        ],
        view=Table(
            ("result", "check", "finding"),
            # What to do about a failure is said below the table, with its reason.
            tuple(
                (one.level.value, one.check, _with_fix(one) if one.level is Level.WARN else one.what)
                for one in findings
            ),
            wraps=True,
        ),
        exit_code=CHECK_FAILED if failures else 0,
        errors=tuple(Problem(one.code or "CHECK_FAILED", one.what, one.why, one.fix) for one in failures),
        notes=(_summary(len(failures), warnings),),
    )


def _with_fix(one: Finding) -> str:
    return f"{one.what} {one.fix}" if one.fix else one.what


def _summary(failures: int, warnings: int) -> str:
    if not failures and not warnings:
        return "Everything that was looked at is in order."
    parts = ((failures, "failure"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts) + "."


def _examined(app: AppContext) -> Iterator[Finding]:
    from polyscale_cli.doctor.project import check_prisma, check_shadows, check_url

    yield from _files(app)
    target, findings = _target(app)
    yield from findings
    survey: Survey | None = None
    if target is not None:
        findings, survey = _api(app, target)
        yield from findings
    survey = survey or _remembered(app)
    yield from _bound(app, survey)
    yield from check_shadows(app.environ, app.cwd)
    yield from check_url(app.environ, app.cwd, survey, lambda url: origin.hide(app, url))
    yield from check_prisma(app.environ, app.cwd)


def _files(app: AppContext) -> Iterator[Finding]:
    from polyscale_cli.doctor.state import check_files, check_leftovers, check_registry
    from polyscale_cli.settings.keys import Key

    for name, key in (("state", Key.STATE_DIR), ("configuration", Key.CONFIG_DIR)):
        try:
            directory = Path(app.settings.value(key) or "")
        except PolyscaleError as error:
            yield failed_by(name, error)
            continue
        yield from check_files(name, directory, f"POLYSCALE_{key.upper()}")
        if key is Key.STATE_DIR:
            yield from check_registry(directory)
            yield from check_leftovers(directory)


def _target(app: AppContext) -> tuple[Target | None, list[Finding]]:
    """The API that commands here speak to; without one, what keeps an edge from being there."""
    from polyscale_cli.client.target import find_target
    from polyscale_cli.doctor.ports import WantedPort, check_listeners, check_wanted

    try:
        target = find_target(app.settings)
    except PolyscaleError as error:
        return None, [failed_by("edge", error)]
    if target is None:
        findings = [
            fail(
                "edge",
                "No edge is running, and no API is configured.",
                code="EDGE_NOT_RUNNING",
                fix="Start one with `polyscale edge start`, or name an API: polyscale profile add NAME --api-url URL",
            )
        ]
        try:
            given = _next_edge(app)
        except PolyscaleError as error:
            return None, [*findings, failed_by("ports", error)]
        mysql, mariadb = given.get("mysql_port"), given.get("mariadb_port")
        wanted = (
            WantedPort(edge_options.HTTP_PORT, given.get("http_port", _HTTP_PORT)),
            WantedPort(edge_options.POSTGRES_PORT, given.get("postgres_port", _POSTGRES_PORT)),
            WantedPort(edge_options.MYSQL_PORT, _MYSQL_PORT if mysql is None else mysql, mysql is not None),
            WantedPort(edge_options.MARIADB_PORT, _MARIADB_PORT if mariadb is None else mariadb, mariadb is not None),
        )
        return None, [*findings, *check_wanted(given.get("host", _HOST), wanted)]
    app.console.redact.learn([target.token.secret])
    if target.local is None:
        return target, [ok("edge", f"The API is {target.url}, named by {target.named_by}.")]
    return target, [ok("edge", f"The local edge runs, pid {target.local.pid}."), *check_listeners(target.local)]


def _next_edge(app: AppContext) -> dict[str, Any]:
    """What the next edge is told: by variables, and of ports by what is remembered."""
    from polyscale_cli.settings.chosen_ports import read_chosen_ports
    from polyscale_cli.settings.paths import state_dir

    chosen = read_chosen_ports(state_dir(app.environ)).items()
    kept = {name: one.port for name, one in chosen if not one.any_free}
    return {**kept, **edge_options.from_environment(app.environ)}


def _remembered(app: AppContext) -> Survey:
    """The caches that earlier commands have met, where the edge cannot be asked."""
    from polyscale_cli.commands.known import known_caches
    from polyscale_cli.doctor.cache_url import Known, Survey

    try:
        known: tuple[KnownCache, ...] = known_caches(app).all()
    except PolyscaleError:
        known = ()
    return Survey(tuple(Known(one.id, one.name, one.host, one.port) for one in known), asked=False)


def _bound(app: AppContext, survey: Survey) -> Iterator[Finding]:
    """Whether the cache that commands here use without being told exists."""
    from polyscale_cli.commands.known import pick
    from polyscale_cli.settings.keys import Key

    try:
        setting = app.settings.resolve(Key.CACHE)
    except PolyscaleError as error:
        yield failed_by("cache", error)
        return
    if setting.value is None or not survey.asked:
        return
    try:
        found = pick(survey.caches, setting.value)
    except PolyscaleError as error:
        what = f"Commands here use the cache {setting.value!r}, and the edge has none of that name."
        why = f"It is named by {setting.place}. {error.why}"
        fix = "Name another one: polyscale link CACHE, or POLYSCALE_CACHE; polyscale unlink names none."
        yield fail("cache", what, code=error.code, why=why, fix=fix)
        return
    yield ok("cache", f"Commands here use the cache {found.name}, named by {setting.place}.")


def _api(app: AppContext, target: Target) -> tuple[list[Finding], Survey | None]:
    from polyscale_cli.client.api import ManagementApi
    from polyscale_cli.client.deleted import deleted_caches
    from polyscale_cli.client.http import HttpClient
    from polyscale_cli.client.probe import probe
    from polyscale_cli.doctor import api as checks
    from polyscale_cli.doctor.cache_url import Known, Survey
    from polyscale_cli.doctor.caches import check_any, check_cache

    findings = list(checks.check_surroundings(app.environ, target.url))
    try:
        seen = probe(target, app.settings)
    except PolyscaleError as error:
        return [*findings, failed_by("api", error), checks.check_clock(None)], None
    findings += [_answered(target, seen.status, seen.ms), checks.check_clock(seen)]
    http = HttpClient(target, app.settings, app.console.debug if app.debug else None)
    try:
        api = ManagementApi(http)
        told, caches = checks.check_token(api, target)
        findings += told
        if caches is None:
            return findings, None
        findings += check_any(caches)
        known: list[Known] = []
        for cache in caches:
            about, one = check_cache(api, cache, target.local)
            findings += about
            known.append(one)
        gone = deleted_caches(api)
        return findings, Survey(
            tuple(known), asked=True, deleted=tuple(Known(one.id, one.name, one.host, one.port) for one in gone)
        )
    finally:
        http.close()


def _answered(target: Target, status: str, ms: float) -> Finding:
    if status != "ok":
        fix = "Wait until it has ended, and start it again: polyscale edge start"
        return fail("api", f"The edge at {target.url} says that it is {status}.", code="EDGE_NOT_READY", fix=fix)
    return ok("api", f"{target.url} answers in {ms:.0f} ms.")
