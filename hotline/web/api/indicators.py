"""The rates by any grouping with what they are made of, how they are defined, and the orders behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hotline.domain.indicators import BOOKS, FURTHER, OFFICIAL, RATE_NAMES, RATES, Book, Rate, Ratio, definitions, left_out
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, UnknownUnit
from hotline.services.figures.calibration import Decile
from hotline.services.figures.differences import Differs
from hotline.services.figures.lists import Figure
from hotline.services.figures.rows import Asked, Grouping
from hotline.services.work_list import MOST_LISTED
from hotline.web.api.fields import Code, Line, aware, start_of
from hotline.web.api.order_views import OrderRow
from hotline.web.auth import RatesUser, ReadUser
from hotline.web.parts import UsesParts, WebParts
from routing_rules.pack import Pack

router = APIRouter(prefix="/api/v1/indicators", tags=["指标"])

DAYS: Final = 30  # when nothing is asked for: the last 30 local days, today among them
OfficialRate = Literal["response", "resolution", "satisfaction", "on_time", "callback", "return", "reopening", "excluded"]
assert OfficialRate.__args__ == OFFICIAL  # type: ignore[attr-defined]  # noqa: S101  # one list, said twice for the document
OrderCursor = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9-]*$")]


class RatioView(BaseModel):
    """A rate as a fraction, with the ends of its 95 % interval (Wilson), 0…1; null without a sample."""

    numerator: int
    denominator: int
    low: float | None
    high: float | None

    @classmethod
    def of(cls, ratio: Ratio) -> RatioView:
        """Show a rate."""
        return cls.model_validate(ratio.as_dict())


class Period(BaseModel):
    """The period, and the category and the place that figures are narrowed to, each with everything below it."""

    from_: str | None = Field(default=None, alias="from", max_length=40, description="本地日期,或带时区的时刻;含当日")
    to: str | None = Field(default=None, max_length=40, description="本地日期(含当日),或带时区的时刻(不含)")
    category: Line = ""
    place: Line = ""

    def span(self, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
        """Return start and end, aware. Raises ``InvalidInput``."""
        today = now.astimezone(zone).date()
        start = _edge("from", self.from_, zone) if self.from_ else start_of(today - timedelta(days=DAYS - 1), zone)
        end = _edge("to", self.to, zone, end=True) if self.to else start_of(today + timedelta(days=1), zone)
        if start >= end:
            raise InvalidInput("from is not before to", message="起始时间(from)须早于截止时间(to)")
        return start, end


class Narrowed(Period):
    """A period, narrowed to a unit, too."""

    unit: Code | None = Field(default=None, description="该单位及其下属单位")

    def asked(self, parts: WebParts, who: Actor, by: Grouping = "all", book: Book = "own") -> Asked:
        """Return the question. Raises ``InvalidInput``, ``NotAllowed`` and ``UnknownUnit``."""
        pack = parts.books.current()
        start, end = self.span(pack.zone, parts.clock.now())
        asked = parts.figures.asked(start, end, by=who, book=book, category=self.category, place=self.place)
        asked = replace(asked, by=by)
        if self.unit is None:
            return asked
        units = _with_those_below(self.unit, pack)
        return replace(asked, units=units if asked.units is None else units & asked.units)


class TableAsked(Narrowed):
    """A table of figures: ``level`` cuts units, places or categories to that depth of their tree, from 1."""

    by: Grouping = "unit"
    book: Book = "own"
    level: int | None = Field(default=None, ge=1, le=10)
    further: bool = Field(default=False, description="连同说明性指标")


class OrdersAsked(Period):
    """One figure: its rate, book, and the row of its table, ``key`` at ``level`` (null = all rows)."""

    rate: Rate
    by: Grouping = "unit"
    key: Line | None = None
    book: Book = "own"
    level: int | None = Field(default=None, ge=1, le=10)
    good: bool | None = Field(default=None, description="true 计入分子的,false 未计入分子的,缺省为全部")
    cursor: int = Field(default=0, ge=0, le=MOST_LISTED)
    limit: int = Field(default=50, ge=1, le=200)

    def figure(self, parts: WebParts) -> Figure:
        """Return the figure. Raises ``InvalidInput``."""
        start, end = self.span(parts.books.current().zone, parts.clock.now())
        told = self.model_dump(include={"rate", "by", "key", "book", "level", "good", "category", "place"})
        return Figure(start=start, end=end, **told)


class DifferencesAsked(Narrowed):
    """The orders on which the two books differ; ``contrary`` = those alone of which both books speak."""

    rate: OfficialRate
    contrary: bool = False
    cursor: OrderCursor = ""
    limit: int = Field(default=50, ge=1, le=200)


class DefinitionView(BaseModel):
    """A rate's name, how it is counted, and whether it is one of the nine published."""

    name: str
    definition: str
    published: bool


class DefinitionsView(BaseModel):
    """What every figure means under the pack in force: each book's rates, the floor of a ranking, the score's weights."""

    books: dict[Book, dict[Rate, DefinitionView]]
    floor: int
    weights: dict[str, float]
    left_out: str


class FigureOrdersView(BaseModel):
    """The figure and a page of the orders behind it, by number; ``counted`` is how often those asked for count in it.

    ``blind`` = what citizens said of open orders is not counted, because a unit is not to know it yet; ``cursor`` asks for the
    next page, null at the end.
    """

    figure: RatioView
    counted: int
    total: int
    blind: bool
    orders: list[OrderRow]
    cursor: int | None


