"""SQL over HTTP at a MySQL or MariaDB: a client of the edge's own session, and its rows as JSON.

    ``connection``      one connection, as a pool lends it: what is sent when, and what it leaves behind
    ``login``           who it is, by what the origin asks for (``authentication``)
    ``parameters``      the values of a statement, as COM_STMT_EXECUTE carries them
    ``answer``          the bytes of an answer, as they come, to JSON
    ``columns``, ``rows``, ``text_values``, ``binary_values``
                        one row, in both of the protocol's forms, to the same JSON

All but ``connection`` is bytes in, bytes out.
"""

from __future__ import annotations
