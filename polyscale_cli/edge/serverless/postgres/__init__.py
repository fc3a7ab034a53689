"""A client of PostgreSQL's protocol, and its values as JSON.

connection      the only I/O: a connection to a session of the edge's own, as a pool lends it
client          sans-I/O: the stream of messages, first the login, then one answer after another
  login, authentication: from StartupMessage to the first ReadyForQuery
  requests        a statement and its parameters as messages
  response        the results of a request, as JSON documents
    rows            DataRows to JSON objects
    forms, values, arrays: which form a type has
  failures        what an ErrorResponse is to whoever asked
"""

from __future__ import annotations
