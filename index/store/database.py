"""The database under the records: a SQLite file of the store's folder, or a PostgreSQL that many machines share.

Here are the connections, the errors as ours, and the lock that lets one process at a time build.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from index.errors import StoreBusy, StoreError, StoreReadOnly
from index.store.tables import META, SCHEMA

_SETTING = "TRIALOGUE_RECORDS_URL"
_BUILDING = 7_461_940  # the number of PostgreSQL's advisory lock for building
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": f"SELECT pg_advisory_xact_lock({_BUILDING + 1})"}
_HELD = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = :number AND pid = :holder AND granted")
_PATIENCE = {  # seconds, but for the last; the address may say otherwise
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


class Database:
    """`url`: a SQLAlchemy URL of SQLite or PostgreSQL. `folder`: the store's own."""

    def __init__(self, url: str, folder: Path) -> None:
        address = _address(url)
        self._on_file = address.get_backend_name() == "sqlite"
        self._folder = Path(str(address.database)).parent if self._on_file else folder
        self.name = str(address.database) if self._on_file else repr(address.set(query={}))
        self._holder: int | None = None  # PostgreSQL's number of the connection that holds the lock for building
        try:
            self._engine = create_engine(address, pool_pre_ping=not self._on_file)
        except NoSuchModuleError as exc:
            raise StoreError(f"{_SETTING} is no address of a database that is known here: {exc}") from exc
        except ModuleNotFoundError as exc:
            raise StoreError(
                f"the database needs the package {exc.name}; for PostgreSQL: pip install 'trialogue[postgres]'"
            ) from exc
        event.listen(self._engine, "before_cursor_execute", _as_text, retval=True)
        if self._on_file:
            event.listen(self._engine, "connect", _set_up_sqlite)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Foreign errors as ours, without the statement and its values."""
        try:
            yield
        except DBAPIError as exc:
            raise self._ours(" ".join(str(exc.orig).split())) from exc
        except SQLAlchemyError as exc:
            raise StoreError(f"the records in {self.name} cannot be used: {exc}") from exc

    def _ours(self, cause: str) -> StoreError:
        if "readonly" in cause or "read-only" in cause or "unable to open" in cause:
            return StoreReadOnly(f"the records in {self.name} cannot be written: {cause}")
        if "disk is full" in cause or "No space left" in cause:
            return StoreError(f"the disk of {self.name} is full; make room and run the same command again")
        if "database is locked" in cause:
            return StoreBusy(f"another process is writing to {self.name}; wait until it is done")
        next_step = "restore the file from a copy" if self._on_file else f"check {_SETTING} and that server"
        return StoreError(f"the records in {self.name} cannot be used: {cause[:300]}; {next_step}")

    def birth(self, made_with: Mapping[str, str]) -> dict[str, str]:
        """Makes the tables where they are missing, and gives what the store was made with; a new one gets an id."""
        with self.reading() as connection:
            if inspect(connection).has_table(META.name) and (found := _meta(connection)):
                return found
        with self.writing() as connection:
            connection.execute(text(_ALONE[connection.dialect.name]))  # two processes may start at once
            SCHEMA.create_all(connection)
            if not _meta(connection):
                rows = {**made_with, "id": uuid.uuid4().hex[:12]}
                connection.execute(insert(META), [{"key": key, "value": value} for key, value in rows.items()])
            return _meta(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction.

        Raises:
            StoreError: this process was building, and has lost the lock with its connection.
        """
        with self._told(), self._engine.begin() as connection:
            if self._holder and not connection.scalar(_HELD, {"number": _BUILDING, "holder": self._holder}):
                raise StoreError(f"the connection to {self.name} was lost; run the same command again")
            yield connection

    @contextmanager
    def building(self) -> Iterator[None]:
        """Holds the store for building; the lock goes with the process that holds it, however it ends.

        Raises:
            StoreBusy: another process is building.
        """
        with self._lock_of_folder() if self._on_file else self._lock_of_server():
            yield

    @contextmanager
    def _lock_of_server(self) -> Iterator[None]:
        with self.reading() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")  # held for hours, in no transaction
            if not connection.scalar(text(f"SELECT pg_try_advisory_lock({_BUILDING})")):
                raise StoreBusy(f"another process is indexing into {self.name}; wait until it is done")
            self._holder = connection.scalar(text("SELECT pg_backend_pid()"))
            try:
                yield
            finally:
                self._holder = None
                with suppress(DBAPIError):  # without its connection the lock is gone already
                    connection.execute(text(f"SELECT pg_advisory_unlock({_BUILDING})"))

    @contextmanager
    def _lock_of_folder(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder / "building.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise StoreBusy(f"another process is indexing into {self._folder}; wait until it is done") from exc
        except OSError as exc:
            raise StoreReadOnly(f"the store folder {self._folder} cannot be written: {exc.strerror}") from exc
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        self._engine.dispose()


def _address(url: str) -> URL:
    """An address as SQLAlchemy takes it; no error shows it, as it may hold a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        said = f"{_SETTING} cannot be read; it looks like postgresql://user:password@host:5432/trialogue"
        raise StoreError(said) from None  # the cause would show a part of it
    if "@" in f"{address.host}{address.database}" and not address.drivername.startswith("sqlite"):
        raise StoreError(f"{_SETTING} has a password with signs of an address; write @ as %40, / as %2F, : as %3A")
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in _ALONE:
        raise StoreError(f"{_SETTING} names a {address.get_backend_name()} database; it can be postgresql or sqlite")
    if address.get_backend_name() == "sqlite":
        if not address.database or address.database == ":memory:":
            raise StoreError(f"{_SETTING} names no file; write sqlite:////folder/records.sqlite")
        return address
    return address.set(query={**_PATIENCE, **address.query})


def _as_text(_: object, __: object, statement: str, values: Any, ___: object, ____: object) -> tuple[str, Any]:
    """Values as every database takes them: without NUL and half characters. Documents are bytes and keep theirs."""
    return statement, _whole(values)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return type(value)(map(_whole, value)) if isinstance(value, list | tuple) else value


def _meta(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(META))}


def _set_up_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection has no common type
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()
