"""The rules of the house: sizes, doors, quiet imports, and documents that tell the truth."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from prompts import loader
from tests.conftest import ROOT

PACKAGES = ("bot", "index", "prompts")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
NOT_IMPORTED = {"bot.app"}  # the page's own entry, which Chainlit loads
HEAVY = (
    "chromadb", "torch", "sentence_transformers", "chainlit", "tantivy", "transformers", "langchain_openai", "fhir",
)  # fmt: skip
CATCH_ALL = {
    "bot/safety/gate.py",
    "bot/web/handlers.py",
    "index/store/vectors.py",
}  # the outermost edges: one fails closed, one keeps the page up, one meets a core that panics past `Exception`


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_file_is_read_in_three_screens_and_a_function_in_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    tree = ast.parse(text)
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_module_begins_by_saying_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert len(said.splitlines()) <= 12


def test_everything_is_caught_only_at_the_outermost_edges() -> None:
    assert {_name(path) for path in SOURCES if list(_catch_alls(path))} <= CATCH_ALL


def _catch_alls(path: Path) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.id if isinstance(node.type, ast.Name) else None
            if node.type is None or caught in ("Exception", "BaseException"):
                yield node


def test_importing_a_module_loads_no_model_opens_no_store_and_needs_no_environment() -> None:
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in SOURCES]
    wanted = [module for module in modules if module not in NOT_IMPORTED]
    code = (
        "import socket, sys, importlib\n"
        "def refuse(*_): raise OSError('no network at import')\n"
        "socket.socket.connect = refuse\n"
        f"for name in {wanted!r}: importlib.import_module(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_every_test_file_has_a_name_of_its_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


def _documents() -> str:
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_command_setting_and_prompt_is_in_the_documents() -> None:
    cli = importlib.import_module("bot.cli")
    text = _documents()
    commands = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    assert not [name for name in commands if f"trialogue {name}" not in text]
    assert not [name for name in Settings.model_fields if f"TRIALOGUE_{name.upper()}" not in text]
    assert not [name for name in loader.names() if f"prompts/{name}.md" not in text]


def test_the_readme_names_only_files_that_are_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|index|prompts|tests|docs)/[\w/.-]+)`", text)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_first_commands_of_the_readme_are_the_two_that_a_newcomer_needs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(make \w+)", text, re.MULTILINE)
    assert commands[:2] == ["make chat", "make test"]


def test_every_decision_says_problem_choice_and_what_would_change_it() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for heading in ("## Problem", "## Choice", "## What would change our mind"):
            assert heading in text, f"{path.name} lacks {heading}"
