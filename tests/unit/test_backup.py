"""The backup of a service on SQLite. PostgreSQL's stands in tests/integration."""

import io
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpdesk import control
from helpdesk.backup import BackupError, backup, restore
from helpdesk.config import Config, build
from helpdesk.store.engine import Database

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _config(state: Path) -> Config:
    return build({"helpdesk": {"state": str(state)}})


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A state folder as a service leaves it."""
    state = tmp_path / "state"
    keys = state / "networks" / "matrix"
    keys.mkdir(parents=True)
    (state / "kb").mkdir()
    (state / "kb" / "index").write_text("a cache")
    (state / "lock").write_text("")
    (keys / "token").write_text("syt_secret")
    with closing(sqlite3.connect(keys / "store.db")) as store, store:
        store.execute("CREATE TABLE keys (name TEXT)")
        store.execute("INSERT INTO keys VALUES ('olm')")
    config = _config(state)
    database = Database.open(config.database_url())
    database.upgrade()
    _put(database, "tickets", 7)
    database.close()
    return config


def _put(database: Database, name: str, value: int) -> None:
    with database.writing.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO counters (name, value) VALUES ('{name}', {value})")


def _counters(config: Config) -> dict[str, int]:
    with closing(sqlite3.connect(config.state / "helpdesk.db")) as connection:
        return dict(connection.execute("SELECT name, value FROM counters"))


def _names(file: Path) -> set[str]:
    with tarfile.open(file) as tar:
        return set(tar.getnames())


def test_there_and_back(config: Config, tmp_path: Path) -> None:
    made = backup(config, tmp_path / "desk.tar.gz", NOW)
    other = _config(tmp_path / "other")
    manifest = restore(other, tmp_path / "desk.tar.gz", NOW)
    assert manifest == made.manifest
    assert manifest.revision is not None
    assert _counters(other)["tickets"] == 7
    assert (other.state / "networks" / "matrix" / "token").read_text() == "syt_secret"
    with closing(sqlite3.connect(other.state / "networks" / "matrix" / "store.db")) as store:
        assert store.execute("SELECT name FROM keys").fetchall() == [("olm",)]
    for path in other.state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_what_was_learned_comes_along(config: Config, tmp_path: Path) -> None:
    """The log of questions, and the calibration: it lies among what can be made anew, and can't."""
    (config.state / "kb").mkdir(exist_ok=True)
    (config.state / "kb" / "calibration.json").write_text("{}")
    with closing(sqlite3.connect(config.state / "helpdesk.db")) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(lessons)")]
        connection.execute(f"INSERT INTO lessons VALUES ({', '.join('?' * len(columns))})", [1] * len(columns))
    backup(config, tmp_path / "desk.tar.gz", NOW)
    other = _config(tmp_path / "other")
    restore(other, tmp_path / "desk.tar.gz", NOW)
    with closing(sqlite3.connect(other.state / "helpdesk.db")) as connection:
        assert connection.execute("SELECT count(*) FROM lessons").fetchall() == [(1,)]
    assert sorted(path.name for path in (other.state / "kb").iterdir()) == ["calibration.json"]


