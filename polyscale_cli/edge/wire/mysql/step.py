"""What a state machine of a login asks of the session that feeds it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass


class Do(enum.Enum):
    """What the session is to do once it has sent a step's bytes."""

    NOTHING = "nothing"
    ENCRYPT_CLIENT = "do the TLS handshake with the client, as the server"
    CONNECT = "connect to the origin"
    ENCRYPT_ORIGIN = "do the TLS handshake with the origin, as the client"
    READY = "the user is logged in"
    REFUSED = "the origin has said no, and the client has been told"


@dataclass(frozen=True, slots=True)
class Step:
    """Bytes for both sides, and what comes after them."""

    to_client: bytes = b""
    to_origin: bytes = b""
    do: Do = Do.NOTHING


def collected(next_step: Callable[[], Step | None]) -> Step:
    """Take steps while there are any, up to one after which the session must do something."""
    to_client = to_origin = b""
    while (step := next_step()) is not None:
        to_client += step.to_client
        to_origin += step.to_origin
        if step.do is not Do.NOTHING:
            return Step(to_client, to_origin, step.do)
    return Step(to_client, to_origin)
