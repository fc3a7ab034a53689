"""MySQL's client/server protocol, as MySQL and MariaDB speak it, between a client, the cache and the origin.

The rooms, in the order in which a connection passes through them:

    server         listeners and sessions
    session        sockets, TLS, back-pressure, time limits: the only I/O, with ``origin``
    login          relays the login, ``step`` by step: ``identity``, ``authentication``, ``passwords``, ``dialogue``
      own_greeting   what a client is greeted with before its origin is known; ``strange`` who speaks no MySQL at all
      logged_in      what it has come to; ``flavour`` which server that is with
    conversation   the logged-in session; ``serving`` is what it answers by itself, ``change_user`` a login within it
      short_way      usual misses, short for their speed; ``waiting`` what is put aside; ``ending`` how a session ends
      block, holding transactions whose BEGIN the origin has not seen yet; ``inside`` is for the edge's own clients
      commands       the client's stream, cut into commands; ``other_commands`` those without a statement, ``killing``
      plan           what a statement would do; ``statements`` the prepared ones
      admission      what the cache says to it
      answers        the origin's stream, read as far as needed
      effects, cycle, session_state: what a session must remember
      questions      what the edge itself asks: ``session_question``, ``catalog_question``
    dialect, lexer, words, queries, changes, calls, functions, moments: MySQL's SQL, for the engine
    catalog, description, views, triggers: what names mean
    packets, leg, handshake, capabilities: the form of everything
    greeting       what a server tells before any login, for the network test
"""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.server import MySqlServer

__all__ = ["MySqlServer"]
