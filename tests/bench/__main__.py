"""`make bench`: every figure of the desk, with its rival measured in turn in the same run. Nothing here is asserted."""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import structlog

from tests.bench import own_time, queue, round_trips
from tests.bench.figures import head, show, show_value
from tests.servers.irc import InspIRCd
from tests.servers.synapse import Synapse


def imports() -> None:
    head("Import time")
    times = []
    command = [sys.executable, "-m", "helpdesk", "--help"]
    bare = [sys.executable, "-c", "pass"]
    started_bare = []
    for _ in range(11):
        for argv, into in ((command, times), (bare, started_bare)):
            started = time.perf_counter()
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
            into.append(time.perf_counter() - started)
    show("helpdesk --help, whole process", times, "target ≤ 300 ms")
    show_value("of which Python itself", f"{statistics.median(started_bare) * 1e3:.0f} ms")


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(own_time.measure(folder))
        queue.measure(folder)
        imports()
        irc, matrix = InspIRCd(), Synapse()
        irc.start()
        try:
            matrix.start()
            try:
                asyncio.run(round_trips.irc(irc, folder))
                asyncio.run(round_trips.matrix(matrix, folder))
                asyncio.run(round_trips.memory(matrix, irc, folder))
            finally:
                matrix.stop()
        finally:
            irc.stop()


if __name__ == "__main__":
    main()
