"""Prompts as files: a Markdown text under a small header, filled strictly.

A variable that is missing, unknown or announced but unused is an error when the prompt is loaded or filled, not a blank
in what a model reads. The version is a hash of the whole file, so a changed prompt is never taken for the old one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from string import Template

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

HOME = Path(__file__).parent
_FENCE = "---\n"


class PromptError(Exception):
    """A prompt file, or the values it is filled with, cannot be used; the message says which and why."""


class _Header(BaseModel):
    """What stands between the `---` lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    inputs: tuple[str, ...]
    output: str


class Prompt(BaseModel):
    """A prompt: what it is for, which values it takes, what comes back, and its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    purpose: str
    inputs: tuple[str, ...]
    output: str
    version: str  # the first twelve hex digits of the SHA-256 of the file
    body: str

    def render(self, **values: str) -> str:
        """The text with every `$name` replaced; a `$` inside a value stays as it is.

        Raises:
            PromptError: a value is missing, or one is given that the prompt does not take.
        """
        if missing := set(self.inputs) - set(values):
            raise PromptError(f"prompt {self.name!r} needs a value for {_listed(missing)}")
        if unused := set(values) - set(self.inputs):
            raise PromptError(f"prompt {self.name!r} does not use {_listed(unused)}; it takes {_listed(self.inputs)}")
        return Template(self.body).substitute(values)


def load(name: str) -> Prompt:
    """One of the prompts that stand beside this module."""
    return load_from(HOME, name)


def names(folder: Path = HOME) -> tuple[str, ...]:
    """The prompts of a folder, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.md")))


def load_from(folder: Path, name: str) -> Prompt:
    """`folder/name.md` as a prompt.

    Raises:
        PromptError: there is no such file, its header is not right, or header and text disagree about the variables.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise PromptError(f"no prompt {name!r} in {folder}; there are: {_listed(names(folder))}") from exc
    header, body = _read(name, text)
    _check_variables(name, header.inputs, body)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(name=name, version=version, body=body, **header.model_dump())


def _read(name: str, text: str) -> tuple[_Header, str]:
    _, opening, rest = text.partition(_FENCE) if text.startswith(_FENCE) else ("", "", "")
    header, closing, body = rest.partition("\n" + _FENCE)
    if not opening or not closing:
        raise PromptError(f"prompt {name!r} must begin with a header between two lines of ---")
    try:
        return _Header.model_validate(yaml.safe_load(header)), body.strip() + "\n"
    except (yaml.YAMLError, ValidationError) as exc:
        raise PromptError(f"the header of prompt {name!r} is not right: {exc}") from exc


def _check_variables(name: str, inputs: tuple[str, ...], body: str) -> None:
    template = Template(body)
    if not template.is_valid():
        raise PromptError(f"prompt {name!r} holds a $ that begins no name; write $$ for the sign itself")
    found = set(template.get_identifiers())
    if missing := found - set(inputs):
        raise PromptError(f"prompt {name!r} uses {_listed(missing)}, which its header does not name")
    if unused := set(inputs) - found:
        raise PromptError(f"the header of prompt {name!r} names {_listed(unused)}, which its text does not use")


def _listed(items: set[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(items)) or "nothing"
