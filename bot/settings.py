"""Every setting, in one flat object, read from the environment at the edge and passed down as plain arguments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "TRIALOGUE_"


def _default_store() -> Path:
    return Path(user_data_dir("trialogue")) / "store"


class Settings(BaseSettings):
    """What can be set. Each is `TRIALOGUE_` and its name in capitals in the environment or in a `.env` file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    store: Path = Field(
        default_factory=_default_store,
        description="The folder of the indexed trials. Not set: a folder of your own user data.",
    )
    records_url: SecretStr | None = Field(
        default=None,
        description="A database for the records, shared by many machines, such as "
        "postgresql+psycopg://user:password@host/trialogue. Not set: a SQLite file in the store's folder.",
    )
    chroma_url: str | None = Field(
        default=None,
        description="A Chroma server for the vectors, such as http://127.0.0.1:8001. Not set: Chroma runs embedded, "
        "in the store's folder.",
    )
    model: str | None = Field(
        default=None,
        description="The chat model that words the answers, such as openai:gpt-4.1-mini, anthropic:claude-sonnet-4-5 "
        "or ollama:qwen3. Not set: answers are made from the registry's own sentences; nothing leaves this machine.",
    )
    model_base_url: str | None = Field(
        default=None,
        description="Where the chat model is served, for a server of your own, such as http://127.0.0.1:11434/v1.",
    )
    model_timeout_s: float = Field(
        default=30,
        gt=0,
        description="How many seconds to wait for the chat model before the answer is made without it.",
    )
    model_api_key: SecretStr | None = Field(
        default=None,
        description="The key for the chat model. Not set: the provider's own variable is used, such as OPENAI_API_KEY; "
        "a server named by TRIALOGUE_MODEL_BASE_URL never gets that one.",
    )
    embedding_model: str | None = Field(
        default=None,
        description="The sentence-transformers model that compares texts. Not set: the packaged all-MiniLM-L6-v2. "
        "A store is made with one model; changing it means indexing again.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="The address the web app listens on. The default lets nobody in but this machine.",
    )
    port: int = Field(default=8000, ge=1, le=65535, description="The port the web app listens on.")


def read_settings(env_file: Path | None = None) -> Settings:
    """The settings of the environment and, below it, of `env_file`.

    Raises:
        SettingsError: a value cannot be used; the message names the variable, and never shows a key.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as exc:
        problems = (f"{_variable('_'.join(map(str, error['loc'])))}: {error['msg']}" for error in exc.errors())
        raise SettingsError("; ".join(problems)) from None  # the cause would show the values, a key among them


def example_env() -> str:
    """The text of `.env.example`: every setting with what it does, commented out, so that the defaults stand."""
    return "\n".join(
        [
            "# Settings of Trialogue. Copy this file to .env and take the # away from what you want to change.",
            *(line for name, field in Settings.model_fields.items() for line in _example(name, field)),
            "",
        ]
    )


def _example(name: str, field: FieldInfo) -> Iterator[str]:
    value = "" if field.default_factory or field.default is None else field.default
    yield ""
    yield from textwrap.wrap(field.description or "", 98, initial_indent="# ", subsequent_indent="# ")
    yield f"# {_variable(name)}={value}"


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"
