"""One file that holds everything the service can't make anew: the database and the networks' own state (keys, tokens).

Taken while the service runs. SQLite files go through SQLite's backup API, PostgreSQL through COPY in one snapshot: no
`pg_dump` of a matching version has to be there. What is only a cache stays out. Must never import the desk.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path, PurePosixPath

from helpdesk import __version__, control
from helpdesk.config import Config
from helpdesk.store.dump import BackupError, dump, load

__all__ = ["BackupError", "Manifest", "Summary", "backup", "describe", "restore"]

FORMAT = 1
_REPLACED = "replaced-"
_WORKING = ".restoring-"
# What is made anew by itself: the knowledge base's index, the running service's marks.
_CACHES = {"kb", control.NAME, "lock"}
# In a cache's folder, and none: the log of questions it was learned from is forgotten in time.
_LEARNED = PurePosixPath("kb/calibration.json")
_SQLITE_MAGIC = b"SQLite format 3\0"
_SQLITE_COMPANIONS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup says of itself, in `manifest.json`, its first member."""

    version: str
    made: str
    database: str
    """`sqlite` or `postgresql`."""
    revision: str | None
    tables: tuple[str, ...] = ()
    """Of PostgreSQL, parents before children."""
    sequences: tuple[tuple[str, int, bool], ...] = ()
    """Of PostgreSQL: name, last value, whether it was used."""

    def dump(self) -> bytes:
        return json.dumps(
            {"format": FORMAT, **{name: getattr(self, name) for name in self.__slots__}}, indent=2
        ).encode()


@dataclass(frozen=True, slots=True)
class Summary:
    file: Path
    bytes: int
    members: int
    manifest: Manifest


# --- taking one -------------------------------------------------------------------------------------------------------


