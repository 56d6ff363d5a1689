"""How each rate is counted under a pack, in the office's words: printed beside every figure (DOMAIN.md, "Rates")."""

from __future__ import annotations

from typing import Final

from hotline.domain.call import CHANNEL_NAMES
from hotline.domain.indicators.rates import LEFT_OUT_NAMES, Book, Rate, RateSettings

_CHANNELS: Final = {**CHANNEL_NAMES, "message": "短信"}
_BASES: Final = {
    "contact_log": "在联系时限内登记已联系来电人", "sign_and_contact": "已签收并在联系时限内登记已联系来电人",
    "callback": "回访中来电人确认单位联系过",
}  # fmt: skip
_FIXED: Final[dict[Rate, str]] = {
    "signed_on_time": "在签收时限内签收的 ÷ 已签收或签收时限已到的派单;退单获准的不计入",
    "callback": "接通的 ÷ 应回访且回访已结束的工单",
    "return": "退单获准的 ÷ 派单和重办(答复前改派的不计入;按派单日期归期)",
    "reopening": "发回重办的 ÷ 已答复的办理轮次(按答复日期归期)",
    "first_dispatch": "首次派单后未改派、未退单的 ÷ 已派单的工单(重办以后的不看;按首次派单日期归期)",
    "leg_on_time": "在本单位环节时限内办完的 ÷ 已办完或环节时限已到的承办环节;退单前已超时的计入退单单位",
    "refused_return": "不同意的 ÷ 已决定的退单申请", "correction": "审核退回补正的 ÷ 提交的答复",
    "direct": "坐席直接解答的 ÷ 登记的工单", "excluded": "已剔除的 ÷ 登记的工单", "anonymous": "匿名的 ÷ 登记的工单",
    "no_reply": "不需回复的 ÷ 登记的工单", "automatic": "未经人工派出的 ÷ 已派单的工单",
    "first_choice": "派给系统首选单位的 ÷ 人工派单", "top_three": "派给系统前三单位的 ÷ 人工派单",
    "automatic_returned": "退单获准的 ÷ 系统派单",
}  # fmt: skip
_ABOVE: Final[dict[Rate, str]] = {
    "response": "上级回访中来电人确认联系过的 ÷ 上级回访问及此项的工单",
    "callback": "上级接通的 ÷ 上级已回访的工单", "return": "上级同意退单的 ÷ 派单和重办",
    "excluded": "上级同意剔除的 ÷ 上级交办的工单",
    "on_time": "在市级时限内上报(或回填,未记录的按答复时间)的 ÷ 已上报或市级时限已到的办理轮次",
    "reopening": "上级发回重办的 ÷ 已答复的办理轮次",
}  # fmt: skip


def definitions(settings: RateSettings, callback_attempts: int, book: Book = "own") -> dict[Rate, str]:
    """Return a sentence a rate; in the official book only those rates that it has."""
    satisfied = "非常满意、满意" + ("、基本满意" if settings.basically_satisfied_counts else "")
    unreached = {"out": "未接通的不计入", "no": f"{callback_attempts} 次未接通的计为否"}[settings.unreached_counts]
    if book == "official":
        once = f"{unreached};每轮以上级最后的说法为准"
        return {
            **_ABOVE,
            "resolution": f"上级认定已解决的 ÷ 上级回访接通或评价的办理轮次;{once}",
            "satisfaction": f"上级评价为{satisfied}的 ÷ 上级有评价的办理轮次;{once}",
        }
    channels = "".join(f"、{_CHANNELS[one]}评价" for one in settings.rating_channels)
    pre = "上级交办工单的预回访不计入"
    return {
        "response": f"{_BASES[settings.response_basis]}的 ÷ 应联系且已联系、联系时限已到或已办结的办理轮次;退单获准的不计入",
        "resolution": f"回访答“已解决”的 ÷ 回访接通的工单;{unreached}",
        "satisfaction": f"评价为{satisfied}的 ÷ 有评价的回访{channels},每轮每渠道一次;{unreached};{pre}",
        "on_time": "在工单答复时限内答复的 ÷ 已答复或答复时限已到的办理轮次;退单获准的不计入",
        **_FIXED,
    }


def left_out(settings: RateSettings) -> str:
    """Return what counts for no unit, as a sentence."""
    orders = "、".join(["已剔除的", *(LEFT_OUT_NAMES[one] for one in settings.left_out)])
    return f"不计入考核的工单:{orders};撤回、上级收回和挂账时尚未到期的事项也不计入"
