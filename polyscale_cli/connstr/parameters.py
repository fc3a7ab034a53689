"""The parameters that drivers know, so that one driver's are not handed to another that refuses them."""

from __future__ import annotations

from polyscale_cli.value import Value

Query = tuple[tuple[str, str], ...]


class Vocabulary(Value):
    """What one driver makes of the parameters in its URL.

    Attributes:
        known: those it understands.
        strict: it refuses whatever else there is.
        lax: it ignores whatever it does not know.
    """

    known: frozenset[str] = frozenset()
    strict: bool = False
    lax: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# PostgreSQL manual, 34.1.2; without host, user and the like, and without TLS.
_LIBPQ = _words(
    """require_auth connect_timeout client_encoding options fallback_application_name keepalives keepalives_idle
    keepalives_interval keepalives_count tcp_user_timeout replication gssdelegation krbsrvname gsslib service
    target_session_attrs load_balance_hosts passfile servicefile min_protocol_version max_protocol_version"""
)
_PRISMA = _words(
    "schema pgbouncer connection_limit pool_timeout socket_timeout statement_cache_size connect_timeout options"
)
_ASYNCPG = _words("target_session_attrs options krbsrvname gsslib service servicefile")
_ASYNCPG_ARGUMENTS = _words(
    """timeout command_timeout statement_cache_size max_cached_statement_lifetime max_cacheable_statement_size
    target_session_attrs prepared_statement_cache_size prepared_statement_name_func"""
)
_POSTGRES_JS = _words(
    """max idle_timeout connect_timeout max_lifetime max_pipeline backoff keep_alive prepare debug fetch_types
    publications target_session_attrs options"""
)
_PGX = _words(
    """connect_timeout target_session_attrs options default_query_exec_mode statement_cache_capacity
    description_cache_capacity pool_max_conns pool_min_conns pool_max_conn_lifetime pool_max_conn_idle_time
    pool_health_check_period pool_max_conn_lifetime_jitter"""
)
_PGJDBC = _words(
    """currentSchema prepareThreshold connectTimeout socketTimeout loginTimeout tcpKeepAlive reWriteBatchedInserts
    options stringtype binaryTransfer defaultRowFetchSize targetServerType preferQueryMode readOnly autosave
    preparedStatementCacheQueries preparedStatementCacheSizeMiB loadBalanceHosts cancelSignalTimeout"""
)
_MYSQL_PYTHON = _words(
    "charset connect_timeout read_timeout write_timeout local_infile init_command collation use_unicode"
)
_MYSQL2 = _words(
    """charset timezone connectTimeout connectionLimit waitForConnections queueLimit multipleStatements dateStrings
    supportBigNumbers bigNumberStrings decimalNumbers namedPlaceholders enableKeepAlive maxIdle idleTimeout"""
)
_MARIADB_JS = _words(
    """charset timezone connectTimeout connectionLimit acquireTimeout multipleStatements dateStrings bigIntAsNumber
    insertIdAsNumber decimalAsNumber allowPublicKeyRetrieval compress"""
)
_GO_MYSQL = _words(
    """charset collation parseTime loc timeout readTimeout writeTimeout multiStatements interpolateParams
    clientFoundRows allowNativePasswords allowCleartextPasswords checkConnLiveness maxAllowedPacket columnsWithAlias"""
)
_MYSQL_JDBC = _words(
    """characterEncoding connectionTimeZone serverTimezone connectTimeout socketTimeout allowPublicKeyRetrieval
    rewriteBatchedStatements useUnicode cachePrepStmts useServerPrepStmts allowMultiQueries zeroDateTimeBehavior"""
)
_SQLSERVER = _words(
    """connectionLimit connectTimeout connectionTimeout loginTimeout socketTimeout poolTimeout applicationName
    isolationLevel schema multiSubnetFailover"""
)
# Files for TLS, and channel binding: of use on the way around the cache only.
_LIBPQ_TLS = _words(
    """channel_binding sslrootcert sslcert sslkey sslpassword sslcertmode sslcrl sslcrldir sslnegotiation sslsni
    gssencmode ssl_min_protocol_version ssl_max_protocol_version"""
)
_FILES = _words("sslrootcert sslcert sslkey sslpassword")
_LISTS = (
    *(_LIBPQ, _PRISMA, _ASYNCPG, _ASYNCPG_ARGUMENTS, _POSTGRES_JS, _PGX, _PGJDBC, _MYSQL_PYTHON, _MYSQL2, _MARIADB_JS),
    *(_GO_MYSQL, _MYSQL_JDBC, _SQLSERVER, _LIBPQ_TLS),
)
_SOMEBODYS = frozenset[str]().union(*_LISTS)

ALL = Vocabulary(lax=True)
NONE = Vocabulary(strict=True)
LIBPQ = Vocabulary(_LIBPQ | _LIBPQ_TLS, strict=True)
ASYNCPG = Vocabulary(_ASYNCPG | _FILES | {"sslcrl"})
ASYNCPG_ARGUMENTS = Vocabulary(_ASYNCPG_ARGUMENTS, strict=True)
POSTGRES_JS = Vocabulary(_POSTGRES_JS)
PGX = Vocabulary(_PGX | _FILES)
PG8000 = Vocabulary(_words("timeout tcp_keepalive"), strict=True)
PGJDBC = Vocabulary(_PGJDBC | _FILES)
MYSQL_PYTHON = Vocabulary(_MYSQL_PYTHON | _words("ssl_ca ssl_cert ssl_key ssl_capath"), strict=True)
MYSQL2 = Vocabulary(_MYSQL2)
MARIADB_JS = Vocabulary(_MARIADB_JS)
GO_MYSQL = Vocabulary(_GO_MYSQL)
MYSQL_JDBC = Vocabulary(_MYSQL_JDBC)
SQLSERVER = Vocabulary(_SQLSERVER)


def keep(query: Query, vocabulary: Vocabulary) -> tuple[Query, tuple[str, ...]]:
    """The parameters that a driver may be given, and the names of those left out."""
    kept = tuple(pair for pair in query if _may_stay(pair[0], vocabulary))
    left = {key for key, _ in query} - {key for key, _ in kept}
    return kept, tuple(sorted(left))


def _may_stay(key: str, vocabulary: Vocabulary) -> bool:
    if vocabulary.lax or key in vocabulary.known:
        return True
    return not vocabulary.strict and key not in _SOMEBODYS
