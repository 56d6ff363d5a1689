"""A deployment to call the command line in."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.store import migrate
from tests.models import default_model
from tests.whole.deployment import Deployment


@pytest.fixture(scope="session")
def model() -> Path:
    """The default model."""
    return default_model()


@pytest.fixture
def place(tmp_path: Path) -> Deployment:
    """Nothing there yet."""
    return Deployment(tmp_path / "data")


@pytest.fixture
def migrated(place: Deployment) -> Deployment:
    """A deployment with its schema."""
    migrate(place.database)
    return place
