"""Apache Kafka for tests: one KRaft node on free loopback ports in a folder of its own."""

from __future__ import annotations

import random
import socket
import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import wait_until

DEPLOY = Path(__file__).parents[2] / "deploy" / "kafka"
_HEAP = "-Xmx512m"
_LOG4J = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c %m%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""


def jars() -> Path:
    """Return the folder with the server's jars, gathered by Maven the first time (43 MB, 8 s)."""
    found = sorted((DEPLOY / "target").glob("kafka-*/kafka_2.13-*.jar"))
    if not found:
        command = ["mvn", "-q", "-B", "-f", str(DEPLOY / "pom.xml"), "package"]
        subprocess.run(command, check=True, timeout=600, stdin=subprocess.DEVNULL)
        found = sorted((DEPLOY / "target").glob("kafka-*/kafka_2.13-*.jar"))
    return found[-1].parent


def free_port() -> int:
    """Return a port nobody listens on, below those the system gives to outgoing connections: nobody takes it meanwhile."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port")


class KafkaServer:
    """A Kafka that can be stopped, killed and started again with its data."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self.url = f"kafka://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = folder / "server.properties"
        self._log4j = folder / "log4j2.properties"
        folder.mkdir(parents=True, exist_ok=True)
        template = (DEPLOY / "server.properties").read_text("utf-8")
        controller_port = free_port()
        self._properties.write_text(
            template.format(port=self.port, controller_port=controller_port, data=folder / "data"), "utf-8"
        )
        self._log4j.write_text(_LOG4J.format(log=folder / "kafka.log"), "utf-8")
        cluster = urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")  # never "-…", which looks like an option
        self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties)).wait(60)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until the port answers, up to 60 s."""
        self._process = self._java("kafka.Kafka", str(self._properties))
        wait_until(self._answers, 60.0, what="Kafka's port")

    def stop(self) -> None:
        """Stop in good order, by force after 30 s."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """Stop without warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "java.out").read_text("utf-8")[-2000:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _java(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = ["java", _HEAP, "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={self._log4j}", "-cp", f"{jars()}/*", main]
        with (self._folder / "java.out").open("ab") as output:
            return subprocess.Popen(
                [*command, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self._folder
            )
