"""``holidays``: the pack's own days off and working days."""

from __future__ import annotations

from datetime import date

from hotline.errors import InvalidInput
from routing_rules.findings import Findings
from routing_rules.holidays_cn import Override
from routing_rules.sheets import Sheet
from routing_rules.truths import read_truth


def read_overrides(sheet: Sheet | None, findings: Findings) -> tuple[Override, ...]:
    """Read the list; a date that cannot be read, or that is both worked and not, goes into ``findings``."""
    known: dict[date, tuple[int, Override]] = {}
    for line, cells in sheet.records() if sheet else ():
        place = f"第 {line} 行"
        try:
            read = Override(date.fromisoformat(cells["date"]), read_truth("worked", cells["worked"]), cells["name"] or "放假")
        except InvalidInput as error:
            findings.error("holidays", place, error.message, "setting")
        except ValueError:
            findings.error("holidays", place, f"不是日期:“{cells['date']}”", "setting")
        else:
            first, said = known.setdefault(read.day, (line, read))
            if said.worked != read.worked:
                findings.error("holidays", place, f"{read.day} 是否上班与第 {first} 行相反,只能保留一行", "setting")
    return tuple(one for _, one in known.values())
