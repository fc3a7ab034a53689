"""What must be seen through on MariaDB and MySQL."""
