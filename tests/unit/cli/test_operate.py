import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpdesk import control
from helpdesk.cli import operate
from helpdesk.store.engine import Database


def test_a_mistake_is_one_line_and_its_mend(run, here: Path) -> None:
    (here / "helpdesk.toml").write_text("[web]\nprot = 80\n[limits]\nwindow = 'soon'\n")
    for command in (("run",), ("check",), ("status",), ("queue", "list"), ("db", "backup", "x.tar.gz")):
        result = run(*command)
        assert result.exit_code == 2
        assert "web.prot: no such setting" in result.stderr
        assert "limits.window: write a duration" in result.stderr
        assert "Traceback" not in result.output


def test_no_configuration(run) -> None:
    result = run("run")
    assert result.exit_code == 2
    assert "helpdesk init" in result.stderr


def test_the_environment_names_the_configuration(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "elsewhere.toml").write_text("[helpdesk]\nstate = 'theirs'\n")
    monkeypatch.setenv("HELPDESK_CONFIG", str(here / "elsewhere.toml"))
    assert f"no helpdesk runs on {here / 'theirs'}" in run("status").stderr


@pytest.mark.parametrize("command", [["status"], ["networks"], ["invite"], ["tell", "queue"]], ids=" ".join)
def test_no_service(command: list[str], run) -> None:
    result = run(*command, "--state", "nowhere")
    assert result.exit_code == 3
    assert "start it with `helpdesk run`" in result.stderr


def _answers(monkeypatch: pytest.MonkeyPatch, **replies: object) -> list[tuple[str, dict[str, object]]]:
    asked: list[tuple[str, dict[str, object]]] = []

    def call(path: Path, do: str, **arguments: object) -> object:
        asked.append((do, arguments))
        reply = replies[do]
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(control, "call", call)
    return asked


PING = {"version": "1", "pid": 7, "url": "http://127.0.0.1:8080/"}


@pytest.mark.parametrize("ok", [True, False])
def test_status(ok: bool, run, monkeypatch: pytest.MonkeyPatch) -> None:
    part = {"name": "network libera", "ok": ok, "detail": "[red]no link[/red]", "mend": "" if ok else "call them"}
    _answers(monkeypatch, ping=PING, health=[part])
    result = run("status", "--state", "x")
    assert result.exit_code == (0 if ok else 1)
    assert "network libera" in result.stdout
    assert "[red]no link[/red]" in result.stdout  # a network's words are no markup
    assert ("call them" in result.stdout) is not ok
    as_json = run("status", "--state", "x", "--json")
    assert as_json.exit_code == (0 if ok else 1)
    assert json.loads(as_json.stdout)["parts"] == [part]


def test_networks(run, monkeypatch: pytest.MonkeyPatch) -> None:
    well = {"name": "matrix", "kind": "matrix", "ok": True, "detail": "in 2 rooms", "mend": "", "rooms": []}
    well |= {"since": "2026-01-02T03:04:05+00:00", "reconnects": 2, "restarts": 0, "waiting": 0, "lag": 0.0}
    well |= {"last_event": "2026-01-02T04:05:06.7+00:00"}
    banned = well | {"name": "libera", "ok": False, "detail": "banned", "mend": "ask an operator", "last_event": None}
    banned |= {"restarts": 3, "reconnects": 0, "waiting": 12, "lag": 7300.0}
    _answers(monkeypatch, networks=[well, banned])
    result = run("networks", "--state", "x")
    assert result.exit_code == 1
    head, first, second = (line.split() for line in result.stdout.splitlines())
    assert head == ["NETWORK", "STATE", "SINCE", "(UTC)", "HEARD", "(UTC)", "OUTBOX"]
    assert " ".join(first) == "ok matrix in 2 rooms 2026-01-02 03:04:05 (back 2×) 2026-01-02 04:05:06 empty"
    told = "FAIL libera banned → ask an operator 2026-01-02 03:04:05 (restarted 3×) – 12, oldest 2 h"
    assert " ".join(second) == told
    assert json.loads(run("networks", "--state", "x", "--json").stdout) == [well, banned]
    _answers(monkeypatch, networks=[well])
    assert run("networks", "--state", "x").exit_code == 0
    _answers(monkeypatch, networks=[])
    assert run("networks", "--state", "x").stdout == "No networks are configured.\n"


def test_invite_prints_the_link_alone(run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"url": "https://help.example.org/join/abc", "role": "lead", "expires": "2026-01-02T00:00:00+00:00"}
    asked = _answers(monkeypatch, invite=made)
    result = run("invite", "--state", "x", "--role", "lead", "--hours", "2")
    assert result.stdout == "https://help.example.org/join/abc\n"
    assert asked == [("invite", {"role": "lead", "hours": 2.0})]
    assert json.loads(run("invite", "--state", "x", "--json").stdout) == made


