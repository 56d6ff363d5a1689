"""How a command names books: a folder, a shipped pack, the beginning of a hash in the database, or the one in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, RuleError
from routing_rules.pack import PACKS, pack_files

if TYPE_CHECKING:
    from hotline.bootstrap import House

IN_FORCE = ("现行", "current")
BOOK_HELP = "文件夹、自带规则包名称、库中规则包的指纹前几位,或 现行"
Opened = Callable[[], "House"]


def book_files(text: str, opened: Opened) -> dict[str, bytes]:
    """Return the files of the book a person means; the database is opened only when it is asked. Raises ``NotFound``."""
    if text in IN_FORCE:
        house = opened()
        return house.drafts.files(house.books.now_in_force())
    if Path(text).is_dir() or (text.isidentifier() and (PACKS / text).is_dir()):
        return pack_files(text)
    drafts = opened().drafts
    return drafts.files(drafts.find(text.lower()))


def person(name: str) -> Actor:
    """Return who acts on the command line: whoever may use it has the machine, and gives his name for the record."""
    if not name.strip():
        raise InvalidInput("a name is needed", message="请填写姓名")
    return Actor(name.strip()[:100], Role.ADMIN)


def zone_of(house: House) -> tzinfo:
    """Return the office's time zone, or the machine's while the book in force cannot be read: it must be possible to mend it."""
    try:
        return house.books.current().zone
    except RuleError:
        return datetime.now().astimezone().tzinfo or UTC


def moment(text: str, zone: tzinfo, option: str) -> datetime:
    """Read a time or a date; without an offset it is local."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        told = f"{option} 的“{text}”应写成 2026-12-01 或 2026-12-01T00:00"
        raise InvalidInput(f"{option} {text!r} is no time", message=told) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def day(text: str, option: str) -> date:
    """Read a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{option} {text!r} is no date", message=f"{option} 的“{text}”应写成 2026-12-01") from None
