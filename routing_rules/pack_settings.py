"""``pack.toml``: what an office decides about itself beside its tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hotline.domain.attachments import MEGABYTE, FileKind, FileLimits
from hotline.domain.bands import BandLimits
from hotline.domain.calendar import OfficeHours
from hotline.domain.facts import Kind
from hotline.domain.indicators import LeftOut, RateSettings
from hotline.domain.quiet import QuietHours
from hotline.domain.sampling import CallbackSettings
from hotline.domain.season import Heating
from routing_rules.findings import Findings
from routing_rules.pack_assessment import Assessment, AssessmentSettings
from routing_rules.pack_faults import place, sentence
from routing_rules.pack_heating import HeatingFile
from routing_rules.pack_times import Office, Quiet

FILE = "pack.toml"
RETIRED = (("handling", "reopen_limit_share"),)
"""Settings of earlier versions; rows of the second round say its limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSettings:
    """An office's own settings: shares 0…1, ``weights`` of the three rates in a score, ``floor`` the least orders ranked.

    ``upstream_closes`` = only the platform above closes what it sent; ``acknowledge_minutes`` = how soon a person has to
    acknowledge an urgent order (0 = nobody is reminded).

    ``contact_attempts`` = in how many different half-days a citizen must have been tried in vain to count as contacted (0 = only
    who was reached counts), ``pass_up`` = the answer to what the platform above sent goes up to it after our review,
    ``longest_pause_days`` = how many days ahead the last day of one pause 挂账 may lie.
    """

    name: str
    title: str
    zone: ZoneInfo
    district: str
    order_prefix: str
    office: tuple[OfficeHours, ...]
    published_years: frozenset[int]
    rates: RateSettings = field(default_factory=RateSettings)
    weights: Mapping[str, float] = field(default_factory=dict)
    floor: int = 0
    bands: BandLimits = field(default_factory=BandLimits)
    auto_classes: tuple[str, ...] = ()
    spot_check_share: float = 0.1
    returns_allowed: int = 2
    callback_attempts: int = 3
    upstream_closes: bool = False
    acknowledge_minutes: int = 0
    callback: CallbackSettings = field(default_factory=CallbackSettings)
    quiet: QuietHours | None = None
    contact_attempts: int = 0
    pass_up: bool = False
    longest_pause_days: int = 366
    attachments: FileLimits = field(default_factory=FileLimits)
    assessment: AssessmentSettings = field(default_factory=AssessmentSettings)
    heating: Heating = field(default_factory=Heating)

    def auto_on(self, category: str) -> bool:
        """Whether the office lets orders of this class go out without a person."""
        return bool(self.auto_class(category))

    def auto_class(self, category: str) -> str:
        """Return the class switched on that this one is or stands below; empty when there is none."""
        return next((one for one in self.auto_classes if category == one or category.startswith(one + "/")), "")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rates(_Model):
    response_basis: Literal["contact_log", "sign_and_contact", "callback"] = "contact_log"
    basically_satisfied_counts: bool = True
    unreached_counts: Literal["out", "no"] = "out"
    rating_channels: list[Literal["phone", "message", "web", "app", "letter"]] = ["phone"]
    left_out: list[LeftOut] = []
    floor: int = Field(default=0, ge=0)
    weights: dict[Literal["response", "resolution", "satisfaction"], Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}

    def settings(self) -> RateSettings:
        """Return the definitions alone."""
        return RateSettings(
            response_basis=self.response_basis, basically_satisfied_counts=self.basically_satisfied_counts,
            unreached_counts=self.unreached_counts, rating_channels=tuple(self.rating_channels), left_out=tuple(self.left_out),
        )  # fmt: skip


class _Bands(_Model):
    warn_hours: float = Field(default=48, ge=0)
    warn_share: float = Field(default=0.4, ge=0, le=1)
    urgent_hours: float = Field(default=24, ge=0)
    urgent_share: float = Field(default=0.2, ge=0, le=1)


