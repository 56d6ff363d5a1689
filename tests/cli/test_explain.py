"""``hotline rules explain --order``: an order's decisions by the books of their days."""

from __future__ import annotations

import json

from hotline.store import open_store
from tests.api.city import HEATING, City
from tests.whole.deployment import Deployment


def an_order(place: Deployment) -> str:
    store = open_store(place.database)
    try:
        return City(store).order(text=HEATING)
    finally:
        store.close()


def test_an_orders_decisions_are_told_in_words(migrated: Deployment) -> None:
    order = an_order(migrated)
    told = migrated.run("rules", "explain", "--order", order)
    assert (told.returncode, f"工单 {order}" in told.stdout, "派单规则:" in told.stdout) == (0, True, True)


def test_an_orders_decisions_are_told_to_machines(migrated: Deployment) -> None:
    order = an_order(migrated)
    told = json.loads(migrated.run("rules", "explain", "--order", order, "--json").stdout)
    assert (told["order"], told["decisions"][0]["kind"]) == (order, "registered")


def test_an_order_that_is_not_there_is_refused_in_one_line(migrated: Deployment) -> None:
    an_order(migrated)
    told = migrated.run("rules", "explain", "--order", "KDL2026112399999")
    assert (told.returncode, told.stdout, len(told.stderr.strip().splitlines())) == (1, "", 1)
