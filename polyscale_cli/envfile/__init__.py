"""Files that hold environment variables, changed without touching what is not ours."""
