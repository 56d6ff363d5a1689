"""Figures of a rehearsal as a clerk reads them: a share always with its base, hours as days where they are long."""

from __future__ import annotations


def share_words(part: int, whole: int) -> str:
    """Return ``12/300 件(4.0 %)``."""
    return f"{part}/{whole} 件({100 * part / whole:.1f} %)" if whole else "0 件"


def hours_words(hours: float) -> str:
    """Return a length of time: minutes below an hour, days from two days on."""
    if hours < 1:
        return f"{round(hours * 60)} 分钟"
    if hours < 48:
        return f"{hours:.3g} 小时"
    return f"{hours / 24:.1f} 天"
