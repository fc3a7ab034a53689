"""Commands about files that hold environment variables."""
