"""Every kind of event has Chinese words: the timeline and `hotline walk` tell the same story in the same words."""

from __future__ import annotations

import pytest

from hotline.domain.transitions import TABLE
from hotline.web.console.words import EVENT_NAMES


@pytest.mark.parametrize("kind", sorted({"registered", *(row.event for row in TABLE.values())}))
def test_every_event_kind_has_chinese_words(kind: str) -> None:
    name = EVENT_NAMES.get(kind, "")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in name)
