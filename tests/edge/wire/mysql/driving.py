"""A login between two sides that say what was written down for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.login import Do, Login, LoginError, Step

Said = tuple[str, bytes]
"""Who says something, ``client`` or ``origin``, and what."""


@dataclass(slots=True)
class Outcome:
    """What a login has come to."""

    to_client: bytes
    to_origin: bytes = b""
    did: tuple[Do, ...] = ()
    error: LoginError | None = None


def drive(login: Login, script: Iterable[Said]) -> Outcome:
    """Feed a login with what both say, and do what it asks for; TLS is a matter of saying that it is there."""
    outcome = Outcome(login.start())
    try:
        for side, data in script:
            _take(login, outcome, login.client_sent(data) if side == "client" else login.origin_sent(data))
    except LoginError as error:
        outcome.error = error
    return outcome


def _take(login: Login, outcome: Outcome, step: Step) -> None:
    outcome.to_client += step.to_client
    outcome.to_origin += step.to_origin
    if step.do is not Do.NOTHING:
        outcome.did += (step.do,)
    if step.do is Do.ENCRYPT_CLIENT:
        _take(login, outcome, login.client_encrypted())
    elif step.do is Do.ENCRYPT_ORIGIN:
        _take(login, outcome, login.origin_encrypted())