def test_tell(run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _answers(monkeypatch, tell={"refusal": None, "said": ["Ticket 12 is yours."], "ticket": 12})
    result = run("tell", "--state", "x", "claim", "12")
    assert (result.exit_code, result.stdout) == (0, "Ticket 12 is yours.\n")
    assert asked == [("tell", {"text": "claim 12"})]
    _answers(monkeypatch, tell={"refusal": "conflict", "said": ["Ben has it."], "ticket": 12})
    result = run("tell", "--state", "x", "claim", "12")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Ben has it.\n")


def test_a_refusal_names_its_mend(run, monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, invite=control.ControlError("links need the website, which is off", "set web.enabled = true"))
    result = run("invite", "--state", "x")
    assert result.exit_code == 1
    assert result.stderr == "error: links need the website, which is off\n  set web.enabled = true\n"


@pytest.fixture
def taken() -> int:
    """A port that something else listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_demos_own_port_is_taken(taken: int, run) -> None:
    result = run("demo", "--port", str(taken), "--state", "x")
    assert result.exit_code == 1
    assert f"port {taken} can't be used" in result.stderr
    assert "--port" in result.stderr


def test_the_demo_takes_the_next_free_port(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operate, "DEMO_PORT", taken)
    assert operate._free_port(None) != taken


def test_where_the_demo_keeps_its_state(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert operate._demo_state() == Path("state/demo")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert operate._demo_state() == here / "xdg-state" / "community-helpdesk" / "demo"


def _database(here: Path, *, upgraded: bool) -> None:
    (here / "desk").mkdir()
    database = Database.open(f"sqlite:///{here / 'desk' / 'helpdesk.db'}")
    if upgraded:
        database.upgrade()
    database.close()


def test_the_queue_without_a_database(run) -> None:
    result = run("queue", "list", "--state", "desk")
    assert result.exit_code == 1
    assert "no database yet" in result.stderr
    assert not Path("desk").exists()


def test_an_older_database_names_the_mend(run, here: Path) -> None:
    _database(here, upgraded=False)
    result = run("queue", "list", "--state", "desk")
    assert result.exit_code == 1
    assert "helpdesk db upgrade" in result.stderr
    assert json.loads(run("db", "upgrade", "--state", "desk", "--json").stdout)["applied"]
    assert run("queue", "list", "--state", "desk").exit_code == 0
    assert "up to date" in run("db", "upgrade", "--state", "desk").stdout


def test_the_empty_queue(run, here: Path) -> None:
    _database(here, upgraded=True)
    assert "queue is empty" in run("queue", "list", "--state", "desk").stdout
    assert json.loads(run("queue", "list", "--state", "desk", "--json").stdout) == []
    assert run("queue", "show", "1", "--state", "desk").exit_code == 1


def test_a_ticket(run, here: Path) -> None:
    from sqlalchemy import insert

    from helpdesk.store.schema import changes, people, tickets

    _database(here, upgraded=True)
    database = Database.open(f"sqlite:///{here / 'desk' / 'helpdesk.db'}")
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with database.writing.begin() as connection:
        connection.execute(insert(people).values(id=1, created_at=now))
        common = {"lang": "en", "network": "libera", "room": "#help", "direct": False, "encrypted": False}
        ticket = {"number": 7, "status": "open", "asked_back": False, "topic": "irc", "text": "My nick is [bold]gone"}
        asker = {"asker": 1, "asker_key": "account:anna", "asker_name": "anna", "asker_authenticated": True}
        times = {"opened_at": now, "changed_at": now, "private": False, "token_hash": "x"}
        connection.execute(insert(tickets).values(**common, **ticket, **asker, **times))
        change = {"ticket": 7, "at": now, "kind": "note", "actor_name": "ben", "network": "libera"}
        connection.execute(insert(changes).values(**change, text="Look at NickServ"))
    database.close()
    table = run("queue", "list", "--state", "desk").stdout
    assert "My nick is [bold]gone" in table
    assert "anna (libera)" in table
    (listed,) = json.loads(run("queue", "list", "--state", "desk", "--json").stdout)
    assert (listed["number"], listed["status"], listed["claimant"]) == (7, "open", None)
    shown = run("queue", "show", "7", "--state", "desk").stdout
    assert "Look at NickServ" in shown
    whole = json.loads(run("queue", "show", "7", "--state", "desk", "--json").stdout)
    assert [entry["by"] for entry in whole["history"]] == ["ben"]


def test_backup_and_restore(run, here: Path) -> None:
    _database(here, upgraded=True)
    result = run("db", "backup", "desk.tar.gz", "--state", "desk")
    assert result.exit_code == 0
    assert "2 members" in result.stdout
    again = run("db", "backup", "desk.tar.gz", "--state", "desk")
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert json.loads(run("db", "restore", "desk.tar.gz", "--state", "new", "--json").stdout)["database"] == "sqlite"
    assert (here / "new" / "helpdesk.db").exists()
    refused = run("db", "restore", "desk.tar.gz", "--state", "new")
    assert refused.exit_code == 1
    assert "--force" in refused.stderr


def test_the_schema_is_json(run) -> None:
    schema = json.loads(run("config", "schema").stdout)
    assert schema["properties"]["web"]["properties"]["port"]["default"] == 8080
