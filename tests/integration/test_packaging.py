"""The wheel, installed in an empty environment outside the tree, starts the demonstration: nothing is left behind."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK = """
import json, sys
from importlib.resources import files
from pathlib import Path
import bridges, helpdesk, kb
print(json.dumps({
    "where": [package.__file__ for package in (bridges, helpdesk, kb)],
    "typed": [(files(package) / "py.typed").is_file() for package in (bridges, helpdesk, kb)],
    "articles": len(list((Path(str(files(kb))) / "articles").rglob("*.md"))),
    "licence": (files(kb) / "articles" / "LICENSE").is_file(),
    "templates": len([f for f in (files(helpdesk) / "web" / "templates").iterdir()]),
    "static": len([f for f in (files(helpdesk) / "web" / "static").iterdir()]),
    "locale": sorted(f.name for f in (files(helpdesk) / "locale").iterdir()),
    "migrations": len([f for f in (files(helpdesk) / "store" / "migrations" / "versions").iterdir()]),
    "examples": sorted(f.name for f in (Path(sys.prefix) / "share" / "community-helpdesk").iterdir()),
}))
"""


def _run(*command: str | Path, cwd: Path) -> str:
    """Run it with nothing of this environment, and return what it printed."""
    done = subprocess.run(
        command, cwd=cwd, env=_environment(cwd), capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _environment(home: Path) -> dict[str, str]:
    """Where to find pip's index and certificates stays the machine's affair."""
    left = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "HELPDESK"))
    }
    return left | {"XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what the wheel asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    _run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    pip = (
        folder / "venv" / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--no-compile",
    )
    _run(*pip, "-c", ROOT / "constraints.txt", wheel, cwd=folder)
    return folder / "venv"


@pytest.mark.timeout(400)
def test_everything_is_inside(installed: Path, tmp_path: Path) -> None:
    found = json.loads(_run(installed / "bin" / "python", "-c", LOOK, cwd=tmp_path))
    assert all(Path(file).is_relative_to(installed) for file in found["where"])
    assert found["typed"] == [True, True, True]
    assert found["articles"] >= 40
    assert found["licence"]
    assert found["templates"] > 0
    assert found["static"] > 0
    assert {"de", "en"} <= set(found["locale"])
    assert found["migrations"] > 0
    assert found["examples"] == ["helpdesk.service", "helpdesk.toml", "matrix-registration.yaml", "nginx.conf"]


def _get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read()


@pytest.mark.timeout(400)
async def test_the_demonstration_starts_answers_and_ends(installed: Path, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        installed / "bin" / "helpdesk",
        *("demo", "--port", "0", "--state", str(tmp_path / "desk")),
        cwd=tmp_path,
        env=_environment(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        printed = ""
        async with asyncio.timeout(60):
            while "Stop it:" not in printed:
                line = await process.stdout.readline()
                assert line, f"it ended: {printed}{(await process.stderr.read()).decode()}"
                printed += line.decode()
        asker = re.search(r"Ask a question: +(http://127\.0\.0\.1:\d+/)\n", printed)
        volunteer = re.search(r"Be the volunteer: +(http://127\.0\.0\.1:\d+/join/\S+)\n", printed)
        assert asker
        assert volunteer
        status, parts = await asyncio.to_thread(_get, asker[1] + "healthz")
        assert status == 200, parts
        for page in (asker[1], volunteer[1], asker[1] + "kb"):
            status, body = await asyncio.to_thread(_get, page)
            assert status == 200
            assert b"<html" in body
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        assert b"Stopped." in out
        assert b"Traceback" not in err
        assert not (tmp_path / "desk" / "control.sock").exists()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
