"""Placeholders and values, in the way of ``knex.raw``, made a statement and parameters of a database's own.

    ``binding``     ``bind``: the one door; values find their placeholders here
    ``placeholders``
                    finds placeholders in a text, by the tokens of the database's own lexer
    ``identifiers`` quotes names
    ``dialect``, ``postgres``, ``mysql``
                    what differs between databases
    ``refusal``     the error for what does not fit

No value ever becomes part of a text. Names do, where the text asks for it (``??``, ``:name:``), and always quoted.
"""

from __future__ import annotations

from polyscale_cli.edge.serverless.bindings.binding import Bindings, bind

__all__ = ["Bindings", "bind"]
