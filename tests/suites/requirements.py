"""What the databases can do, in the words of SQLAlchemy's dialect suite; all that its defaults leave closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.testing import config, exclusions
from sqlalchemy.testing.requirements import SuiteRequirements

_OF_POSTGRES = """
    aggregate_order_by array_type autocommit boolean_col_expressions check_constraint_reflection
    column_collation_reflection comment_reflection comment_reflection_full_unicode computed_columns
    computed_columns_default_persisted computed_columns_reflect_persisted computed_columns_stored
    constraint_comment_reflection create_or_replace_view create_table_as create_temp_table_as
    cross_schema_fk_reflection ctes ctes_on_dml ctes_with_update_delete ctes_with_values date_historic
    datetime_historic datetime_interval datetime_literals datetime_timezone datetime_timezone_historic
    default_schema_name_switch deferrable_fks delete_from except_ expression_server_defaults fetch_expression
    fetch_first fetch_no_order_by fetch_offset_with_options fetch_ties
    fk_constraint_option_reflection_ondelete_noaction fk_constraint_option_reflection_ondelete_restrict
    fk_constraint_option_reflection_onupdate_restrict float_or_double_precision_behaves_generically
    foreign_key_constraint_name_reflection foreign_key_constraint_option_reflection_ondelete
    foreign_key_constraint_option_reflection_onupdate has_temp_table identity_columns identity_columns_standard
    implicit_default_schema index_ddl_if_exists index_reflects_included_columns indexes_check_column_order
    indexes_with_expressions infinity_floats inline_check_constraint_reflection intersect isolation_level json_type
    legacy_unconditional_json_extract materialized_views mod_operator_as_percent_sign nullsordering percent_schema_names
    precision_numerics_enotation_small precision_numerics_many_significant_digits
    precision_numerics_retains_significant_digits reflect_indexes_with_expressions reflect_table_options
    reflect_tables_no_columns reflects_pk_names regexp_match regexp_replace repeated_column_foreign_keys savepoints
    schema_create_delete server_defaults skip_autocommit_rollback supports_bitwise_and supports_bitwise_not
    supports_bitwise_or supports_bitwise_shift supports_bitwise_xor supports_distinct_on table_ddl_if_exists
    table_value_constructor temp_table_comment_reflection temp_table_names temporary_views time_timezone
    timestamp_microseconds tuple_in two_phase_transactions unicode_ddl unique_constraints_reflect_as_index
    update_from uuid_data_type views window_functions window_range window_range_non_numeric window_range_numeric
""".split()


# Of both; nothing that MariaDB 10.11 or MySQL 9 lacks.
_OF_MYSQL = """
    autocommit boolean_col_expressions check_constraint_reflection comment_reflection computed_columns
    computed_columns_reflect_persisted computed_columns_stored computed_columns_virtual create_or_replace_view
    create_table_as create_temp_table_as cross_schema_fk_reflection ctes date_historic datetime_historic
    dbapi_lastrowid delete_from expression_server_defaults fk_constraint_option_reflection_ondelete_noaction
    foreign_key_constraint_name_reflection foreign_key_constraint_option_reflection_ondelete
    foreign_key_constraint_option_reflection_onupdate foreign_keys_reflect_as_index has_temp_table
    indexes_check_column_order indexes_with_ascdesc intersect isolation_level json_type
    legacy_unconditional_json_extract mod_operator_as_percent_sign on_update_cascade percent_schema_names
    precision_numerics_many_significant_digits precision_numerics_retains_significant_digits reflect_table_options
    regexp_match regexp_replace savepoints schema_create_delete server_defaults skip_autocommit_rollback
    supports_bitwise_and supports_bitwise_or supports_bitwise_shift supports_bitwise_xor table_ddl_if_exists
    temp_table_reflection temporary_tables tuple_in unicode_ddl unique_constraint_reflection
    unique_constraints_reflect_as_index unique_index_reflect_as_unique_constraints update_from views
    window_functions window_range window_range_numeric
""".split()
_OF_MARIADB_ALONE = """
    ctes_with_values fetch_first fetch_no_order_by fetch_offset_with_options fetch_ties
    index_ddl_if_exists uuid_data_type
""".split()
_OF_MYSQL_ALONE = """
    ctes_with_update_delete fk_constraint_option_reflection_ondelete_restrict
    fk_constraint_option_reflection_onupdate_restrict inline_check_constraint_reflection
""".split()
_NOT_OF_MYSQL = """
    cast_precision_numerics_many_significant_digits
    date_implicit_bound datetime_implicit_bound datetime_microseconds precision_generic_float_type
    sql_expression_limit_offset time_implicit_bound time_microseconds unbounded_varchar
""".split()


class _Requirements(SuiteRequirements):
    """What the driver at hand can do."""

    @property
    def async_dialect(self) -> Any:
        """Whether the driver is asynchronous."""
        return exclusions.only_if(lambda current: current.db.dialect.is_async)  # type: ignore[no-untyped-call]

    @staticmethod
    def levels(default: str, current: config.Config) -> dict[str, Any]:
        """The levels of isolation that the driver knows."""
        return {"default": default, "supported": list(current.db.dialect.get_isolation_level_values(None))}


class OnPostgres(_Requirements):
    """PostgreSQL 13 and later."""

    def get_isolation_levels(self, current: config.Config) -> dict[str, Any]:
        """The default, and what the driver can do."""
        return self.levels("READ COMMITTED", current)

    def get_order_by_collation(self, _: config.Config) -> str:
        """A collation that every server has."""
        return "POSIX"


class OnMySql(_Requirements):
    """MariaDB 10.11 and MySQL 9, as far as they are alike."""

    def get_isolation_levels(self, current: config.Config) -> dict[str, Any]:
        """The default, and what the driver can do."""
        return self.levels("REPEATABLE READ", current)

    def get_order_by_collation(self, _: config.Config) -> str:
        """A collation that both servers have."""
        return "utf8mb4_bin"


def _set(requirements: type[_Requirements], names: list[str], exclusion: Callable[[], object]) -> None:
    for name in names:
        setattr(requirements, name, property(lambda _: exclusion()))


def _only(*, mariadb: bool) -> Callable[[], object]:
    # Of several reasons to skip a test the suite gives any one: so this is given as its own for what is closed.
    return lambda: exclusions.skip_if(  # type: ignore[no-untyped-call]
        lambda current: current.db.dialect.is_mariadb != mariadb, "marked as skip"
    )


_set(OnPostgres, _OF_POSTGRES, exclusions.open)
_set(OnMySql, _OF_MYSQL, exclusions.open)
_set(OnMySql, _OF_MARIADB_ALONE, _only(mariadb=True))
_set(OnMySql, _OF_MYSQL_ALONE, _only(mariadb=False))
_set(OnMySql, _NOT_OF_MYSQL, exclusions.closed)
