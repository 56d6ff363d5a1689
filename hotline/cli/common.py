"""What every command shares: settings, the house, printing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hotline.errors import SettingsInvalid
from hotline.logs import set_up_logs
from hotline.settings import Settings

if TYPE_CHECKING:
    from hotline.bootstrap import House

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def settings(**overrides: object) -> Settings:
    """Read the settings; raises ``SettingsInvalid`` with the one line that names what is wrong."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        found = Settings.load(**given)
    except ValueError as problem:
        raise SettingsInvalid(str(problem)) from None
    set_up_logs(found.log_level)
    return found


def house(**overrides: object) -> House:
    """Open the services; the database must have this program's schema."""
    from hotline.bootstrap import open_house  # noqa: PLC0415  # the classifier's libraries take seconds to load

    return open_house(settings(**overrides))


def first_house() -> House:
    """Open the services for a command that may be a deployment's first: its own database is made where there is none."""
    from hotline.bootstrap import open_house  # noqa: PLC0415  # loaded when called, as above
    from hotline.store.migrations import migrate  # noqa: PLC0415  # loaded when called, as above

    chosen = settings()
    if chosen.database_url is None and not (chosen.data_dir / "hotline.db").exists():
        migrate(chosen.database)
    return open_house(chosen)


class Bar:
    """A progress bar on standard error, of one task."""

    def __init__(self, bar: Progress, text: str, total: int | None) -> None:
        self._bar, self._task = bar, bar.add_task(text, total=total)

    def __call__(self, done: int, total: int | None = None, text: str | None = None) -> None:
        """Show that ``done`` of ``total`` are done; what is not given stays."""
        self._bar.update(self._task, completed=done)
        if total is not None:
            self._bar.update(self._task, total=total)
        if text is not None:
            self._bar.update(self._task, description=text)


@contextmanager
def progress(text: str, total: int | None) -> Iterator[Bar]:
    """Show a bar while a long job runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        yield Bar(bar, text, total)
