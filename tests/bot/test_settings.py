"""The settings, and the example file that is made from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings import Settings, example_env, read_settings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRIALOGUE_{name.upper()}", raising=False)


def test_the_example_file_is_the_one_that_the_settings_make() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example_env()


def test_the_example_file_changes_nothing_as_it_stands() -> None:
    assert read_settings(EXAMPLE) == read_settings()


def test_every_setting_says_what_it_does_and_stands_in_the_example() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"# TRIALOGUE_{name.upper()}=" in example_env()


def test_without_anything_set_there_is_no_model_and_only_this_machine_is_let_in() -> None:
    settings = read_settings()
    assert settings.model is None
    assert (settings.host, settings.port, settings.model_timeout_s) == ("127.0.0.1", 8000, 30)
    assert settings.store.name == "store"


def test_the_environment_is_read_and_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TRIALOGUE_MODEL=ollama:a\nTRIALOGUE_PORT=9000\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("TRIALOGUE_MODEL", "openai:b")
    settings = read_settings(file)
    assert (settings.model, settings.port) == ("openai:b", 9000)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALOGUE_MODEL", "")
    assert read_settings().model is None


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("PORT", "many"), ("MODEL_TIMEOUT_S", "0")])
def test_a_value_that_cannot_be_used_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TRIALOGUE_{name}", value)
    with pytest.raises(SettingsError, match=f"TRIALOGUE_{name}: "):
        read_settings()


def test_a_key_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALOGUE_MODEL_API_KEY", "very-private")
    settings = read_settings()
    assert "very-private" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert settings.model_api_key is not None
    assert settings.model_api_key.get_secret_value() == "very-private"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        read_settings().__setattr__("port", 1)
