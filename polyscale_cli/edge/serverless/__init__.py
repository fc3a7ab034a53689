"""SQL over HTTP: ``POST /sql``, for places that have no TCP.

A request goes this way, and as little of it as it needs:

    ``front``       takes the connection's bytes; a request whose answer is an entry is answered here, without more
    ``endpoint``    checks the request (``request``), counts it (``allowance``) and answers in JSON (``replies``)
    ``bindings``    turns placeholders and values into a statement and parameters of the cache's database
    ``pools``       lends one of a few connections, each reset between uses
    ``postgres``, ``mysql``
                    what is at the end of such a connection: a client of that protocol, and its values as JSON

These connections do not go to the origin: they go to a session of the edge's own, over a pair of sockets, as those of
any client do. So a statement that came over HTTP is analysed, fenced, kept and served by the very code that serves
TCP, and what one of both writes the other sees. An answer in JSON is another form of an entry, and may be served
exactly as long as that (``engine.scope.Scope.derive``).
"""

from __future__ import annotations