def backup(config: Config, file: Path, now: datetime, *, force: bool = False) -> Summary:
    """Write the backup to `file`, mode 0600, complete or not at all. Raise BackupError, ConfigError or StoreError."""
    if file.exists() and not force:
        raise BackupError(f"{file} exists", "name another file, or overwrite it with --force")
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent}: there is no such folder", "make it, or name another")
    url = config.database_url()
    with contextlib.ExitStack() as cleaning:
        try:
            handle, name = tempfile.mkstemp(prefix=".backup-", dir=file.parent)  # mode 0600
        except OSError as error:
            raise BackupError(
                f"{file.parent}: {error.strerror}", "write the backup to a folder you may write to"
            ) from error
        partial = Path(name)
        cleaning.callback(partial.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as stream:
            with (
                tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as tar,
                tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as work,
            ):
                manifest = _collect(config, url, Path(work), tar, now)
                members = len(tar.getmembers())
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    return Summary(file, file.stat().st_size, members, manifest)


def _collect(config: Config, url: str, work: Path, tar: tarfile.TarFile, now: datetime) -> Manifest:
    made = now.isoformat()
    if url.startswith("sqlite:"):
        database = config.state / "helpdesk.db"
        if not database.is_file():
            raise BackupError(f"{config.state}: no database yet", "there is nothing to back up before the first run")
        copy = work / "database"
        copy_sqlite(database, copy)
        manifest = Manifest(__version__, made, "sqlite", _sqlite_revision(copy))
        _add_bytes(tar, "manifest.json", manifest.dump())
        tar.add(copy, "state/helpdesk.db", filter=_private)
    else:
        revision, tables, sequences = dump(url, work)
        manifest = Manifest(__version__, made, "postgresql", revision, tables, sequences)
        _add_bytes(tar, "manifest.json", manifest.dump())
        for table in manifest.tables:
            tar.add(work / table, f"database/{table}.copy", filter=_private)
    # The keys after the database: keys that are ahead of its sync position do no harm, keys behind it are missed.
    for path in _state_files(config.state):
        name = f"state/{path.relative_to(config.state).as_posix()}"
        if name == "state/helpdesk.db":
            continue
        copy = work / "file"
        try:
            if _is_sqlite(path):
                copy_sqlite(path, copy)
            else:
                shutil.copyfile(path, copy)
        except FileNotFoundError:
            continue  # the service has just replaced or removed it
        tar.add(copy, name, filter=_private)
        copy.unlink()
    return manifest


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others write. Raise BackupError when the source is damaged."""
    try:
        with (
            contextlib.closing(
                sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
            ) as reading,
            contextlib.closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
            _verify(writing, source)
    except sqlite3.Error as error:
        raise BackupError(f"{source}: {error}", "look whether the disk is well, then try again") from error


def _verify(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{path} is damaged: {found}", "restore an earlier backup")


def _sqlite_revision(path: Path) -> str | None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return row[0] if row else None


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


def _state_files(state: Path) -> Iterator[Path]:
    """All regular files of the state folder that are not caches or set aside by an earlier restore."""
    if not state.is_dir():
        return
    for entry in sorted(state.iterdir()):
        if entry.name in _CACHES or entry.name.startswith((_REPLACED, _WORKING)):
            continue
        for path in [entry] if not entry.is_dir() else sorted(entry.rglob("*")):
            if path.is_symlink() or not stat.S_ISREG(path.lstat().st_mode) or _is_companion(path):
                continue
            yield path
    learned = state / _LEARNED
    if learned.is_file() and not learned.is_symlink():
        yield learned


def _is_companion(path: Path) -> bool:
    return any(
        path.name.endswith(end) and path.with_name(path.name.removesuffix(end)).exists() for end in _SQLITE_COMPANIONS
    )


def _private(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(_private(member), io.BytesIO(content))


# --- restoring one ----------------------------------------------------------------------------------------------------


def restore(config: Config, file: Path, now: datetime, *, force: bool = False) -> Manifest:
    """Put the backup's content in place. What was there is set aside in the state folder (PostgreSQL: replaced).

    Raise BackupError when the service runs, when there is data and not `force`, or when the file is no backup of ours;
    nothing has changed then.
    """
    url = config.database_url()
    kind = "sqlite" if url.startswith("sqlite:") else "postgresql"
    refuse_while_running(config.state)
    try:
        with tarfile.open(file, "r:*") as tar:
            manifest = _manifest(tar, file)
            if manifest.database != kind:
                raise BackupError(
                    f"the backup is of {manifest.database}, the configuration says {kind}",
                    "set [database] as it was when the backup was taken",
                )
            _restore(config.state, url, tar, manifest, now, force=force)
    except FileNotFoundError as error:
        raise BackupError(f"{file}: there is no such file", "name the file `helpdesk db backup` wrote") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(
            f"{file} can't be restored: {error}", "look whether the file is whole, and the disk not full"
        ) from error
    return manifest


def refuse_while_running(state: Path) -> None:
    try:
        control.call(state / control.NAME, "ping", timeout=5)
    except control.NotRunningError:
        return
    except control.ControlError as error:
        raise BackupError(f"a helpdesk seems to run: {error}", "stop it first") from error
    raise BackupError("a helpdesk runs on this state folder", "stop it first, then restore")


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    no_backup = BackupError(f"{file} is no backup of a helpdesk", "name the file `helpdesk db backup` wrote")
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == "manifest.json" else None
    if content is None:
        raise no_backup
    try:
        data = json.load(content)
        if data.pop("format") != FORMAT:
            raise BackupError(f"{file} is of a newer version of the program", "update the program, then restore")
        return Manifest(
            **data | {"tables": tuple(data["tables"]), "sequences": tuple((n, v, u) for n, v, u in data["sequences"])}
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise no_backup from error


def _restore(state: Path, url: str, tar: tarfile.TarFile, manifest: Manifest, now: datetime, *, force: bool) -> None:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    present = [entry for entry in state.iterdir() if not entry.name.startswith((_REPLACED, _WORKING))]
    if any(entry.name not in _CACHES for entry in present) and not force:
        raise BackupError(
            f"{state} holds data", "name an empty state folder, or use --force: it sets what is there aside"
        )
    with tempfile.TemporaryDirectory(prefix=_WORKING, dir=state) as name:
        work = Path(name)
        for member in tar.getmembers():
            _extract(tar, member, work)
        if manifest.database == "sqlite":
            with contextlib.closing(sqlite3.connect(work / "helpdesk.db")) as connection:
                _verify(connection, Path("helpdesk.db"))
        else:
            load(
                url,
                lambda table: tar.extractfile(f"database/{table}.copy"),
                (manifest.revision, manifest.tables, manifest.sequences),
                force=force,
            )
        if present:
            aside = _aside(state, now)
            for entry in present:
                entry.rename(aside / entry.name)
        for entry in work.iterdir():
            entry.rename(state / entry.name)


def _aside(state: Path, now: datetime) -> Path:
    stem = f"{_REPLACED}{now:%Y%m%d-%H%M%S}"
    for again in count(1):
        folder = state / (stem if again == 1 else f"{stem}-{again}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise AssertionError  # count never ends


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, work: Path) -> None:
    """Regular files below `state/` only, wherever else the names may point."""
    parts = PurePosixPath(member.name).parts
    if len(parts) < 2 or parts[0] != "state":
        return
    content = tar.extractfile(member) if member.isreg() and ".." not in parts else None
    if content is None:
        raise BackupError(f"{member.name}: not what a backup holds", "restore only files `helpdesk db backup` wrote")
    target = work.joinpath(*parts[1:])
    for folder in reversed(target.relative_to(work).parents):
        (work / folder).mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(content, out)


def describe(manifest: Manifest) -> Mapping[str, object]:
    """For programs."""
    return {
        "version": manifest.version,
        "made": manifest.made,
        "database": manifest.database,
        "revision": manifest.revision,
    }
