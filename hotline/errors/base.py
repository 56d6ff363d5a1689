"""The root of the tree, and the error that most others stand beside: a value that cannot be used."""

from __future__ import annotations


class HotlineError(Exception):
    """Something this product refuses or cannot do, for a reason it can name."""

    code = "hotline.error"
    message = "操作没有完成,请稍后重试"

    def __init__(self, detail: str, *, message: str | None = None) -> None:
        super().__init__(detail)
        if message is not None:
            self.message = message


class InvalidInput(HotlineError):
    """A value that cannot be used; ``detail`` names the field and what is expected."""

    code = "input.invalid"
    message = "提交的内容有误,请按提示修改"