def test_it_is_for_the_operators_eyes_only(config: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "desk.tar.gz", NOW)
    assert stat.S_IMODE((tmp_path / "desk.tar.gz").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_caches_stay_out(config: Config, tmp_path: Path) -> None:
    backup(config, tmp_path / "desk.tar.gz", NOW)
    assert _names(tmp_path / "desk.tar.gz") == {
        "manifest.json",
        "state/helpdesk.db",
        "state/networks/matrix/token",
        "state/networks/matrix/store.db",
    }


def test_it_is_whole_though_the_service_writes(config: Config, tmp_path: Path) -> None:
    """Two counters are always written together: no backup sees one without the other."""
    database = Database.open(config.database_url())
    stop = threading.Event()
    rounds = 0

    def write() -> None:
        nonlocal rounds
        while not stop.is_set():
            with database.writing.begin() as connection:
                for name in ("left", "right"):
                    connection.exec_driver_sql(f"INSERT OR REPLACE INTO counters VALUES ('{name}', {rounds})")
            rounds += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            file = tmp_path / f"{number}.tar.gz"
            backup(config, file, NOW)
            other = _config(tmp_path / f"other{number}")
            restore(other, file, NOW)
            found = _counters(other)
            assert found.get("left") == found.get("right")
            assert found["tickets"] == 7
    finally:
        stop.set()
        thread.join()
        database.close()
    assert rounds > 5


def test_an_existing_file_is_not_overwritten(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "desk.tar.gz"
    file.write_text("yesterday's")
    with pytest.raises(BackupError, match="exists") as raised:
        backup(config, file, NOW)
    assert "--force" in raised.value.mend
    assert file.read_text() == "yesterday's"
    backup(config, file, NOW, force=True)
    assert "manifest.json" in _names(file)


def test_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database yet"):
        backup(_config(tmp_path / "empty"), tmp_path / "desk.tar.gz", NOW)
    assert not (tmp_path / "desk.tar.gz").exists()


def test_a_damaged_database_makes_no_backup(config: Config, tmp_path: Path) -> None:
    content = bytearray((config.state / "helpdesk.db").read_bytes())
    for at in range(4096, len(content), 4096):
        content[at : at + 64] = b"\xff" * 64
    (config.state / "helpdesk.db").write_bytes(content)
    with pytest.raises(BackupError):
        backup(config, tmp_path / "desk.tar.gz", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_data_is_set_aside_only_by_force(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "desk.tar.gz"
    backup(config, file, NOW)
    database = Database.open(config.database_url())
    _put(database, "since", 1)
    database.close()
    with pytest.raises(BackupError, match="holds data"):
        restore(config, file, NOW)
    assert "since" in _counters(config)
    restore(config, file, NOW, force=True)
    assert _counters(config) == {"tickets": 7}
    aside = config.state / "replaced-20260102-030405"
    with closing(sqlite3.connect(aside / "helpdesk.db")) as connection:
        assert connection.execute("SELECT value FROM counters WHERE name = 'since'").fetchall() == [(1,)]
    # What was set aside is no part of the next backup.
    backup(config, file, NOW, force=True)
    assert not any("replaced-" in name for name in _names(file))


def test_not_while_a_service_runs(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "desk.tar.gz"
    backup(config, file, NOW)
    monkeypatch.setattr(control, "call", lambda *_, **__: {"pid": 1})
    with pytest.raises(BackupError, match="runs on this state folder"):
        restore(config, file, NOW, force=True)
    assert not list(config.state.glob("replaced-*"))


def test_the_other_kind_of_database(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "desk.tar.gz"
    backup(config, file, NOW)
    postgres = build({"helpdesk": {"state": str(tmp_path / "other")}, "database": {"url": "postgresql://localhost/x"}})
    with pytest.raises(BackupError, match="is of sqlite, the configuration says postgresql"):
        restore(postgres, file, NOW)


def _tar(file: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file


MANIFEST = json.dumps(
    {"format": 1, "version": "1", "made": "x", "database": "sqlite", "revision": "x", "tables": [], "sequences": []}
).encode()


@pytest.mark.parametrize("name", ["state/../../escaped", "state/networks/../../../escaped"])
def test_names_can_not_lead_out_of_the_state_folder(name: str, tmp_path: Path) -> None:
    file = _tar(tmp_path / "bad.tar.gz", (tarfile.TarInfo("manifest.json"), MANIFEST), (tarfile.TarInfo(name), b"x"))
    with pytest.raises(BackupError, match="not what a backup holds"):
        restore(_config(tmp_path / "a" / "b"), file, NOW)
    assert not list(tmp_path.rglob("escaped"))


def test_a_link_is_no_file_of_a_backup(tmp_path: Path) -> None:
    link = tarfile.TarInfo("state/token")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    file = _tar(tmp_path / "bad.tar.gz", (tarfile.TarInfo("manifest.json"), MANIFEST), (link, b""))
    with pytest.raises(BackupError, match="not what a backup holds"):
        restore(_config(tmp_path / "state"), file, NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a tar file", "can't be restored"),
        (None, "no such file"),
    ],
)
def test_what_is_no_backup(content: bytes | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupError, match=said):
        restore(_config(tmp_path / "state"), file, NOW)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{}", "no backup of a helpdesk"),
        (b"[1]", "no backup"),
        (b'{"format": 2}', "newer version"),
        (b"{", "no backup"),
    ],
)
def test_a_manifest_that_is_none(manifest: bytes, said: str, tmp_path: Path) -> None:
    file = _tar(tmp_path / "x.tar.gz", (tarfile.TarInfo("manifest.json"), manifest))
    with pytest.raises(BackupError, match=said):
        restore(_config(tmp_path / "state"), file, NOW)


def test_a_cut_file_changes_nothing(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "desk.tar.gz"
    backup(config, file, NOW)
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(BackupError):
        restore(config, file, NOW, force=True)
    assert _counters(config) == {"tickets": 7}
    assert not list(config.state.glob("replaced-*"))
