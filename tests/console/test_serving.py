"""The page as files: who gets it, under which headers, and that it is whole without anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from polyscale_cli.edge.api.console import DIRECTORY
from tests.servers.edge import Edge

FILES = sorted(path.name for path in DIRECTORY.iterdir() if path.name != "index.html")


@pytest.fixture
def anybody(edge: Edge) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=edge.api.base_url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", *(f"/console/{name}" for name in FILES)])
def test_files_of_the_page_need_no_token_and_come_with_headers_that_keep_others_out(
    anybody: httpx.Client, path: str
) -> None:
    answer = anybody.get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_is_not_served_under_a_foreign_name(anybody: httpx.Client) -> None:
    answer = anybody.get("/", headers={"Host": "rebound.example.com"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "FORBIDDEN"


@pytest.mark.parametrize("path", ["/console/", "/console/../token", "/console/%2e%2e/keys.py", "/console/nothing.js"])
def test_nothing_but_its_own_files_is_served(anybody: httpx.Client, path: str) -> None:
    assert anybody.get(path).status_code == 404


def test_data_is_behind_the_token(anybody: httpx.Client) -> None:
    assert anybody.get("/v1/caches").status_code == 401


@pytest.mark.parametrize("name", ["index.html", *FILES])
def test_a_file_names_no_other_host_and_makes_no_markup_of_text(name: str) -> None:
    text = (DIRECTORY / name).read_text(encoding="utf-8")
    hosts = set(re.findall(r"\bhttps?://[^\s\"'`<>)]+", text))
    # The name of SVG's elements, which nobody fetches; places that are filled in.
    assert hosts <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    if name == "index.html":
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)
