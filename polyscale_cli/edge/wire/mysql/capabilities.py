"""What the two sides of a connection can do, and how the server's session stands: flags by their names in the manuals.

Sources: MySQL's source documentation, "Capabilities Flags" and "SERVER_STATUS_flags_enum"; MariaDB's documentation,
"Connection", section "Capabilities", whose upper 32 bits travel where MySQL has reserved bytes.
"""

from __future__ import annotations

import enum


class Capability(enum.IntFlag):
    """What is negotiated at login. MariaDB's own begin at bit 32, and are sent only if LONG_PASSWORD is not."""

    LONG_PASSWORD = 1
    """MariaDB calls it CLIENT_MYSQL: a server or client without it is MariaDB's."""
    FOUND_ROWS = 1 << 1
    LONG_FLAG = 1 << 2
    CONNECT_WITH_DB = 1 << 3
    NO_SCHEMA = 1 << 4
    COMPRESS = 1 << 5
    ODBC = 1 << 6
    LOCAL_FILES = 1 << 7
    IGNORE_SPACE = 1 << 8
    PROTOCOL_41 = 1 << 9
    INTERACTIVE = 1 << 10
    SSL = 1 << 11
    IGNORE_SIGPIPE = 1 << 12
    TRANSACTIONS = 1 << 13
    RESERVED = 1 << 14
    SECURE_CONNECTION = 1 << 15
    MULTI_STATEMENTS = 1 << 16
    MULTI_RESULTS = 1 << 17
    PS_MULTI_RESULTS = 1 << 18
    PLUGIN_AUTH = 1 << 19
    CONNECT_ATTRS = 1 << 20
    PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21
    CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22
    SESSION_TRACK = 1 << 23
    DEPRECATE_EOF = 1 << 24
    OPTIONAL_RESULTSET_METADATA = 1 << 25
    ZSTD_COMPRESSION_ALGORITHM = 1 << 26
    QUERY_ATTRIBUTES = 1 << 27
    MULTI_FACTOR_AUTHENTICATION = 1 << 28
    CAPABILITY_EXTENSION = 1 << 29
    SSL_VERIFY_SERVER_CERT = 1 << 30
    REMEMBER_OPTIONS = 1 << 31
    MARIADB_PROGRESS = 1 << 32
    MARIADB_COM_MULTI = 1 << 33
    MARIADB_STMT_BULK_OPERATIONS = 1 << 34
    MARIADB_EXTENDED_METADATA = 1 << 35
    MARIADB_CACHE_METADATA = 1 << 36
    MARIADB_BULK_UNIT_RESULTS = 1 << 37


class Status(enum.IntFlag):
    """The status flags of OK and EOF packets and of the greeting."""

    IN_TRANS = 1
    AUTOCOMMIT = 1 << 1
    MORE_RESULTS = 1 << 3
    NO_GOOD_INDEX_USED = 1 << 4
    NO_INDEX_USED = 1 << 5
    CURSOR_EXISTS = 1 << 6
    LAST_ROW_SENT = 1 << 7
    DB_DROPPED = 1 << 8
    NO_BACKSLASH_ESCAPES = 1 << 9
    METADATA_CHANGED = 1 << 10
    QUERY_WAS_SLOW = 1 << 11
    PS_OUT_PARAMS = 1 << 12
    IN_TRANS_READONLY = 1 << 13
    SESSION_STATE_CHANGED = 1 << 14
    ANSI_QUOTES = 1 << 15
    """MariaDB's alone."""


_FOR_ALL = (
    Capability.FOUND_ROWS
    | Capability.LONG_FLAG
    | Capability.CONNECT_WITH_DB
    | Capability.NO_SCHEMA
    | Capability.ODBC
    | Capability.LOCAL_FILES
    | Capability.IGNORE_SPACE
    | Capability.PROTOCOL_41
    | Capability.INTERACTIVE
    | Capability.IGNORE_SIGPIPE
    | Capability.TRANSACTIONS
    | Capability.RESERVED
    | Capability.SECURE_CONNECTION
    | Capability.MULTI_STATEMENTS
    | Capability.MULTI_RESULTS
    | Capability.PS_MULTI_RESULTS
    | Capability.PLUGIN_AUTH
    | Capability.CONNECT_ATTRS
    | Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA
    | Capability.CAN_HANDLE_EXPIRED_PASSWORDS
    | Capability.SESSION_TRACK
    | Capability.DEPRECATE_EOF
)

OFFERED_AS_MYSQL = (
    _FOR_ALL | Capability.LONG_PASSWORD | Capability.QUERY_ATTRIBUTES | Capability.MULTI_FACTOR_AUTHENTICATION
)
"""What the edge greets with where the caches are MySQL's."""

OFFERED_AS_MARIADB = _FOR_ALL | Capability.MARIADB_STMT_BULK_OPERATIONS | Capability.MARIADB_EXTENDED_METADATA
"""What the edge greets with where the caches are MariaDB's."""

CARRIED = OFFERED_AS_MYSQL | OFFERED_AS_MARIADB | Capability.MARIADB_BULK_UNIT_RESULTS
"""What may be negotiated through the edge at all.

Not compression, which would hide the packets. Not MARIADB_CACHE_METADATA and OPTIONAL_RESULTSET_METADATA, with which an
answer's form depends on what its session was sent before, so that it fits no other session. Not MARIADB_PROGRESS,
whose reports are ERR packets in the midst of an answer. SSL belongs to each leg by itself.
"""

SHAPES_ANSWERS = (
    Capability.PROTOCOL_41
    | Capability.TRANSACTIONS
    | Capability.SESSION_TRACK
    | Capability.DEPRECATE_EOF
    | Capability.QUERY_ATTRIBUTES
    | Capability.MARIADB_STMT_BULK_OPERATIONS
    | Capability.MARIADB_EXTENDED_METADATA
    | Capability.MARIADB_BULK_UNIT_RESULTS
)
"""What changes the form of commands or answers: both sides of a conversation must agree on each of them."""
