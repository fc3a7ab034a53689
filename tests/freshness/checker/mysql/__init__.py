"""MariaDB and MySQL, as the checker sees them."""
