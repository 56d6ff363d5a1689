"""Orders are found by words of what was said, masked; and what is masked finds nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotline.domain.call import Caller
from hotline.domain.order import Flag
from hotline.domain.roles import Role
from hotline.services.ports import Store
from hotline.services.rows import Key, OrderFilter, OrderText, SavedView
from hotline.services.work_list_words import searchable, terms
from tests.store.examples import NOON, a_call, an_order, keep

SAID = {
    "KDL01": ("物业费上涨", "小区物业费一年涨了两次,请ＺＪＪ核查。100%_不满"),
    "KDL02": ("", "物业公司不管,业费没有公示"),
    "KDL03": ("电话里说不清", "我叫张伟国,电话13847212345,身份证150203199001011234,井盖缺失"),
}


def keep_said(store: Store, ident: str, title: str, text: str, **fields: Any) -> None:
    """Store an order with its call, to be found by it."""
    call = a_call(f"c-{ident}", title=title, text=text, caller=Caller(name="王建国", phone="13900001111"))
    keep(store, [an_order(ident, call.id, **fields)])
    with store.write() as work:
        work.texts.add([OrderText(call_id=call.id, order_id=ident, said=searchable(call, ident))])
        work.commit()


def found(store: Store, text: str, **fields: Any) -> set[str]:
    with store.read() as work:
        return {order.id for order in work.orders.page(OrderFilter(text=text, **fields), None, 50).orders}


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("物业", {"KDL01", "KDL02"}), ("物业费", {"KDL01"}), ("业费", {"KDL01", "KDL02"}), ("物", {"KDL01", "KDL02"}),
        ("井盖 缺失", {"KDL03"}), ("井盖 物业", set()), ("zjj", {"KDL01"}), ("ZJJ", {"KDL01"}), ("%_", {"KDL01"}),
        ("kdl0", {"KDL01", "KDL02", "KDL03"}), ("费一年", {"KDL01"}), ("费,", set()),
        ("次,请", {"KDL01"}), ('"', set()), ("*", set()),
    ],
)  # fmt: skip
def test_an_order_is_found_by_its_words(store: Store, asked: str, ids: set[str]) -> None:
    for ident, (title, text) in SAID.items():
        keep_said(store, ident, title, text)
    assert found(store, asked) == ids


@pytest.mark.parametrize(
    "asked", ["13847212345", "4721", "张伟国", "伟国", "150203199001011234", "19900101", "王建国", "建国", "13900001111"]
)
def test_nobody_finds_an_order_by_what_is_masked(store: Store, asked: str) -> None:
    title, text = SAID["KDL03"]
    keep_said(store, "KDL03", title, f"{text},我叫王建国,号码是13900001111")
    assert found(store, "井盖") == {"KDL03"}
    assert found(store, asked) == set()


def test_for_a_unit_words_find_no_order_whose_reporter_is_hidden_but_its_number_does(store: Store) -> None:
    keep_said(store, "KDL01", "", "井盖缺失", unit="CGJ", flags=frozenset({Flag.CONFIDENTIAL}))
    keep_said(store, "KDL02", "", "井盖缺失", unit="CGJ", kind="举报")
    keep_said(store, "KDL03", "", "井盖缺失", unit="CGJ")
    assert found(store, "井盖", with_unit="CGJ") == {"KDL03"}
    assert found(store, "KDL01", with_unit="CGJ") == {"KDL01"}
    assert found(store, "井盖") == {"KDL01", "KDL02", "KDL03"}


def test_an_order_is_found_by_each_of_its_calls_and_a_call_is_kept_once(store: Store) -> None:
    keep_said(store, "KDL01", "", "井盖缺失")
    more = a_call("c-more", text="路灯也不亮")
    with store.write() as work:
        work.calls.add([more])
        row = OrderText(call_id="c-more", order_id="KDL01", said=searchable(more, "KDL01"))
        work.texts.add([row, row])
        work.texts.add([row])
        work.commit()
    assert found(store, "路灯") == found(store, "井盖") == {"KDL01"}


chars = st.text(st.sampled_from("物业费井盖路灯aB1,。 %_*\\\"'é İß①"), min_size=1, max_size=12)


@given(text=chars, at=st.integers(0, 11), length=st.integers(1, 5))
@example(text="İß①é", at=0, length=4)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_stretch_of_a_text_finds_it_in_every_store(store: Store, text: str, at: int, length: int) -> None:
    call = a_call("c", text=f"井{text}")
    asked = text[at : at + length]
    with store.write() as work:
        work.calls.add([call])
        work.orders.add([an_order("KDL1", "c")])
        work.texts.add([OrderText(call_id="c", order_id="KDL1", said=searchable(call, "KDL1"))])
        seen = [order.id for order in work.orders.page(OrderFilter(text=asked), None, 5).orders]
    assert seen == (["KDL1"] if terms(asked) or not asked.strip() else [])


KEY = Key(id="k1", sha256="s1", name="李办", role=Role.CLERK, unit="CGJ", created_at=NOON)


def test_views_are_kept_by_key_and_name(store: Store) -> None:
    with store.write() as work:
        work.access.add_key(KEY)
        work.access.add_key(replace(KEY, id="k2", sha256="s2"))
        for view in (SavedView(key="k1", name="乙", query="a=1"), SavedView(key="k1", name="甲", query="b=2")):
            work.saved_views.put(view)
        work.saved_views.put(SavedView(key="k1", name="乙", query="a=3"))
        assert [(view.name, view.query) for view in work.saved_views.of("k1")] == [("乙", "a=3"), ("甲", "b=2")]
        assert (work.saved_views.of("k2"), work.saved_views.drop("k2", "乙")) == ([], False)
        assert (work.saved_views.drop("k1", "乙"), [view.name for view in work.saved_views.of("k1")]) == (True, ["甲"])