class DecileView(BaseModel):
    """Orders of which the model was as sure as from ``low`` to below ``high``; ``mean`` is how sure it was on the average.

    ``category`` = its first class still stands, ``unit`` = its first unit leads the order (of those dispatched).
    """

    low: float
    high: float
    mean: float | None
    category: RatioView
    unit: RatioView

    @classmethod
    def of(cls, one: Decile) -> DecileView:
        """Show a decile."""
        mean = None if one.mean is None else round(one.mean, 4)
        return cls(low=one.low, high=one.high, mean=mean, category=RatioView.of(one.category), unit=RatioView.of(one.unit))


class CalibrationView(BaseModel):
    """The ten deciles of the model's confidence, the least sure first."""

    deciles: list[DecileView]


class DiffersView(BaseModel):
    """An order's part in a rate, in each book; a denominator of 0 = that book says nothing of it in the period."""

    order: OrderRow
    own: RatioView
    official: RatioView
    contrary: bool


class DifferencesView(BaseModel):
    """A page of orders; ``cursor`` asks for the next one, null at the end."""

    orders: list[DiffersView]
    cursor: str | None


@router.get("")
def indicators(asked: Annotated[TableAsked, Query()], parts: UsesParts, who: RatesUser) -> dict[str, dict[str, RatioView]]:
    """Return ``{key: {rate: {numerator, denominator, low, high}}}`` of what was settled in the period.

    Keys are units' codes, places' and categories' paths, months (``2026-10``) …; a unit's key sees its own unit alone.
    """
    wanted = (*RATES, *FURTHER) if asked.further else RATES
    found = parts.figures.rates(asked.asked(parts, who, asked.by, asked.book), level=asked.level, wanted=wanted)
    return {key: {rate: RatioView.of(one) for rate, one in rates.items()} for key, rates in found.items()}


@router.get("/definitions")
def definitions_of_both(parts: UsesParts, _who: RatesUser) -> DefinitionsView:
    """Say how each rate is counted in each book, which orders are left out, and who is ranked."""
    said = parts.books.current().settings
    books = {
        book: {
            rate: DefinitionView(name=RATE_NAMES[rate], definition=text, published=rate in RATES)
            for rate, text in definitions(said.rates, said.callback_attempts, book).items()
        }
        for book in BOOKS
    }
    return DefinitionsView(books=books, floor=said.floor, weights=dict(said.weights), left_out=left_out(said.rates))


@router.get("/orders")
def list_orders_behind(asked: Annotated[OrdersAsked, Query()], parts: UsesParts, who: ReadUser) -> FigureOrdersView:
    """List the orders behind one figure: those that its numerator counts, those that it does not, or both."""
    found = parts.figure_lists.page(asked.figure(parts), start=asked.cursor, limit=asked.limit, by=who)
    pack, now, following = parts.books.current(), parts.clock.now(), asked.cursor + asked.limit
    return FigureOrdersView(
        figure=RatioView.of(found.ratio), counted=found.counted, total=found.total, blind=found.blind,
        orders=[OrderRow.of(order, pack, now, who) for order in found.orders],
        cursor=following if following < found.total else None,
    )  # fmt: skip


@router.get("/calibration")
def calibration_of_the_model(asked: Annotated[Narrowed, Query()], parts: UsesParts, who: RatesUser) -> CalibrationView:
    """Say how far the model's confidence can be believed, of the orders registered in the period."""
    return CalibrationView(deciles=[DecileView.of(one) for one in parts.figures.calibration(asked.asked(parts, who))])


@router.get("/differences")
def list_differences(asked: Annotated[DifferencesAsked, Query()], parts: UsesParts, who: ReadUser) -> DifferencesView:
    """List the orders from above that a rate counts differently in our own book and in the official one, by number."""
    rate: Rate = asked.rate
    found = parts.figures.differences(
        asked.asked(parts, who), rate, contrary=asked.contrary, after=asked.cursor, limit=asked.limit
    )
    shown = {order.id: order for order in parts.queries.some([one.order_id for one in found], by=who)}
    pack, now = parts.books.current(), parts.clock.now()
    orders = [_differs(one, OrderRow.of(shown[one.order_id], pack, now, who)) for one in found if one.order_id in shown]
    return DifferencesView(orders=orders, cursor=found[-1].order_id if len(found) == asked.limit else None)


def _differs(one: Differs, order: OrderRow) -> DiffersView:
    return DiffersView(order=order, own=RatioView.of(one.own), official=RatioView.of(one.official), contrary=one.contrary)


def _with_those_below(code: str, pack: Pack) -> frozenset[str]:
    if code not in pack.units:
        raise UnknownUnit(code)
    return frozenset({code, *(unit.code for unit in pack.units.below(code))})


def _edge(name: str, text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """Return an edge of the period: a local date stands for its whole day, an instant for itself."""
    try:
        if len(text) == len("2026-11-23"):
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return aware(datetime.combine(day, datetime.min.time()), zone, name=name)
        return aware(datetime.fromisoformat(text.replace(" ", "+")), zone, name=name)
    except (ValueError, OverflowError):
        message = f"{name} 不是有效的日期或时间,应为 2026-11-23 或 2026-11-23T00:00:00+08:00"
        raise InvalidInput(f"{name} is no date", message=message) from None
