"""Every metric name that our processes export, read from the collectors themselves, and those of exporters that compose adds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from prometheus_client import CollectorRegistry

from hotline.metrics.registry import new_registry
from hotline.metrics.web import WebMetrics
from hotline.services.backups import backup_done
from tests.ops.city import City, live

FOREIGN = {
    "up", "kafka_consumergroup_lag", "kafka_consumergroup_current_offset", "kafka_consumergroup_members",
    "pg_settings_max_connections", "pg_stat_activity_count", "pg_stat_activity_max_tx_duration", "pg_stat_archiver_failed_count",
}  # fmt: skip


@cache
def by_job() -> dict[str, frozenset[str]]:
    """Return the sample names of each job."""
    city = City(datetime(2026, 11, 2, 1, 30, tzinfo=UTC))
    live(city)
    backup_done(city.store, city.clock.at)
    city.exporter.refresh()
    web = new_registry()
    WebMetrics(web)
    return {"hotline-clock": _names(city.business), "hotline-worker": _names(city.worker), "hotline-web": _names(web)}


def _names(registry: CollectorRegistry) -> frozenset[str]:
    return frozenset(one.name for family in registry.collect() for one in family.samples)
