"""What is asked of statistics, and asked wrongly; who may ask."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from polyscale_cli.edge.cures import cure_of
from polyscale_cli.edge.engine import Reason
from tests.edge.conftest import Json, Running


@pytest.fixture(scope="module")
def cache(running: Running) -> Json:
    return running.cache("counted")


def ask(running: Running, cache: Json, what: str, **asked: Any) -> Any:
    answer = running.api.get(f"/v1/caches/{cache['id']}/{what}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_cache_that_nobody_has_used_has_points_of_nothing(running: Running, cache: Json) -> None:
    answer = ask(running, cache, "statistics")
    assert (answer["step"], len(answer["points"]) in (25, 26), answer["notes"]) == ("hour", True, [])
    assert answer["points"][0]["at"] == answer["since"]
    assert answer["total"]["runs"] == 0
    assert answer["total"]["originSeconds"] is None
    assert ask(running, cache, "queries") == []


def test_every_step_of_a_span_has_a_point(running: Running, cache: Json) -> None:
    answer = ask(running, cache, "statistics", since="7d", step="minute")
    times = [datetime.fromisoformat(point["at"]) for point in answer["points"]]
    assert len(times) in (10080, 10081)
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {timedelta(minutes=1)}
    assert times[-1] + timedelta(minutes=1) == datetime.fromisoformat(answer["until"])
    assert len(ask(running, cache, "statistics", since="90d")["points"]) in (2160, 2161)


@pytest.mark.parametrize(
    ("what", "asked", "names"),
    [
        ("statistics", "since=yesterday", "since"),
        ("statistics", "since=", "since"),
        ("statistics", "since=91d", "90 days"),
        ("statistics", "since=8d&step=minute", "step=hour"),
        ("statistics", "since=1h&until=2h", "before until"),
        ("statistics", "until=1%00", "until"),
        ("statistics", f"since={'9' * 60}d", "since"),
        ("statistics", f"since={'x' * 5000}", "since"),
        ("statistics", "step=day", "step"),
        ("statistics", "step=", "step"),
        ("statistics", "since=1h&since=2h", "twice"),
        ("statistics", "sort=runs", "sort"),
        ("queries", "since=91d", "90 days"),
        ("queries", "since=2100-01-01T00:00:00Z", "past"),
        ("queries", "sort=name", "sort"),
        ("queries", "sort=Runs", "sort"),
        ("queries", "limit=0", "limit"),
        ("queries", "limit=-1", "limit"),
        ("queries", "limit=1001", "limit"),
        ("queries", "limit=ten", "limit"),
        ("queries", "limit=1.5", "limit"),
        ("queries", f"limit={'9' * 4000}", "limit"),
        ("queries", "limit=%D9%A5", "limit"),
        ("queries", "until=1h", "until"),
    ],
)
def test_what_is_asked_wrongly_is_named(running: Running, cache: Json, what: str, asked: str, names: str) -> None:
    answer = running.api.get(f"/v1/caches/{cache['id']}/{what}?{asked}")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "INVALID_QUERY"), told
    assert names in told["message"]
    assert len(told["message"]) < 500


def test_of_no_cache_there_is_nothing(running: Running) -> None:
    for what in ("statistics", "queries"):
        answer = running.api.get(f"/v1/caches/none/{what}")
        assert (answer.status_code, answer.json()["code"]) == (404, "CACHE_NOT_FOUND")


def test_all_reasons_are_told_with_their_words_and_what_to_do(running: Running) -> None:
    told = running.api.get("/v1/reasons").json()
    assert told == [{"code": reason.name, "text": reason.value, "cure": cure_of(reason)} for reason in Reason]


def test_prometheus_needs_a_token_that_may_read(running: Running, cache: Json) -> None:
    with running.client("") as nobody:
        assert nobody.get("/metrics").status_code == 401
    with running.client(running.key("prometheus", "caches:read")) as prometheus:
        answer = prometheus.get("/metrics")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert f'polyscale_cache_entries{{cache="counted",cache_id="{cache["id"]}"}} 0.0' in answer.text


def test_a_moment_may_be_said_in_any_zone(running: Running, cache: Json) -> None:
    moment = datetime.now(UTC) - timedelta(hours=1)
    here = ask(running, cache, "statistics", since=moment.isoformat(timespec="seconds"))
    there = ask(running, cache, "statistics", since=f"{moment + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00")
    assert here["since"] == there["since"] == f"{moment:%Y-%m-%dT%H:%M:00Z}"
