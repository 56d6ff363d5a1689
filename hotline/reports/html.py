"""A bulletin as a page to read and to print on A4: no script, no other file, links to the orders behind every number."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hotline.reports.charts import svg
from hotline.reports.layout import head_lines
from hotline.reports.parts import parts
from hotline.services.figures.bulletin import Bulletin

_templates: Final = Environment(
    loader=PackageLoader("hotline.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page(bulletin: Bulletin, site: str = "") -> str:
    """Return the whole page; ``site`` is where the orders are shown (``https://host``), empty for the host of the page."""
    return _templates.get_template("bulletin.html").render(
        bulletin=bulletin, body=body(bulletin, site), title=f"{bulletin.title}({bulletin.period.name})", style=style()
    )


def body(bulletin: Bulletin, site: str = "") -> Markup:
    """Return what stands in the page, to be put into another one together with ``style``."""
    found = parts(bulletin, site)
    return Markup(  # noqa: S704  # the template escapes
        _templates.get_template("bulletin_body.html").render(bulletin=bulletin, parts=found, lines=head_lines(bulletin), svg=svg)
    )


def style() -> Markup:
    """Return the stylesheet."""
    return Markup(_templates.get_template("bulletin.css").render())  # noqa: S704  # our own file
