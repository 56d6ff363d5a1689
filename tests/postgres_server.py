"""A private PostgreSQL from Debian's binaries: its own folder, its own loopback port, gone with the session."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

_QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}


class PostgresServer:
    """A server that a test may stop, kill and start again; every database it makes is its own.

    PostgreSQL refuses to run as root: then it runs as Debian's user ``postgres``.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self._data, self._user = self._folder / "data", "postgres" if os.geteuid() == 0 else None
        self._port, self._made = _free_port(), 0
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", "hotline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {"listen_addresses": "127.0.0.1", "port": self._port, "unix_socket_directories": "", **_QUICK}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", str(self._folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop at once, as a crash would: connections are cut."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self._data))

    def close(self) -> None:
        """Stop and remove everything."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def database(self, template: str = "template1") -> str:
        """Make a fresh database, a copy of ``template``, and return its name."""
        self._made += 1
        name = f"hotline_{self._made}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def empty(self, name: str) -> None:
        """Remove every row but the schema's revision: 20 times faster than a new database. Append-only triggers are passed by."""
        with psycopg.connect(self.address(name)) as admin:
            admin.execute("SET session_replication_role = replica")
            found = admin.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            tables = sql.SQL(", ").join(sql.Identifier(row[0]) for row in found)
            admin.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))

    def address(self, name: str) -> str:
        """Return a database's address."""
        return f"postgresql://hotline@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        said = self._folder / f"{program}.out"  # a pipe would stay open in the server and never end
        with said.open("w") as output:
            done = subprocess.run(
                [str(_binary(program)), *arguments], check=False, user=self._user, cwd=self._folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, timeout=60,
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said.read_text(errors='replace')[-2000:]}")


def _binary(program: str) -> Path:
    for server in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return server.parent / program
    return Path(str(shutil.which("postgres"))).parent / program


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
