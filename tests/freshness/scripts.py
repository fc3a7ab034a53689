"""Scripts of requests, played step by step on a raw connection."""

from __future__ import annotations

from collections.abc import Sequence

from tests.e2e.raw import SYNC, Message, RawClient, bind, describe, execute, parse

Script = Sequence[Sequence[bytes]]


def extended(sql: str, limit: int = 0) -> bytes:
    return parse(sql) + bind() + describe() + execute(limit=limit) + SYNC


def continued(limit: int = 0) -> bytes:
    return execute(limit=limit) + SYNC


def play(client: RawClient, script: Script) -> list[list[Message]]:
    """Send each step's requests in one go, and give all answers of the script, by step."""
    answers = []
    for step in script:
        client.send(*step)
        answers.append([each for request in step if ends(request) for each in client.until("Z")])
    return answers


def ends(request: bytes) -> bool:
    """Whether a ReadyForQuery answers it."""
    return request[:1] in (b"Q", b"F") or request.endswith(SYNC)
