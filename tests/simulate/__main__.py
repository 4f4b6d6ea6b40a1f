"""`make simulate`: a year of a community through the real desk and its store, in a minute."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.simulate.community import Size
from tests.simulate.world import quiet
from tests.simulate.year import live, show


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    usual = Size()
    parser.add_argument("--tickets", type=int, default=usual.tickets, help="how many are expected")
    parser.add_argument("--days", type=int, default=usual.days)
    parser.add_argument("--volunteers", type=int, default=usual.volunteers)
    parser.add_argument(
        "--incidents", type=int, default=usual.incidents, help="in a year, with a burst of tickets each"
    )
    parser.add_argument("--seed", type=int, default=usual.seed)
    given = parser.parse_args()
    quiet()
    with tempfile.TemporaryDirectory(prefix="helpdesk-year-") as name:
        began, cpu = time.perf_counter(), time.process_time()
        year = live(Path(name), Size(**vars(given)))
        show(year, time.perf_counter() - began, time.process_time() - cpu)
    return 1 if year.troubles.any else 0


if __name__ == "__main__":
    sys.exit(main())
