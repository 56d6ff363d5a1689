"""The tables. What is searched is a column; the rest of a call or an order is one JSON document beside them.

``calls.order_id`` has no foreign key: an order points at its call, and a circle of keys helps nobody.
"""

from __future__ import annotations

from hotline.store.sql.tables.assessments import (
    assessment_editions,
    assessment_steps,
    assessment_units,
    assessments,
    official_files,
    official_scores,
)
from hotline.store.sql.tables.base import APPEND_ONLY, metadata
from hotline.store.sql.tables.figures import figure_stays, figure_tags, figures
from hotline.store.sql.tables.files import attachments, contents
from hotline.store.sql.tables.incidents import incident_steps, incidents, unknown_places
from hotline.store.sql.tables.orders import calls, events, legs, notices, order_numbers, order_texts, orders, ratings
from hotline.store.sql.tables.people import keys, saved_views, sessions, views
from hotline.store.sql.tables.report import report_settings, report_units
from hotline.store.sql.tables.rules import book_files, books, draft_steps, drafts
from hotline.store.sql.tables.running import leases, marks, outbox, repeats, set_asides
from hotline.store.sql.tables.webhooks import webhook_deliveries, webhook_endpoints

__all__ = [
    "APPEND_ONLY",
    "assessment_editions",
    "assessment_steps",
    "assessment_units",
    "assessments",
    "attachments",
    "book_files",
    "books",
    "calls",
    "contents",
    "draft_steps",
    "drafts",
    "events",
    "figure_stays",
    "figure_tags",
    "figures",
    "incident_steps",
    "incidents",
    "keys",
    "leases",
    "legs",
    "marks",
    "metadata",
    "notices",
    "official_files",
    "official_scores",
    "order_numbers",
    "order_texts",
    "orders",
    "outbox",
    "ratings",
    "repeats",
    "report_settings",
    "report_units",
    "saved_views",
    "sessions",
    "set_asides",
    "unknown_places",
    "views",
    "webhook_deliveries",
    "webhook_endpoints",
]
