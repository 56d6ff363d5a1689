"""考核, as the office and a unit go through a month: every state is looked at, and what a state allows is on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.assessment import Stage
from hotline.domain.roles import Actor, Role
from hotline.services.assessment.months import edges
from tests.browser.city import City
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import CUT, NO_VISIBLE_LABEL, SMALL, _focus_lost, _violations
from tests.store.examples import an_event

pytestmark = pytest.mark.browser
NOVEMBER = date(2026, 11, 1)
ZHANG, LI, WANG = Actor("张三", Role.DISPATCHER), Actor("李四", Role.SUPERVISOR), Actor("王五", Role.SUPERVISOR)
DONE = (
    ("占道经营的商贩把人行道全占了。", "CGJ", "yes", 5, 8), ("烧烤店油烟直排居民楼。", "CGJ", "no", 1, 2),
    ("垃圾桶满了三天没人清运。", "HWZX", "yes", 5, 11), ("马路上有个大坑。", "SZZX", "yes", 4, 10),
    ("饭店后厨不卫生。", "SCJG", "partly", 3, 3), ("楼道里堆满杂物。", "ZJJ", "yes", 2, 12),
)  # fmt: skip


@pytest.fixture
def december(city: City) -> City:
    """Orders of November, seen on 2 December."""
    for text, unit, solved, rating, times in DONE:
        for _ in range(times):
            city.closed(text, unit, solved=solved, rating=rating)
    city.clock.pass_by(timedelta(days=9))
    return city


def unsolved(city: City) -> str:
    start, end = edges(NOVEMBER, city.books.current().zone)
    asked = city.parts.figures.asked(start, end, by=Actor("test"))
    return city.parts.figures.behind(asked, "resolution", key="CGJ", good=False)[0]


def objected(city: City) -> None:
    """Opened, with an objection and points that wait."""
    city.parts.assessing.procedure.open(NOVEMBER, by=ZHANG)
    clerk = Actor("李办", Role.CLERK, "CGJ")
    reason, proof = "该餐饮店油烟系上级部门专项整治范围,本局无执法权限,已移送。", "区政府办函〔2026〕18 号"
    city.parts.assessing.objections.bring(NOVEMBER, unsolved(city), "resolution", reason=reason, proof=proof, by=clerk)
    city.parts.assessing.points.add(NOVEMBER, "SZZX", 1.5, basis="年度考核办法第九条,市级通报表扬", by=ZHANG)


def frozen(city: City) -> None:
    objected(city)
    city.parts.assessing.objections.uphold(NOVEMBER, 2, note="属实", by=ZHANG)
    city.parts.assessing.points.grant(NOVEMBER, 3, by=LI)
    city.clock.pass_by(timedelta(days=9))
    city.parts.assessing.procedure.approve(NOVEMBER, by=WANG)
    city.parts.assessing.procedure.freeze(NOVEMBER, by=ZHANG)


def restated(city: City) -> None:
    """A late rating came in, a restatement was granted and a second one is proposed."""
    for times in (1, 2):
        order = unsolved(city)
        with city.store.write() as work:
            last = work.events.of_order(order)[-1]
            seq = last.seq + 1
            late = an_event(order, seq, at=last.at, kind="rated", unit="CGJ", data={"level": 5, "channel": "phone"})
            work.events.add([late])
            work.commit()
        done = city.parts.assessing.restating.propose(NOVEMBER, reason=f"迟到的评价第 {times} 批", by=ZHANG)
        if times == 1:
            city.parts.assessing.restating.grant(NOVEMBER, done.version, by=LI)


def looked_at(page: Page, name: str, picture: Callable[[Page, str], None]) -> None:
    """Keep the screen and the whole page; nothing may be cut, unlabelled, too small, too wide or lose the focus."""
    picture(page, name)
    page.screenshot(path=f"test-artefacts/screenshots/{name}-whole.png", full_page=True)
    assert _violations(page) == []
    assert page.evaluate(NO_VISIBLE_LABEL) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert _focus_lost(page) == []


def test_a_preview_is_opened_and_only_what_is_lawful_is_a_button(
    december: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/assessment")
    expect(page.get_by_role("button", name="批准")).to_have_count(0)
    looked_at(page, "assessment-preview", picture)

    page.get_by_role("button", name="开启申诉").click()

    expect(page.get_by_role("status")).to_contain_text("已开启申诉")
    expect(page.get_by_role("button", name="开启申诉")).to_have_count(0)
    assert december.parts.assessing.procedure.sheet(NOVEMBER, by=LI).assessment.stage is Stage.OPEN


def test_a_unit_objects_to_its_order(december: City, visitor: Visitor, picture: Callable[[Page, str], None]) -> None:
    december.parts.assessing.procedure.open(NOVEMBER, by=ZHANG)
    order = unsolved(december)
    page = visitor.sign_in(Role.CLERK, "CGJ")
    page.goto("/assessment/2026-11")
    page.get_by_label("工单编号").fill(order)
    page.get_by_role("button", name="查附件").click()
    page.get_by_label("指标", exact=True).select_option("解决率")
    page.get_by_label("佐证材料").fill("区政府办函〔2026〕18 号")
    page.get_by_label("申诉理由").fill("本局无执法权限,已移送。")
    looked_at(page, "assessment-unit", picture)

    page.get_by_role("button", name="提出申诉").click()

    expect(page.get_by_role("status")).to_contain_text("已提出申诉")
    expect(page.get_by_role("region", name="考核表")).not_to_contain_text("市场监督管理局")
    expect(page.get_by_text("待决定")).to_be_visible()


def test_the_effect_of_an_objection_is_shown_before_it_is_decided_by_the_keyboard(
    december: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    objected(december)
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto("/assessment/2026-11")
    expect(page.get_by_text("8/10").last).to_be_visible()
    looked_at(page, "assessment-objection", picture)

    page.keyboard.press("Alt+1")

    expect(page.get_by_role("status")).to_contain_text("已申诉成立")
    expect(page.get_by_role("region", name="考核表")).to_contain_text("8/9")


def test_a_frozen_month_is_published_and_a_unit_sees_it_whole(
    december: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    frozen(december)
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto("/assessment/2026-11")
    looked_at(page, "assessment-frozen", picture)
    page.get_by_role("button", name="向各单位公布").click()
    expect(page.get_by_role("status")).to_contain_text("已公布")

    unit = visitor.sign_in(Role.CLERK, "CGJ")
    unit.goto("/assessment/2026-11")

    expect(unit.get_by_role("region", name="考核表")).to_contain_text("市场监督管理局")
    looked_at(unit, "assessment-published-unit", picture)


def test_a_restatement_is_marked_in_the_month_and_in_the_year(
    december: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    frozen(december)
    restated(december)
    page = visitor.sign_in(Role.SUPERVISOR)
    page.goto("/assessment/2026-11?restatement=10")
    expect(page.get_by_text("已更正")).to_be_visible()
    looked_at(page, "assessment-restated", picture)
    page.get_by_role("link", name="年终考核").click()
    expect(page.get_by_role("region", name="年终考核表")).to_contain_text("更正")
    looked_at(page, "assessment-year", picture)


def test_the_citys_file_is_looked_at_and_then_brought_in(
    december: City, visitor: Visitor, picture: Callable[[Page, str], None]
) -> None:
    frozen(december)
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/assessment/official")
    looked_at(page, "assessment-official-first", picture)
    rows = "单位,月份,得分,满意率\n城市管理综合执法局,2026-11,91.2,88%\n没有的局,2026-11,90,\nSZZX,2026-11,95.5,\n"
    file = {"name": "市级得分.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("得分表").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="先看结果").click()
    expect(page.get_by_text("没有名为“没有的局”的承办单位")).to_be_visible()
    looked_at(page, "assessment-official-look", picture)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入")
    looked_at(page, "assessment-official", picture)


def test_what_was_done_meanwhile_is_not_done_again(december: City, visitor: Visitor) -> None:
    visitor.expect("412")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/assessment/2026-11")
    december.parts.assessing.procedure.open(NOVEMBER, by=ZHANG)
    page.get_by_role("button", name="开启申诉").click()
    expect(page.get_by_role("alert")).to_contain_text("内容已被更新")
