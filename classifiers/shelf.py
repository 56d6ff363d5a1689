"""The folder of model versions, and the one folder that the settings name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from classifiers import folder
from classifiers.model import Classifier
from hotline.errors import ModelError
from hotline.services.models import CONFIGURED, Version

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class ModelShelf:
    """Versions lie under ``versions_dir``, each in a folder of its name; ``configured`` is the folder of the settings."""

    def __init__(self, versions_dir: Path, configured: Path) -> None:
        self._versions, self._configured = versions_dir, configured

    def folder(self, version: str) -> Path:
        """Return where a version lies or would lie. Raises ``ModelError`` for what is no version's name."""
        if version == CONFIGURED:
            return self._configured
        if not _NAME.fullmatch(version):
            raise ModelError(f"{version!r} is no version's name", message=f"“{version}”不是模型版本名")
        return self._versions / version

    def look(self, version: str) -> Version:
        """Return a version whose files are whole. Raises ``ModelError``."""
        place = self.folder(version)
        if version != CONFIGURED and not place.is_dir():
            raise ModelError(f"{place} is not there", message=f"没有模型版本 {version},可用 hotline model list 查看")
        stated = folder.verify(place)
        verdict = stated.get("verdict")
        return Version(
            version=version, name=str(stated["name"]), texts=int(stated.get("texts", 0)),
            corrections=int(stated.get("corrections", {}).get("texts", 0)), parent=str(stated.get("parent", "")),
            promote=bool(verdict["promote"]) if verdict else None, why=";".join(verdict["reasons"]) if verdict else "",
        )  # fmt: skip

    def manifest(self, version: str) -> dict[str, Any]:
        """Return what a version states of itself, its weights unread. Raises ``ModelError``."""
        return folder.read_manifest(self.folder(version))

    def versions(self) -> list[Version]:
        """Return the versions that can be read, sorted by name; damaged folders are left out."""
        found = []
        for place in sorted(self._versions.iterdir()) if self._versions.is_dir() else ():
            try:
                found.append(self.look(place.name))
            except ModelError:
                continue
        return found

    def load(self, version: str) -> Classifier:
        """Return a version's model. Raises ``ModelError``."""
        return Classifier.load(self.folder(version))
