"""`python -m benchmarks.automation`: what the automation does with writers around the edge, in virtual time.

Prints the tables; with ``--write`` they and the picture go into the documentation.
"""

from __future__ import annotations

import argparse
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.automation import cases, plot, table

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "automation.md"
PICTURE = ROOT / "docs" / "images" / "automation.png"
PLOTTED_READS = 50.0
PAUSES = (1.0, 5.0, 25.0)


def main() -> None:
    """Simulate everything, in as many processes as there are cores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.automation", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"put tables and picture into {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    plain = [cases.plain(rate, reads) for rate in cases.WRITES for reads in cases.READS]
    special = cases.special(PLOTTED_READS)
    with ProcessPoolExecutor() as pool:
        # The longest first.
        order = sorted([*plain, *special], key=lambda case: -case.world.reads_per_second)
        found = dict(zip(order, pool.map(cases.simulate, order), strict=True))
    tables = {
        "rates": table.rates(found[case] for case in plain),
        "populations": table.populations(found[case] for case in special),
        "first hits": table.first_hits((pause, cases.runs_until_hit(pause)) for pause in PAUSES),
    }
    for text in tables.values():
        print(text, end="\n\n")
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        for name, text in tables.items():
            page = re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>\n{text}\n\n\g<2>", page, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")
        PICTURE.parent.mkdir(exist_ok=True)
        shown = [found[case] for case in plain if case.world.reads_per_second == PLOTTED_READS]
        plot.draw(shown, [found[case] for case in special if case.world.templates[0].later_rate is not None], PICTURE)


if __name__ == "__main__":
    main()
