"""All settings, read once from the environment; every mistake is reported at once."""

import base64
import binascii
import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from afk_core.infra.crypto import KEY_BYTES
from afk_core.infra.database import is_database_url
from afk_core.infra.errors import DomainError

FINGERPRINT_MARK = "sidik:"

_FAULTS = {
    "int_parsing": "harus bilangan bulat",
    "greater_than_equal": "paling kecil {ge}",
    "less_than_equal": "paling besar {le}",
    "literal_error": "pilihannya {expected}",
}
"""What is said of a value that the library refuses, by the library's name of the fault."""


class Settings(BaseSettings):
    """Settings of one process; the table with meanings is `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="KLINIK_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", validation_alias=AliasChoices("KLINIK_HOST", "HOST"))
    port: int = Field(8000, ge=0, le=65535, validation_alias=AliasChoices("KLINIK_PORT", "PORT"))
    data_dir: Path = Path("data")
    database_url: str = ""
    listen_url: str = ""
    secret_key: SecretStr | None = None
    other_keys: SecretStr | None = None
    public_url: str = ""
    office: str = ""
    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_per_second: int = Field(30, ge=1, le=1000)
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ("*",)
    messages_per_minute: int = Field(30, ge=1, le=1000)
    login_attempts_per_15_minutes: int = Field(10, ge=3, le=1000)
    officer_idle_hours: int = Field(10, ge=1, le=24)
    warn_minutes: int = Field(15, ge=1, le=50)
    warn_last_day_minutes: int = Field(0, ge=0, le=480)
    unclaimed_minutes: int = Field(15, ge=1, le=50)
    file_megabytes: int = Field(10, ge=1, le=20)
    files_per_minute: int = Field(10, ge=1, le=100)
    files_per_answer: int = Field(5, ge=1, le=10)
    letter_warn_days: int = Field(30, ge=1, le=180)
    undo_seconds: int = Field(15, ge=0, le=60)
    keep_conversations_days: int = Field(365, ge=30, le=36500)
    keep_tickets_days: int = Field(1825, ge=365, le=36500)
    keep_jobs_days: int = Field(30, ge=2, le=3650)
    keep_dead_jobs_days: int = Field(90, ge=7, le=3650)
    keep_sessions_days: int = Field(90, ge=1, le=3650)
    keep_audit_days: int = Field(3650, ge=1830, le=36500)
    trusted_proxies: str = "127.0.0.1"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("public_url", "telegram_api")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("harus diawali http:// atau https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
            raise ValueError("harus diawali sqlite+aiosqlite: atau postgresql+asyncpg:")
        if value and not is_database_url(value):
            raise ValueError("bukan alamat basis data yang lengkap")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key_length(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(decode_key(value.get_secret_value())) != KEY_BYTES:
            raise ValueError("harus 32 byte dalam base64")
        return value

    @field_validator("other_keys")
    @classmethod
    def _other_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_other_keys(value.get_secret_value().split())
        return value

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address; SQLite in the data folder when none is set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'klinik.db'}"

    @property
    def file_bytes(self) -> int:
        """The most bytes that one file may have."""
        return self.file_megabytes * 1024 * 1024

    @property
    def base_url(self) -> str:
        """The address under which people reach this service."""
        return self.public_url or f"http://{self.host}:{self.port}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; raises DomainError `settings.invalid` with all `problems`."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = tuple(
            f"KLINIK_{str(item['loc'][0]).upper().removeprefix('KLINIK_')} {_in_words(item)}"
            for item in error.errors()
        )
        raise DomainError("settings.invalid", problems=problems) from None


def _in_words(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        return str(context["error"])
    return _FAULTS.get(item["type"], item["msg"]).format(**context).replace(" or ", " atau ")


def prepare_data_dir(settings: Settings) -> None:
    """Make the data folder; raises DomainError `data_dir.unwritable`."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = settings.data_dir / f".tulis-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise DomainError(
            "data_dir.unwritable", path=str(settings.data_dir), reason=error.strerror
        ) from error


def check_other_keys(entries: list[str]) -> None:
    """Raise ValueError, in words, for keys beside the main one that are no keys or miss their fingerprint."""
    marks = [each for each in entries if each.startswith(FINGERPRINT_MARK)]
    if any(len(decode_key(each.removeprefix(FINGERPRINT_MARK))) != KEY_BYTES for each in entries):
        raise ValueError("harus berisi kunci 32 byte dalam base64, dipisah spasi")
    if entries and len(marks) != 1:
        raise ValueError(f"harus memuat tepat satu entri {FINGERPRINT_MARK}...")


def decode_key(text: str) -> bytes:
    """The bytes of a key in base64; empty when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
