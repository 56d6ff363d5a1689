"""What is wrong with rules and models, and with changing them."""

from __future__ import annotations

from datetime import date, datetime

from hotline.errors.base import HotlineError
from hotline.errors.order import ChangedMeanwhile


class RuleError(HotlineError):
    """A table, cell or pack that cannot be used; ``detail`` names file, row and cell."""

    code = "rules.invalid"
    message = "规则表有误"


class UnknownFact(RuleError):
    """A table asks for a fact that does not exist."""

    code = "rules.unknown_fact"


class SamePerson(HotlineError):
    """Who proposed a draft of the rules wanted to approve it too."""

    code = "rules.same_person"

    def __init__(self, draft: str, person: str) -> None:
        super().__init__(
            f"{person} proposed draft {draft[:12]} and cannot approve it", message="提出人不能审批自己的草案,请由另一人审批"
        )
        self.draft, self.person = draft, person


class DraftHasErrors(RuleError):
    """A draft of the rules in which the check finds errors."""

    code = "rules.draft_has_errors"

    def __init__(self, draft: str, count: int, first: str) -> None:
        super().__init__(
            f"draft {draft[:12]} has {count} errors, first: {first}", message=f"检查发现 {count} 处错误,首条:{first}"
        )
        self.draft, self.count = draft, count


class DraftNotRehearsed(HotlineError):
    """A draft was to come into force without having been tried on past orders against the book it replaces, as on that day."""

    code = "rules.draft_not_rehearsed"

    def __init__(self, draft: str, against: str, on: date) -> None:
        told = (
            f"草案尚未按 {on.isoformat()} 生效与规则包 {against[:12]} 对照试算,请先以该生效时间试算(rules rehearse"
            " --by 姓名 --effective 生效时间;不加 --by 不记入草案),看过变化再审批"
        )
        super().__init__(f"draft {draft[:12]} was not rehearsed against {against[:12]} as on {on.isoformat()}", message=told)
        self.draft, self.against, self.on = draft, against, on


class LaterBookWaits(HotlineError):
    """A draft was to come into force before a book that is approved already and would undo it."""

    code = "rules.later_book_waits"

    def __init__(self, draft: str, later: str, effective_at: datetime) -> None:
        told = f"规则包 {later[:12]} 已审批、尚未生效,到时会覆盖本草案;请先撤回它,或让本草案在其后生效"
        super().__init__(f"{later[:12]} comes into force at {effective_at.isoformat()}, after draft {draft[:12]}", message=told)
        self.draft, self.later, self.effective_at = draft, later, effective_at


class Busy(HotlineError):
    """Another check or rehearsal of a rule book is running, and one more waits already."""

    code = "rules.busy"

    def __init__(self) -> None:
        super().__init__("another rule book is being checked or rehearsed", message="另一份规则正在检查或试算,请过几秒再试")


class DraftChanged(ChangedMeanwhile):
    """Somebody else wrote the draft between reading and writing."""

    code = "rules.draft_changed"

    def __init__(self, draft: str) -> None:
        super().__init__(f"draft {draft[:12]} was written meanwhile", message="草案刚刚被他人更新,请刷新后重试")
        self.draft = draft


class DraftClosed(HotlineError):
    """A draft that is approved or withdrawn already."""

    code = "rules.draft_closed"

    def __init__(self, draft: str, state: str) -> None:
        super().__init__(f"draft {draft[:12]} is {state}", message="草案已审批或已撤回,不能再操作;需要时请重新提出")
        self.draft, self.state = draft, state


class ModelError(HotlineError):
    """A model folder that is missing, damaged or of another version."""

    code = "model.unusable"
    message = "分类模型不可用"


class ModelRefused(HotlineError):
    """A model whose comparison with the live one forbids to put it in force."""

    code = "model.refused"
