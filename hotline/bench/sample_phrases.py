"""What units, desk and citizens of the sample city say, put together so that no two answers need be the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.domain.order import Order

_RECEIVED: Sequence[str] = (
    "收到工单后,我单位高度重视,立即安排专人核实。",
    "接到您反映的问题后,我单位当日派员到场查看。",
    "经核实,您反映的情况属实。",
    "您好,关于您反映的问题,现答复如下。",
    "工作人员已与您电话沟通,了解具体情况。",
    "我单位会同社区工作人员到现场核查。",
)
_DONE: Mapping[str, Sequence[str]] = {
    "heat": (
        "入户测温,客厅{low}℃、卧室{high}℃,判断为楼内管网循环不畅,已对立管排气并调整单元阀门,复测温度升至{better}℃。",
        "检修人员清洗了入户过滤器,更换锈蚀的回水阀门,回水温度由{low}℃升至{better}℃。",
        "换热站已提高二次网供水温度,并对末端楼栋加装循环泵,后续连续三天回访测温。",
        "查明为分户阀关闭所致,已现场开启并向住户说明使用方法。",
    ),
    "water": (
        "经查为楼前支管漏水,抢修人员当晚开挖更换管段,已恢复正常供水。",
        "已对二次供水水箱进行清洗消毒,水质检测结果合格并在单元门口公示。",
        "调整加压泵站出口压力,高层水压已恢复,现场测试正常。",
    ),
    "street": (
        "执法人员现场劝离占道经营摊贩{few}处,并纳入每日早晚巡查重点路段。",
        "已清运堆放垃圾约{few}方,增设垃圾桶{few}个,清扫频次由每日一次改为两次。",
        "破损路面已列入抢修计划,现场先行围挡并冷补,待具备条件后热料恢复。",
        "更换损坏井盖{few}套,并对周边同类设施排查。",
        "损坏路灯{few}盏已更换光源,夜间复查照明正常。",
    ),
    "housing": (
        "约谈物业服务企业负责人,下达限期整改通知书,要求{few}日内完成并报送结果。",
        "已协调物业企业与业主代表当面沟通,达成分期解决方案。",
        "维修资金使用申请已受理,正在公示征求业主意见,公示期满即组织施工。",
        "现场查勘后确定渗漏部位,施工单位已进场,预计{few}个工作日完工。",
    ),
    "market": (
        "组织双方调解,商家同意退款{sum}元,款项已退回。",
        "对商家进行现场检查,发现标价不规范,已责令改正并立案调查。",
        "经调解未能达成一致,已告知您可通过诉讼途径解决,并提供消费者权益保护指引。",
    ),
    "pay": (
        "约谈用人单位,单位承诺于本月底前支付所欠工资{sum}元,劳动监察将持续跟踪。",
        "经查询参保记录,中断月份已补缴到账,可正常享受待遇。",
        "已指导您补充材料,业务已受理,办理时限为{few}个工作日。",
    ),
    "other": (
        "已按规定为您办理,并将所需材料清单一次性告知。",
        "与相关部门核对后,已将有关政策依据和办理流程向您逐项说明。",
        "我单位已责成责任科室整改,并举一反三开展排查。",
        "工作人员上门帮办,事项已办结。",
        "已列入本季度工作计划,完成后将主动告知您。",
    ),
}
_GROUPS: Mapping[str, str] = {
    "RLGS": "heat",
    "BGRD": "heat",
    "GSGS": "water",
    "CGJ": "street",
    "HWZX": "street",
    "SZZX": "street",
    "YLZX": "street",
    "ZJJ": "housing",
    "FWZS": "housing",
    "SCJG": "market",
    "SWKJ": "market",
    "RSJ": "pay",
    "YBJ": "pay",
}
_THANKS: Sequence[str] = (
    "感谢您对我们工作的监督和支持。",
    "如仍有问题,请随时与我们联系。",
    "后续我们将加强巡查,避免类似情况再次发生。",
    "给您带来不便,敬请谅解。",
    "",
)
_NOT_YET: Sequence[str] = (
    "因涉及历史遗留问题,需报上级研究,暂时无法彻底解决。",
    "因冬季无法施工,计划于明年开春后实施。",
    "因权属尚未移交,正在协调建设单位处理。",
)
RETURN_REASONS: Sequence[tuple[str, str]] = (
    ("not_our_duty", "经核对权责清单,该事项的监管职责不在我单位,申请退回改派。"),
    ("wrong_place", "反映地点不在我辖区范围,申请改派属地单位。"),
    ("needs_other_lead", "该事项主要涉及其他部门的许可和监管,建议由其主办,我单位配合。"),
)
GRANTED, REFUSED = "理由成立,同意改派", ("按属地优先原则由你单位先行办理", "权责清单明确由你单位负责,请继续办理")
SENT_BACK: Sequence[str] = ("答复未说明处理时限,请补充", "未附现场核实情况,请补正", "未与来电人联系,请联系后再答复")
CONTACT_NOTES: Sequence[str] = ("已与来电人核实具体位置", "来电人表示配合上门查看", "已约定上门时间", "已说明办理流程")
NO_ANSWER_NOTES: Sequence[str] = ("无人接听,稍后再联系", "提示正在通话中")
UNSOLVED_NOTES: Sequence[str] = (
    "来电人表示问题还在,要求继续处理",
    "只打过电话,没人上门",
    "温度上来一天又凉了",
    "答复与实际情况不符",
)
SOLVED_NOTES: Sequence[str] = ("来电人对处理结果认可", "", "", "来电人表示感谢", "处理速度还可以")
DIRECT_ANSWERS: Sequence[str] = (
    "已告知办理地点、时间和所需材料,来电人表示清楚。",
    "已按知识库口径解释相关政策,来电人无其他疑问。",
    "已告知业务主管单位咨询电话和网上查询途径。",
)
URGES: Sequence[str] = (
    "来电人再次来电,表示至今无人联系,要求尽快处理。",
    "市平台催办:请于承诺时限前反馈办理情况。",
    "来电人补充:问题昨晚加重,家中有老人,请尽快安排。",
    "来电人补充联系方式及具体门牌,请承办单位上门前电话联系。",
)


def answer(order: Order, at: datetime, solved: bool, chance: random.Random) -> str:
    """Return what the order's unit answers."""
    group = _GROUPS.get(order.unit or "", "other")
    figures = {
        "low": chance.randint(13, 16),
        "high": chance.randint(14, 17),
        "better": chance.randint(19, 23),
        "few": chance.randint(2, 7),
        "sum": chance.randrange(200, 9000, 50),
    }
    place = f"({order.place_name})" if order.place_name else ""
    done = chance.choice(_DONE[group]).format(**figures)
    rest = chance.choice(_THANKS) if solved else chance.choice(_NOT_YET)
    return f"{chance.choice(_RECEIVED)}{at.month}月{at.day}日,{done}{place}{rest}"
