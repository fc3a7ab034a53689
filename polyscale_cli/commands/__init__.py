"""The commands. Each parses, calls, and returns a `Result`: none prints, and none opens a socket itself."""
