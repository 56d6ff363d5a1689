"""What the reader and the check have to say about a pack: a finding a clerk understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from hotline.errors import RuleError

Level = Literal["error", "warning", "notice"]
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or a doubt in a pack: the file, the row's id or line (empty for the file as a whole), and a Chinese sentence.

    ``check`` is the stable name of what was checked (``unreachable``, ``overlap``); ``others`` the rows that have a part in it;
    ``example`` the facts that show it, as ``hotline rules explain`` reads them, and ``order`` the past order they come from.
    An ``error`` keeps the pack from coming into force, a ``warning`` is a doubt, a ``notice`` only tells.
    """

    level: Level
    file: str
    row: str
    sentence: str
    check: str = ""
    others: tuple[str, ...] = ()
    example: Mapping[str, Any] | None = None
    order: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.row}: {self.sentence}" if self.row else f"{self.file}: {self.sentence}"


class Findings(list[Finding]):
    """Findings in the order they were met; reading goes on after a fault so that all of them are told at once."""

    def error(self, file: str, row: str, sentence: str, check: str = "", **more: Any) -> None:
        """Add a fault: the pack must not come into force. ``more`` are the other fields of ``Finding``."""
        self.append(Finding("error", file, row, sentence, check, **more))

    def warn(self, file: str, row: str, sentence: str, check: str = "", **more: Any) -> None:
        """Add a doubt: the pack may come into force."""
        self.append(Finding("warning", file, row, sentence, check, **more))

    def note(self, file: str, row: str, sentence: str, check: str = "", **more: Any) -> None:
        """Add a notice: something to know, nothing to mend."""
        self.append(Finding("notice", file, row, sentence, check, **more))

    def name_files(self, names: Mapping[str, str]) -> None:
        """Put the file's own name in place of a register's (``cases`` becomes ``cases.xlsx``); one that is missing is a CSV."""
        for place, one in enumerate(self):
            if one.file and "." not in one.file:
                self[place] = replace(one, file=names.get(one.file, f"{one.file}.csv"))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The faults alone."""
        return tuple(finding for finding in self if finding.level == "error")


def refuse(findings: Iterable[Finding]) -> None:
    """Raise ``RuleError`` when there is a fault among ``findings``."""
    faults = [str(finding) for finding in findings if finding.level == "error"]
    if faults:
        more = f" (共 {len(faults)} 处)" if len(faults) > _SHOWN else ""
        text = "; ".join(faults[:_SHOWN]) + more
        raise RuleError(text, message=f"规则包有误:{text}")
