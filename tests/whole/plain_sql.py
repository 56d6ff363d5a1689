"""Eight rates by unit in plain SQL (SQLite) over the events alone, written from the definitions and not from the fold.

For a pack whose response rate goes by the contact log, where 基本满意 counts, unreached callbacks do not, and nothing but what
was excluded is left out. ``:start``, ``:end`` and ``:now`` are ISO times.
"""

from __future__ import annotations

from typing import Final

_KNOWN: Final = """
WITH e AS (SELECT order_id, seq, julianday(at) AS t, kind, coalesce(unit, '') AS unit, data FROM events),
excluded AS (SELECT order_id FROM e WHERE kind = 'exclusion_granted'),
given AS (
  SELECT *, lag(unit) OVER w AS before, lag(seq) OVER w AS before_seq FROM e WHERE kind IN ('dispatched', 'reopened')
  WINDOW w AS (PARTITION BY order_id ORDER BY seq)
),
begun AS (  -- the same unit again, after a ruling or with other assisting units, begins nothing while no answer stands
  SELECT * FROM given g WHERE kind = 'reopened' OR before IS NULL OR before <> unit OR (
    SELECT e.kind FROM e WHERE e.order_id = g.order_id AND e.seq BETWEEN g.before_seq AND g.seq
    AND e.kind IN ('answered', 'sent_back', 'answer_taken_back', 'return_granted') ORDER BY e.seq DESC LIMIT 1
  ) IN ('answered', 'return_granted')
),
round AS (
  SELECT order_id, unit, t AS began, seq AS first, coalesce(lead(seq) OVER w, 1000000) AS next, lead(kind) OVER w AS then_kind,
    lead(t) OVER w AS then_t FROM begun WINDOW w AS (PARTITION BY order_id ORDER BY seq)
),
told AS (
  SELECT r.*, e.seq, e.t, e.kind, e.data, min(iif(e.kind = 'rectification_begun', e.seq, NULL)) OVER (
    PARTITION BY r.order_id, r.first) AS mended
  FROM round r JOIN e ON e.order_id = r.order_id AND e.seq >= r.first AND e.seq < r.next
),
due AS (
  SELECT order_id, first, seq, julianday(json_extract(data, '$.due.answer')) AS answer,
    julianday(json_extract(data, '$.due.sign')) AS sign, julianday(json_extract(data, '$.due.contact')) AS contact
  FROM told WHERE seq < coalesce(mended, next) AND json_type(data, '$.due') = 'object'
  AND kind IN ('dispatched', 'reopened', 'due_changed', 'extension_granted', 'resumed')
),
answers AS (
  SELECT t.order_id, t.first, t.seq, t.t, (SELECT d.answer FROM due d WHERE d.order_id = t.order_id AND d.first = t.first
    AND d.seq < t.seq ORDER BY d.seq DESC LIMIT 1) AS due,
    EXISTS (SELECT 1 FROM told b WHERE b.order_id = t.order_id AND b.first = t.first AND b.seq > t.seq
      AND b.seq < coalesce(b.mended, b.next) AND b.kind IN ('sent_back', 'answer_taken_back', 'answered')) AS undone
  FROM told t WHERE t.kind = 'answered' AND t.seq < coalesce(t.mended, t.next)
),
done AS (
  SELECT r.*,
    EXISTS (SELECT 1 FROM told t WHERE t.order_id = r.order_id AND t.first = r.first AND t.kind = 'return_granted') AS returned,
    (SELECT min(t) FROM told t WHERE t.order_id = r.order_id AND t.first = r.first AND t.kind = 'signed') AS signed,
    (SELECT min(t) FROM told t WHERE t.order_id = r.order_id AND t.first = r.first AND t.kind = 'contacted'
      AND coalesce(json_extract(t.data, '$.counts'), '') <> '') AS contacted,
    coalesce(r.then_t, (SELECT max(t) FROM told t WHERE t.order_id = r.order_id AND t.first = r.first AND t.kind = 'closed'))
      AS ended,
    (SELECT t FROM answers a WHERE a.order_id = r.order_id AND a.first = r.first AND NOT a.undone) AS answered,
    (SELECT due FROM answers a WHERE a.order_id = r.order_id AND a.first = r.first AND a.t > a.due ORDER BY a.seq LIMIT 1)
      AS late,
    (SELECT max(t) FROM told t WHERE t.order_id = r.order_id AND t.first = r.first  -- taken away, or paused and not gone on
      AND t.kind IN ('withdrawn', 'recalled', 'upward_granted', 'pause_granted') AND NOT EXISTS (SELECT 1 FROM told u
      WHERE u.order_id = t.order_id AND u.first = t.first AND u.seq > t.seq AND u.kind = 'resumed')) AS stopped,
    d.answer AS due_answer, d.sign AS due_sign, d.contact AS due_contact
  FROM round r LEFT JOIN due d ON d.order_id = r.order_id AND d.first = r.first AND d.seq = (
    SELECT max(seq) FROM due l WHERE l.order_id = r.order_id AND l.first = r.first)
  WHERE r.order_id NOT IN (SELECT order_id FROM excluded)
),
held AS (SELECT * FROM done WHERE NOT returned AND NOT (coalesce(then_kind, '') = 'dispatched' AND answered IS NULL)),
heard AS (
  SELECT unit, t, data FROM e WHERE order_id NOT IN (SELECT order_id FROM excluded)
  AND kind IN ('closed', 'callback_attempted', 'reopened') AND json_extract(data, '$.reached')
  AND coalesce(json_extract(data, '$.final'), 1) AND NOT coalesce(json_extract(data, '$.follow_up'), 0)
  AND coalesce(json_extract(data, '$.sampled'), 1) AND coalesce(json_extract(data, '$.channel'), '') <> 'upstream'
),
seen AS ({}) SELECT unit, sum(good), count(*) FROM seen
WHERE at >= julianday(:start) AND at < julianday(:end) AND at <= julianday(:now) GROUP BY unit
"""
_BY_THEN: Final = """
SELECT unit, coalesce({done} <= {due}, 0) AS good, iif({done} <= {due}, {done}, min({due}, coalesce(ended, {due}))) AS at
FROM held WHERE {due} IS NOT NULL AND NOT ({done} IS NULL AND coalesce(stopped < {due}, 0))
"""
_SEEN: Final = {
    "signed_on_time": _BY_THEN.format(done="signed", due="due_sign"),
    "response": _BY_THEN.format(done="contacted", due="due_contact") + """AND order_id IN (
        SELECT order_id FROM e WHERE kind = 'registered' AND coalesce(json_extract(data, '$.contact_owed'), 1))""",
    "on_time": _BY_THEN.format(done="iif(late IS NULL, answered, 1e9)", due="coalesce(late, due_answer)"),
    "resolution": "SELECT unit, json_extract(data, '$.solved') = 'yes' AS good, t AS at FROM heard",
    "satisfaction": """
        SELECT unit, json_extract(data, '$.rating') >= 3 AS good, t AS at FROM heard
        WHERE json_extract(data, '$.rating') IS NOT NULL AND json_extract(data, '$.channel') <> 'pre'""",
    "return": "SELECT unit, returned AS good, began AS at FROM done WHERE returned OR (order_id, first) IN ("
              "SELECT order_id, first FROM held)",
    "reopening": "SELECT unit, coalesce(then_kind, '') = 'reopened' AS good, answered AS at FROM held WHERE answered IS NOT NULL",
    "first_dispatch": """
        SELECT f.unit, NOT EXISTS (SELECT 1 FROM e WHERE e.order_id = f.order_id AND e.seq > f.seq AND (e.kind = 'return_granted'
          OR e.kind = 'dispatched' AND e.unit <> f.unit) AND NOT EXISTS (SELECT 1 FROM e again WHERE again.order_id = f.order_id
          AND again.kind = 'reopened' AND again.seq < e.seq)) AS good, f.t AS at
        FROM e f WHERE f.kind = 'dispatched' AND f.order_id NOT IN (SELECT order_id FROM excluded)
        AND f.seq = (SELECT min(seq) FROM e WHERE e.order_id = f.order_id AND e.kind = 'dispatched')""",
}  # fmt: skip
PLAIN: Final = {rate: _KNOWN.format(seen) for rate, seen in _SEEN.items()}
"""A query a rate: rows of (unit, numerator, denominator)."""
