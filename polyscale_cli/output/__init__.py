"""What a command answers, and the one place that shows it.

A command returns a `Result` and prints nothing. ``stdout`` carries the answer and nothing else; progress, notes,
warnings, prompts and the human form of errors go to ``stderr``.
"""

from polyscale_cli.output.result import Fields, Line, Lines, Narrowing, Problem, Result, Spread, Table, View

__all__ = ["Fields", "Line", "Lines", "Narrowing", "Problem", "Result", "Spread", "Table", "View"]
