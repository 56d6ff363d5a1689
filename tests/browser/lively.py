"""A morning's work to look at: enough orders in every stage that lists, timeline and board have something to show."""

from __future__ import annotations

from datetime import timedelta

from classifiers.together import Bursting
from hotline.domain.call import Caller
from hotline.domain.roles import Actor, Role
from hotline.services.bursts import Bursts
from hotline.services.supervision import Supervision
from tests.browser.city import DISPATCHER, REVIEWER, START, City

ADMIN = Actor("测试管理员", Role.ADMIN)
HEATING = (
    "我是中冶世家小区3号楼的居民,家里暖气一直不热,室温只有14度,老人孩子都冻感冒了。物业说是热力公司的事,热力公司又说是管道问题,"
    "打了好几次电话13947211234都没人管,请尽快派人上门处理。"
)
REPORT = "我要举报楼上业主私自砸承重墙搞装修,整栋楼的人都害怕,请不要透露我的姓名。"
GAS = "青山路楼下仓库着火了,浓烟很大,快来人!"
LIFT = "中冶世家小区电梯坏了好几天,老人下不了楼,物业一直不修"
WAITING = (
    "友谊大街附近路灯坏了三盏,晚上黑漆漆的,老人走路不安全,希望尽快维修。",
    "阿尔丁大街夜市烧烤摊油烟特别大,半夜还在喝酒吵闹,影响居民休息,要求城管部门管一管。",
    "小区物业费一年涨了两次,也不公示收支,电梯坏了一个月没人修,要求住建部门处理。",
    "白云路便道上井盖缺失,昨天有老人差点掉进去,请马上处理。",
    "钢铁大街一处工地夜间施工噪声很大,凌晨两点还在打桩,希望环保部门查处。",
    "想问一下灵活就业人员养老保险怎么缴费,需要带什么材料,在哪个窗口办理。",
    "楼下棋牌室天天有人打麻将到后半夜,吵得没法睡觉,报警也没用。",
    "幼儿园门口早晚高峰乱停车,孩子过马路很危险,希望交警来管理。",
)
DONE = (
    ("垃圾桶满了三天没人清运,味道很大。", "HWZX", "yes", 5), ("马路上有个大坑,车轮都颠坏了。", "SZZX", "yes", 4),
    ("楼道里堆满杂物,物业不管。", "ZJJ", "partly", 3), ("占道经营的商贩把人行道全占了。", "CGJ", "yes", 5),
    ("公园里的树枯死了没有人管。", "YLZX", "no", 2), ("饭店后厨不卫生,吃出头发。", "SCJG", "yes", 4),
)  # fmt: skip


def fill(city: City) -> dict[str, str]:
    """Fill the city; return the numbers of the orders that a test or a picture wants, by what they are."""
    early = START - timedelta(days=6)
    for text, unit, solved, rating in DONE:
        city.closed(text, unit, solved=solved, rating=rating, received_at=early)
    late = city.dispatched("公厕一周没有打扫,没法进去。", "HWZX", received_at=START - timedelta(days=20), caller=Caller())
    names = {"late": late.id, "answered": city.answered("烧烤店油烟直排居民楼。", "CGJ").id}
    reviewed = city.answered("夜市噪声很大,半夜还在放音乐。", "CGJ")
    names["reviewed"] = city.handling.review(reviewed.id, passed=True, by=REVIEWER).id
    names["signed"] = _signed(city)
    names["returning"] = _returning(city)
    names["heating"] = city.order(HEATING, title="", address="中冶世家3号楼2单元", received_at=START - timedelta(hours=3)).id
    for at, text in enumerate(WAITING):
        city.order(text, received_at=START - timedelta(minutes=25 * at), caller=Caller(name="刘某", phone=f"1390472{at:04d}"))
    upstream = {"upstream_no": "BT2026112300123", "upstream_due": START + timedelta(days=3), "channel": "upstream"}
    names["upstream"] = city.order("来电人反映青山路雨水井堵塞,路面积水结冰,诉求:尽快疏通。", **upstream).id
    city.call("同一小区另一户也反映暖气不热", caller=Caller(name="王建国", phone="13847210086"))
    return {**names, **_more(city)}


def _more(city: City) -> dict[str, str]:
    """What waits on the other pages: a callback, an answer to be entered above, notices, an incident, an address of events."""
    calling = city.handling.review(city.answered("人行道地砖松动,下雨天溅水。", "SZZX").id, passed=True, by=REVIEWER)
    above = city.answered("小区门口路灯不亮,晚上很黑。", "CGJ", upstream_no="BT2026112300456", channel="upstream")
    city.handling.review(above.id, passed=True, by=REVIEWER)
    names = {"calling": calling.id, "secret": city.order(REPORT, caller=Caller(name="刘某", phone="13904721777")).id}
    names["gas"] = city.order(GAS, caller=Caller(name="刘某", phone="13904721111")).id
    names["lift"], names["incident"] = _incident(city)
    city.clock.pass_by(timedelta(minutes=40))
    Supervision(city.store, city.clock, city.books).sweep()
    hook = city.parts.webhooks.register("https://receiver.example/events", unit="CGJ", note="城管局平台", by=ADMIN)
    city.clock_ticks()
    city.together.neighbours.follow()
    return {**names, "hook": hook.id}


def _incident(city: City) -> tuple[str, str]:
    watch = Bursts(city.store, city.clock, city.together.incidents, Bursting)
    watch.follow()
    for at in range(6):
        one = city.order(LIFT, caller=Caller(name="某", phone=f"1384720{at:04d}"))
        city.clock.pass_by(timedelta(minutes=5))
    city.clock_ticks()
    watch.follow()
    return one.id, city.together.incidents.listing(by=DISPATCHER)[0].id


def _signed(city: City) -> str:
    clerk = Actor("李办", Role.CLERK, "CGJ")
    order = city.dispatched("早市散场后垃圾遍地,商贩占用盲道。", "CGJ", received_at=START - timedelta(hours=5))
    city.clock.pass_by(timedelta(minutes=35))
    city.handling.sign(order.id, by=clerk)
    city.clock.pass_by(timedelta(minutes=5))
    city.handling.contact(order.id, result="no_answer", note="下午再打", by=clerk)
    return order.id


def _returning(city: City) -> str:
    clerk = Actor("李办", Role.CLERK, "CGJ")
    order = city.dispatched("楼上装修把承重墙砸了,整栋楼的人都害怕。", "CGJ")
    reason = "承重墙属房屋结构安全,依据权责清单应由住建局查处,请改派住建局。"
    city.handling.apply_return(order.id, reason=reason, reason_code="needs_other_lead", by=clerk)
    return order.id
