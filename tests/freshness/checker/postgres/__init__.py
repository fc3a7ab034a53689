"""PostgreSQL, as the checker sees it."""
