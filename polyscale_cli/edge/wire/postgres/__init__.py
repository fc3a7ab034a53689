"""PostgreSQL's frontend/backend protocol, version 3, between a client, the cache and the origin.

The rooms, in the order in which a connection passes through them:

    server         listeners and sessions
    session        sockets, TLS, back-pressure, time limits: the only I/O, with ``origin``
    startup        the first packets, and which cache they mean
    login          relays authentication
    conversation   the logged-in session: hits, requests, answers, fences
      request        the client's stream, cut into requests
      plan           what a request would do
      admission      what the cache says to it
      answers        the origin's stream, read as far as needed
      session_scope, statements, settings, cycle: what a session must remember
    dialect, lexer, functions, catalog: PostgreSQL's SQL, for the engine
"""

from __future__ import annotations

from polyscale_cli.edge.wire.postgres.server import PostgresServer

__all__ = ["PostgresServer"]
