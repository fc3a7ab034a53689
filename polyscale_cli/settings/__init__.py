"""Where files live and what the environment says."""
