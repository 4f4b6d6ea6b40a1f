"""Fuzz the parsers by coverage: `python -m tests.fuzz [TARGET …] [--time SECONDS]`; `make fuzz` does it.

Each target runs in a process of its own. An input that fails is kept in `state/fuzz/TARGET/`, and named; running
`python -m tests.fuzz TARGET --input FILE` shows its traceback again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path("state/fuzz")
LONGEST = 4_096
"""Bytes of an input."""
SLOW = 5
"""Seconds after which one input is a finding: everything here takes milliseconds."""
MEMORY = 1_024
"""Megabytes after which the target is growing."""


def main() -> int:
    arguments = _arguments()
    if arguments.input:
        return _replay(arguments.targets, arguments.input)
    if arguments.child:
        _fuzz(arguments.targets[0], arguments.time)
        return 0
    from tests.fuzz.targets import TARGETS

    failed = 0
    for target in arguments.targets or TARGETS:
        if target not in TARGETS:
            sys.exit(f"There is no target {target}; there are {', '.join(TARGETS)}.")
        failed += _run(target, arguments.time)
    return min(failed, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help="which parsers; all when none is named")
    parser.add_argument("--time", type=int, default=60, help="seconds for each (60)")
    parser.add_argument("--input", type=Path, help="run this kept input once, without atheris")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _replay(targets: list[str], file: Path) -> int:
    from tests.fuzz.targets import TARGETS

    for target in targets or TARGETS:
        TARGETS[target](file.read_bytes())
        print(f"{target}: {file} holds")
    return 0


def _run(target: str, seconds: int) -> int:
    """One target in its own process; 1 when it failed."""
    print(f"{target}: {seconds} s", flush=True)
    command = (sys.executable, "-m", "tests.fuzz", target, "--time", str(seconds), "--child")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    told = done.stdout.decode(errors="replace")
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", told)
    if runs and seconds:
        print(f"{target}: {int(runs[1]):,} executions, {int(runs[1]) // seconds:,} a second", flush=True)
    if done.returncode == 0:
        return 0
    kept = re.search(r"Test unit written to (\S+)", told)
    print("\n".join(told.splitlines()[-40:]))
    print(f"{target}: FAILED" + (f". The input is {kept[1]}" if kept else ""), flush=True)
    return 1


def _fuzz(target: str, seconds: int) -> None:
    try:
        import atheris
    except ImportError:
        sys.exit('atheris is not installed: make fuzz, or pip install -e ".[fuzz]"')
    with atheris.instrument_imports(include=["bridges", "irctokens"]):
        from tests.fuzz.targets import DICTIONARIES, SEEDS, TARGETS

    folder = FOLDER / target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[target]):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = folder / "dictionary"
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in DICTIONARIES[target])
    words.write_text("".join(f'"{word}"\n' for word in quoted))
    options = {
        "max_total_time": seconds,
        "max_len": LONGEST,
        "timeout": SLOW,
        "rss_limit_mb": MEMORY,
        "artifact_prefix": f"{folder}/",
        "dict": words,
        "print_final_stats": 1,
        "verbosity": 0,
    }
    atheris.Setup([sys.argv[0], str(corpus), *(f"-{name}={value}" for name, value in options.items())], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
