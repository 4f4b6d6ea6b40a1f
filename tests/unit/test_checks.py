"""`helpdesk check`: every line says ok or the mend, and nothing is disturbed."""

import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bridges.network import Finding, Misconfigured, NetworkError, Transient
from helpdesk import checks
from helpdesk.config import Config, ConfigError, build
from helpdesk.store.engine import Database


def _config(tmp_path: Path, **sections: Any) -> Config:
    state = {"state": str(tmp_path / "state")}
    sections.setdefault("web", {"port": 0})
    return build({**sections, "helpdesk": state | sections.get("helpdesk", {})})


async def _lines(config: Config) -> dict[str, Finding]:
    return {finding.what: finding async for finding in checks.check(config)}


async def _faults(config: Config) -> list[str]:
    return [f"{found.what} -> {found.mend}" for found in (await _lines(config)).values() if not found.ok]


async def test_the_plain_default_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    config = _config(tmp_path)
    assert await _faults(config) == []
    assert list(tmp_path.iterdir()) == []


async def test_every_fault_has_a_mend(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    config = _config(
        tmp_path,
        kb={"folders": [str(tmp_path / "nowhere")], "starter": False},
        helpdesk={"public_url": "http://127.0.0.1/"},
        web={"host": "0.0.0.0", "port": 0},
        networks={"libera": {"kind": "irc", "host": "127.0.0.1", "port": 1, "tls": False}},
    )
    found = [finding async for finding in checks.check(config)]
    assert sum(not finding.ok for finding in found) >= 5
    assert all(finding.mend for finding in found if not finding.ok)


async def test_a_model_that_is_not_the_one_that_was_pinned(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"something else")
    config = _config(tmp_path, kb={"semantic": "static", "model": str(tmp_path / "model"), "model_sha256": "0" * 64})
    (fault,) = await _faults(config)
    assert fault.startswith("meaning of questions -> ")
    assert "kb.model_sha256" in fault


async def test_an_older_database(tmp_path: Path) -> None:
    config = _config(tmp_path)
    config.state.mkdir()
    database = Database.open(config.database_url())
    assert any("helpdesk db upgrade" in fault for fault in await _faults(config))
    database.upgrade()
    database.close()
    assert await _faults(config) == []


async def test_an_unreachable_database_server(tmp_path: Path) -> None:
    (fault,) = await _faults(_config(tmp_path, database={"url": "postgresql://nobody@127.0.0.1:1/none"}))
    assert fault.startswith("database -> ")
    assert "can't be opened" in fault


async def test_a_databases_secret_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_DB", raising=False)
    (fault,) = await _faults(_config(tmp_path, database={"url_env": "DESK_DB"}))
    assert "set the environment variable DESK_DB" in fault


async def test_a_broken_article_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "topic"
    folder.mkdir(parents=True)
    (folder / "bad.md").write_text("---\ntitle: Bad\nstauts: draft\n---\n\nText.\n")
    (fault,) = await _faults(_config(tmp_path, kb={"folders": [str(tmp_path / "articles")]}))
    assert "bad.md:3" in fault


async def test_many_broken_articles_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "topic"
    folder.mkdir(parents=True)
    for number in range(checks.MOST_ARTICLE_LINES + 5):
        (folder / f"bad{number}.md").write_text("no front matter")
    faults = await _faults(_config(tmp_path, kb={"folders": [str(tmp_path / "articles")]}))
    assert len(faults) == checks.MOST_ARTICLE_LINES + 1
    assert "5 errors more" in faults[-1]


async def test_a_state_folder_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.checks.os.access", lambda *_: False)
    assert any("install -d" in fault for fault in await _faults(_config(tmp_path)))
    (tmp_path / "state").mkdir()
    assert any("chown" in fault for fault in await _faults(_config(tmp_path)))


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        (fault,) = await _faults(_config(tmp_path, web={"port": port}))
    assert "set another web.port" in fault


async def test_a_port_that_our_own_service_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.control.call", lambda *_, **__: {"pid": 1})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert await _faults(_config(tmp_path, web={"port": listener.getsockname()[1]})) == []


@pytest.mark.parametrize(
    ("public_url", "web", "said"),
    [
        ("", {"host": "0.0.0.0"}, "set helpdesk.public_url"),
        ("http://localhost/", {"host": "0.0.0.0"}, "names this machine only"),
        ("https://help.example.org/", {}, "web.trusted_proxies"),
    ],
)
async def test_an_address_that_can_not_be_right(
    public_url: str, web: dict[str, Any], said: str, tmp_path: Path
) -> None:
    (fault,) = await _faults(_config(tmp_path, helpdesk={"public_url": public_url}, web={"port": 0} | web))
    assert said in fault


@pytest.mark.parametrize(
    ("public_url", "web"),
    [
        ("https://help.example.org/desk/", {"trusted_proxies": ["127.0.0.1"]}),
        ("http://intranet.example.org/", {"host": "0.0.0.0"}),
        ("", {}),
        ("http://localhost:9000/", {}),
    ],
)
async def test_an_address_that_may_be_right(public_url: str, web: dict[str, Any], tmp_path: Path) -> None:
    assert await _faults(_config(tmp_path, helpdesk={"public_url": public_url}, web={"port": 0} | web)) == []


class Probed:
    """A network that says one thing when it is tried."""

    def __init__(self, outcome: Sequence[Finding] | NetworkError) -> None:
        self.outcome = outcome

    async def probe(self) -> Sequence[Finding]:
        if isinstance(self.outcome, NetworkError):
            raise self.outcome
        return self.outcome


def _with_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: Sequence[Finding] | NetworkError) -> Config:
    monkeypatch.setattr(checks, "factory", lambda _: lambda *_: Probed(outcome))
    rooms = {"#sig": {"volunteers": True}}
    libera = {"kind": "irc", "host": "irc.example.org", "rooms": rooms}
    return _config(tmp_path, networks={"libera": libera}, members={"leads": ["libera:anna"]})


