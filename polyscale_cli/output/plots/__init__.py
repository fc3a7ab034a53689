"""Plots: of characters for a terminal, and as files."""
