"""Commands about caches."""