async def test_a_networks_own_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("certificate", ok=True), Finding("room #sig", ok=False, mend="invite the desk")]
    assert await _faults(_with_network(tmp_path, monkeypatch, found)) == [
        "network libera: room #sig -> invite the desk"
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Misconfigured("wrong password", "mend the file"), "network libera: wrong password -> mend the file"),
        (Transient("no route"), "network libera: no route -> look at its settings"),
    ],
)
async def test_a_network_that_fails(
    error: NetworkError, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _faults(_with_network(tmp_path, monkeypatch, error)) == [said]


async def test_a_network_that_never_replies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def silent(_: Probed) -> Sequence[Finding]:
        await asyncio.Event().wait()
        return []

    config = _with_network(tmp_path, monkeypatch, [])
    monkeypatch.setattr(Probed, "probe", silent)
    monkeypatch.setattr(checks, "PROBE_SECONDS", 0.05)
    (fault,) = await _faults(config)
    assert "no reply within" in fault


async def test_nobody_would_hear_of_tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "factory", lambda _: lambda *_: Probed([]))
    config = _config(tmp_path, networks={"libera": {"kind": "irc", "host": "irc.example.org"}})
    volunteers, leads = await _faults(config)
    assert "volunteers = true" in volunteers
    assert "[members] leads" in leads


def _linked(**more: Any) -> dict[str, Any]:
    rooms = {"#help": {}, "#sig": {"volunteers": True}}
    libera = {"kind": "irc", "host": "irc.example.org", "rooms": rooms}
    return {"networks": {"libera": libera}, "members": {"leads": ["libera:anna"]}} | more


@pytest.mark.parametrize(("one_way", "arrow"), [(False, "⇄"), (True, "→")])
async def test_a_link_has_its_line(one_way: bool, arrow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "factory", lambda _: lambda *_: Probed([]))
    link = {"rooms": ["libera:#help", "libera:#sig"], "one_way": one_way}
    assert f"link libera:#help {arrow} libera:#sig" in await _lines(_config(tmp_path, **_linked(links=[link])))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"links": [{"rooms": ["libera:#help", "libera:#help"]}]}, "named twice in one link"),
        ({"links": [{"rooms": ["libera:#help"]}]}, "links: name two rooms or more, as NETWORK:ROOM"),
        ({"relay": {"bots": ["bridgebot"]}}, "relay.bots: 'bridgebot': write NETWORK:NAME"),
        ({"relay": {"bots": ["oftc:bridgebot"]}}, "with a configured network (libera, web)"),
    ],
)
def test_links_and_bots_that_can_not_be_meant(more: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        _config(tmp_path, **_linked(**more))


def test_one_networks_fault_is_told_alone(tmp_path: Path) -> None:
    tables = _linked()
    tables["networks"]["libera"]["prot"] = 6697
    with pytest.raises(ConfigError) as raised:
        _config(tmp_path, **tables)
    (line,) = str(raised.value).splitlines()
    assert line.startswith("networks.libera.prot: ")
    tables["networks"]["libera"] = {"kind": "irc", "host": "irc.example.org", "sasl": "plain"}
    with pytest.raises(ConfigError) as raised:
        _config(tmp_path, **tables)
    (line,) = str(raised.value).splitlines()
    assert line.startswith("networks.libera: ")


async def test_what_was_not_tried_is_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = _with_network(tmp_path, monkeypatch, [Finding("password", ok=True, untried=True)])
    assert (await _lines(config))["network libera: password"].untried
