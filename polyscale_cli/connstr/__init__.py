"""Connection strings: read one, and write it so that it goes through a cache."""
