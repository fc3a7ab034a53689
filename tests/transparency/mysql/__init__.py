"""Scripts of MySQL's protocol, as MariaDB and MySQL speak it."""
