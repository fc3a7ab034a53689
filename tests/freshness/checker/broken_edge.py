"""An edge whose fences drop nothing and move nothing: what the checker must catch."""

from __future__ import annotations

import sys

from polyscale_cli.__main__ import main
from polyscale_cli.edge.engine.origin import Origin

if __name__ == "__main__":
    Origin.move = lambda *_: None  # type: ignore[method-assign]
    sys.exit(main())
