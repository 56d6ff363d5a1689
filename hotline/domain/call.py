"""What a citizen, an agent or the platform above sent us: a message, kept whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hotline.domain.facts import Origin
from hotline.domain.text import clean
from hotline.errors import InvalidInput

MAX_TEXT = 200_000  # characters: longer than any letter seen, short enough that one message cannot fill a worker
MAX_FIELD = 500  # characters of any other field
MAX_KEY = 2000  # bytes of source and message id together: PostgreSQL's index takes 2,704
CHANNEL_NAMES: Final[Mapping[str, str]] = {
    "phone": "电话", "web": "网页", "app": "移动端", "letter": "信函", "upstream": "市级平台", "excel": "表格导入",
    "replay": "回放",
}  # fmt: skip
CHANNELS = tuple(CHANNEL_NAMES)
OWN_NUMBER: Final = "办件编号"
"""Under this name ``extra`` keeps the district's own number of an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who spoke; empty strings for an anonymous caller."""

    name: str = ""
    phone: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether nobody can be called back."""
        return not self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A message as it came in. ``received_at`` is aware; (``source``, ``message_id``) names it for ever (DESIGN §2).

    ``chosen_unit`` is the unit an agent chose while the caller spoke, ``direct_answer`` what the agent answered on the spot
    (直办); both are a person's word (``recorded_by``), which the machine does not overrule.

    ``about`` is what a message of the platform above says (``domain.above``; one nobody knows goes to the desk), ``data`` what
    belongs to it, JSON-able (``services.upstream_acts``); such a message needs no text, but the order's number.
    """

    source: str
    message_id: str
    received_at: datetime
    text: str
    title: str = ""
    channel: str = "phone"
    caller: Caller = field(default_factory=Caller)
    address: str = ""
    upstream_no: str | None = None
    upstream_due: datetime | None = None
    chosen_unit: str | None = None
    direct_answer: str = ""
    recorded_by: str = ""
    about: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could never become an order, nor an event of one; the sentence names the field."""
        if self.about and not self.upstream_no:
            raise InvalidInput("about what order?", message="上级来件须写明市级编号")
        if not (self.about or clean(self.text).strip() or clean(self.title).strip()):
            raise InvalidInput("text is empty", message="诉求内容为空,请填写市民反映的内容")
        if len(self.text) > MAX_TEXT:
            raise InvalidInput(f"text is longer than {MAX_TEXT}", message=f"诉求内容超过 {MAX_TEXT} 字,请分条登记")
        if not self.source or not self.message_id:
            raise InvalidInput("source and message_id are needed", message="来源和消息编号不能为空")
        if any(clean(name) != name for name in (self.source, self.message_id, self.upstream_no or "", self.about)):
            raise InvalidInput("control characters in source, message_id or upstream_no", message="来源和编号不能含控制字符")
        fields = (self.source, self.message_id, self.title, self.address, self.upstream_no or "", self.about)
        if max(map(len, (*fields, self.caller.name, self.caller.phone))) > MAX_FIELD:
            raise InvalidInput(f"a field is longer than {MAX_FIELD}", message=f"编号、标题、地址、姓名或电话超过 {MAX_FIELD} 字")
        if len(f"{self.source}{self.message_id}".encode()) > MAX_KEY:
            raise InvalidInput(f"source and message_id are longer than {MAX_KEY} bytes", message="来源和消息编号过长")
        for name in ("received_at", "upstream_due"):
            if (value := getattr(self, name)) is not None and value.tzinfo is None:
                raise InvalidInput(f"{name} has no time zone", message=f"{name} 缺少时区")

    @property
    def origin(self) -> Origin:
        """``upstream`` when the city's platform sent it under its own number."""
        return "upstream" if self.upstream_no else "own"

    @property
    def number(self) -> str | None:
        """The number under which others know the order: the city's, else the district's own in an export."""
        return self.upstream_no or self.extra.get(OWN_NUMBER) or None

    @property
    def content_hash(self) -> str:
        """sha256 over what was said and by whom, hex: the same message again has the same hash.

        Blanks and what cannot be printed do not count: what ``clean`` makes of them may change from one program to the next,
        and a message that was recorded must be known again by all of them.
        """
        due = self.upstream_due.isoformat() if self.upstream_due else ""
        said = (self.title, self.text, self.caller.name, self.caller.phone, self.address)
        told = (self.about, json.dumps(self.data, ensure_ascii=False, sort_keys=True)) if self.about else ()
        parts = (*said, self.upstream_no or "", due, self.chosen_unit or "", self.direct_answer, *told)
        printed = ("".join(filter(str.isprintable, part.replace(" ", ""))) for part in parts)
        return hashlib.sha256("\x1f".join(printed).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A recorded message: what came in, its id, the citizen's query code 提取码, and the order it became."""

    id: str
    new: NewCall
    code: str
    recorded_at: datetime
    order_id: str | None = None
