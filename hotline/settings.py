"""The one place for settings: environment and ``.env``, prefix ``HOTLINE_``. Everybody else is handed values."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")
"""Where a container's secrets are files named like their settings (``hotline_database_url``); the environment wins."""


class Settings(BaseSettings):
    """Settings of every process; frozen once read."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path(".hotline"), description="Folder for the database, models and broker marks")
    database_url: SecretStr | None = Field(None, description="SQLAlchemy address; default SQLite in the data folder")
    broker_url: str | None = Field(None, description="kafka://host:9092 for Apache Kafka; empty = the embedded broker")
    broker_bin: Path | None = Field(None, description="Path of the embedded broker's program")
    broker_port: int = Field(19092, ge=1, le=65535, description="Port of the embedded broker on 127.0.0.1")
    pack: str = Field("kundulun", description="Policy pack to publish at the first start: a name or a folder")
    model: Path | None = Field(None, description="Model folder; default the model in the data folder")
    accept_error: float = Field(0.05, gt=0, lt=0.5, description="Share of wrong answers accepted among the sure ones")
    web_host: str = Field("127.0.0.1", description="Address the web process listens on")
    web_port: int = Field(12345, ge=1, le=65535, description="Port of API and pages")
    worker_port: int = Field(12346, ge=0, le=65535, description="Port of the worker's health and metrics, on the same address")
    clock_port: int = Field(12347, ge=0, le=65535, description="Port of the clock's health and metrics, on the same address")
    batch_size: int = Field(500, ge=1, le=500, description="Calls a batch in triage at most")
    batch_wait_ms: int = Field(100, ge=1, le=5000, description="Milliseconds a batch waits for more")
    session_hours: float = Field(12, gt=0, le=72, description="Hours a sign-in lasts")
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only; set it behind a proxy with a certificate")
    webhook_private: bool = Field(True, description="Webhooks may go to private addresses; false outside of a closed network")
    upstream_url: str | None = Field(None, description="Address of the city platform's interface; empty = none")
    upstream_key: SecretStr | None = Field(None, validate_default=True, description="Key that both sides sign with")
    log_level: str = Field("info", description="debug, info, warning or error")

    @field_validator("database_url", "broker_url", "broker_bin", "model", "upstream_url", "upstream_key", mode="before")
    @classmethod
    def _empty_is_default(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("broker_url")
    @classmethod
    def _kafka_only(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("kafka://"):
            raise ValueError("must begin with kafka://")
        return value

    @field_validator("upstream_url")
    @classmethod
    def _web_only(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("upstream_key")
    @classmethod
    def _signed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("upstream_url") and value is None:
            raise ValueError("is needed with HOTLINE_UPSTREAM_URL")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value

    @property
    def database(self) -> str:
        """The database's address, with its password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'hotline.db'}"

    @property
    def model_dir(self) -> Path:
        """The folder of the model in force."""
        return self.model or self.data_dir / "model"

    @property
    def embedded(self) -> bool:
        """Whether this deployment runs its own broker."""
        return self.broker_url is None

    @property
    def broker(self) -> str:
        """The broker's address."""
        return self.broker_url or f"kafka://127.0.0.1:{self.broker_port}"

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the settings; raises ``ValueError`` with one line that names the setting and what it must be."""
        secrets = SECRETS if SECRETS.is_dir() else None
        try:
            return cls(_secrets_dir=secrets, **overrides)  # type: ignore[arg-type, call-arg]  # checked by pydantic
        except ValidationError as problem:
            first = problem.errors()[0]
            name = "HOTLINE_" + "_".join(str(part) for part in first["loc"]).upper()
            raise ValueError(f"{name}: {first['msg']}") from None
