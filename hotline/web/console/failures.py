"""What went wrong, as a page: what happened and what to do about it, in Chinese."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hotline.web.auth import SignedIn
from hotline.web.console.pages import draw, start_page
from hotline.web.problems import Problem

_STEPS: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    403: ("没有权限", ("确认登录的是本人的密钥", "需要办理该事项时,请联系管理员调整角色")),
    404: ("没有找到", ("核对工单号或网址", "工单可能不属于本单位", "从工单列表中查找")),
    409: ("没有办成", ("返回上一页刷新后再试", "工单可能刚被他人处理")),
    422: ("填写有误", ("返回上一页,按提示修改后重新提交",)),
    429: ("尝试次数过多", ("稍等一分钟后再试",)),
    503: ("服务暂时不可用", ("稍等片刻后刷新本页", "已填写的内容请先不要关闭页面", "长时间不恢复请联系运行管理员")),
}
_OTHERWISE: Final = ("系统出错", ("刷新本页再试一次", "仍然出错时,请把故障编号告知管理员"))


def page(request: Request, problem: Problem) -> Response:
    """Return the page for a problem; a stranger is sent to the sign-in page and comes back afterwards."""
    if problem.status == 401:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(wanted if request.method == 'GET' else '/', safe='')}", 303)
    title, steps = _STEPS.get(problem.status, _OTHERWISE)
    who: SignedIn | None = getattr(request.state, "signed_in", None)
    drawn: HTMLResponse = draw(
        request, "failure.html", who, title=title, status=problem.status, sentence=problem.title, steps=steps, ident=problem.id,
        home=start_page(who.actor) if who else "/",
    )  # fmt: skip
    drawn.headers.update({name: value for name, value in problem.headers.items() if name == "Retry-After"})
    return drawn
