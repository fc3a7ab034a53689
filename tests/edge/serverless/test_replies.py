"""What answers say of themselves."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.serverless import replies


def test_what_is_kept_is_the_answer_without_its_first_lines() -> None:
    kept = replies.kept(b'[{"a":1}]')
    head, _, body = kept.partition(b"\r\n\r\n")
    assert body == replies.document_of(kept) == b'[{"a":1}]'
    assert b"Content-Length: 9" in head.split(b"\r\n")
    assert b"Cache-Status: PolyScale; hit" in head.split(b"\r\n")


def test_a_document_may_look_like_the_end_of_a_head() -> None:
    document = b'["\\r\\n\\r\\n\r\n\r\n"]'
    assert replies.document_of(replies.kept(document)) == document


@pytest.mark.parametrize(
    ("why_not", "said"),
    [
        (None, "PolyScale; fwd=miss"),
        ("it writes", 'PolyScale; fwd=bypass; detail="it writes"'),
        ('"a\\b"\r\né', 'PolyScale; fwd=bypass; detail="\\"a\\\\b\\"???"'),
    ],
)
def test_an_answer_of_the_origin_says_why(why_not: str | None, said: str) -> None:
    reply = replies.forwarded(b"[]", why_not=why_not, seconds=0.0123456)
    assert reply.headers == {"Cache-Status": said, "Server-Timing": "edge;dur=12.346"}