class _Handling(_Model):
    returns_allowed: int = Field(default=2, ge=0)
    callback_attempts: int = Field(default=3, ge=1)
    upstream_closes: bool = False
    acknowledge_minutes: int = Field(default=0, ge=0)
    contact_attempts: int = Field(default=0, ge=0)
    pass_up: bool = False
    longest_pause_days: int = Field(default=366, ge=1, le=3660)


class _Attachments(_Model):
    largest_mb: float = Field(default=10, gt=0, le=50)
    most: int = Field(default=5, ge=0, le=20)
    kinds: list[FileKind] = list(FileLimits().kinds)


class _Callback(_Model):
    share: float = Field(default=1.0, ge=0, le=1)
    half_days: bool = False
    kinds: dict[Kind, Annotated[float, Field(ge=0, le=1)]] = {}


class _Auto(_Model):
    classes: list[str] = []
    spot_check_share: float = Field(default=0.1, ge=0, le=1)


class _File(_Model):
    name: str
    title: str
    zone: str
    district: str
    order_prefix: str = Field(pattern=r"^[A-Z]{2,6}$")
    office: Office
    rates: _Rates = _Rates()
    bands: _Bands = _Bands()
    handling: _Handling = _Handling()
    callback: _Callback = _Callback()
    auto: _Auto = _Auto()
    quiet: Quiet | None = None
    attachments: _Attachments = _Attachments()
    assessment: Assessment = Assessment()
    heating: HeatingFile = HeatingFile()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"没有时区 {zone}") from None
        return zone


def read_settings(files: Mapping[str, bytes], findings: Findings) -> PackSettings | None:
    """Read ``pack.toml``; every fault goes into ``findings``, and then there are no settings."""
    if FILE not in files:
        findings.error(FILE, "", "缺少该文件", "setting")
        return None
    try:
        read = _File.model_validate(_still_used(tomllib.loads(files[FILE].decode("utf-8-sig")), findings))
        return _settings(read)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        findings.error(FILE, "", f"不是有效的 TOML:{error}", "setting")
    except ValidationError as error:
        for fault in error.errors():
            findings.error(FILE, place(fault), sentence(fault), "setting")
    return None


def _still_used(written: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """Leave out what earlier programs read and this one does not: an old book must stay readable."""
    for part, name in RETIRED:
        if isinstance(table := written.get(part), dict) and name in table:
            findings.warn(FILE, f"{part}.{name}", "该项已不再使用,可以删去", "setting")
            written[part] = {key: value for key, value in table.items() if key != name}
    return written


def _settings(read: _File) -> PackSettings:
    bands, files = read.bands, read.attachments
    return PackSettings(
        name=read.name,
        title=read.title,
        zone=ZoneInfo(read.zone),
        district=read.district,
        order_prefix=read.order_prefix,
        office=read.office.rows(),
        published_years=frozenset(read.office.published_years),
        rates=read.rates.settings(),
        weights={str(rate): weight for rate, weight in read.rates.weights.items()},
        floor=read.rates.floor,
        bands=BandLimits(
            timedelta(hours=bands.warn_hours), bands.warn_share, timedelta(hours=bands.urgent_hours), bands.urgent_share
        ),
        **_by_itself(read.auto),
        quiet=read.quiet.hours() if read.quiet else None,
        attachments=FileLimits(int(files.largest_mb * MEGABYTE), files.most, tuple(files.kinds)),
        callback=_called_back(read.callback),
        assessment=read.assessment.settings(),
        heating=read.heating.heating(),
        **read.handling.model_dump(),
    )


def _by_itself(said: _Auto) -> dict[str, Any]:
    return {"auto_classes": tuple(said.classes), "spot_check_share": said.spot_check_share}


def _called_back(said: _Callback) -> CallbackSettings:
    kinds = {str(kind): share for kind, share in said.kinds.items()}
    return CallbackSettings(share=said.share, kinds=kinds, half_days=said.half_days)
