"""A cell that says yes or no: one reader for every such column that is no condition."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.errors import InvalidInput
from routing_rules.findings import Findings

_TRUTHS = {"yes": True, "是": True, "no": False, "否": False}
ALLOWED = "yes、no、是、否"


def read_truth(column: str, text: str, *, empty: bool | None = None) -> bool:
    """Read ``yes``, ``no``, ``是`` or ``否`` in any case; ``empty`` is what an empty cell says, None = it may not be empty.

    Raises ``InvalidInput`` naming the column, the value and what is allowed.
    """
    if not text and empty is not None:
        return empty
    said = _TRUTHS.get(text.casefold())
    if said is None:
        told = f"{column} 应为 yes 或 no(可用:{ALLOWED}),而不是“{text}”" if text else f"{column} 不能为空(可用:{ALLOWED})"
        raise InvalidInput(f"{column} {text!r} is neither yes nor no", message=told)
    return said


def truth_cell(cells: Mapping[str, str], column: str, at: tuple[str, str], findings: Findings, *, unread: bool = True) -> bool:
    """Return what a cell of a list says (empty = no); one that cannot be read is a fault at the file and row ``at``.

    ``unread`` is then returned: what draws no further finding about the row.
    """
    try:
        return read_truth(column, cells.get(column, ""), empty=False)
    except InvalidInput as error:
        findings.error(*at, error.message, "setting")
        return unread
