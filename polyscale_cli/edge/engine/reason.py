"""Why a statement is not served from the cache, in words a user can read."""

from __future__ import annotations

import enum


class Reason(enum.Enum):
    """A stable code and what it means."""

    NOT_A_READ = "the statement is not a read"
    NOT_UNDERSTOOD = "the statement was not understood"
    SEVERAL_STATEMENTS = "several statements came in one text"
    LOCKS_ROWS = "it locks rows (FOR UPDATE or FOR SHARE)"
    WRITES = "it writes data"
    READS_CLOCK = "it depends on the time of day"
    READS_SESSION = "it reads variables, or the state of its session or of the server"
    VOLATILE_FUNCTION = "it calls a volatile function"
    HIDDEN_FUNCTION = "a function that any statement may reach, by a cast or the check of a domain, refuses it"
    STABLE_FUNCTION = "it calls a stable function whose inputs are not known"
    UNKNOWN_TABLE = "it names a table that the catalog does not know"
    SYSTEM_TABLE = "it reads the system catalog"
    TEMPORARY_TABLE = "it reads a temporary table"
    FOREIGN_TABLE = "it reads a foreign table"
    SEQUENCE = "it reads a sequence"
    ROW_SECURITY = "a table it reads has row-level security"
    HIDDEN_VIEW = "it reads a view whose definition its user may not see"
    UNFENCED_TABLE = "it reads a table that may change without a write to it, because of its storage engine"
    CATALOG_UNREADABLE = "the catalog could not be read"
    IN_TRANSACTION = "it ran inside a transaction that is not READ COMMITTED, or had done other things than such reads"
    AUTOCOMMIT_OFF = "its connection has autocommit switched off, and its transactions are not READ COMMITTED"
    BEHIND_OTHERS = "it was sent while earlier requests of its session were not yet answered"
    NO_KEY = "its request has no form of its own to be found by: it is too large, in pieces, or uses a cursor"
    SESSION_STATE = "the session holds state that the edge cannot describe"
    CACHING_OFF = "caching is switched off for this cache"
    SAMPLES_ROWS = "it samples rows at random"
    ROW_VERSION = "it reads what moves without a write of rows (ctid, xmax, cmin, cmax)"
