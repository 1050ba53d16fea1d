"""Prompts as files: what the loader refuses, and that the examples in ours are grounded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.loader import Prompt, PromptError, load, load_from, names

HEADER = "---\npurpose: Test.\ninputs: [name, place]\noutput: Greeting\n---\n"
BODY = "Hello $name from $place, that is $$5.\n"


def written(folder: Path, text: str) -> Prompt:
    (folder / "greeting.md").write_text(text, encoding="utf-8")
    return load_from(folder, "greeting")


def test_a_prompt_is_its_header_and_its_filled_text(tmp_path: Path) -> None:
    prompt = written(tmp_path, HEADER + BODY)
    assert (prompt.name, prompt.purpose, prompt.inputs, prompt.output) == (
        "greeting",
        "Test.",
        ("name", "place"),
        "Greeting",
    )
    assert prompt.render(name="Ada", place="here") == "Hello Ada from here, that is $5.\n"


def test_a_dollar_in_a_value_is_only_a_dollar(tmp_path: Path) -> None:
    assert "$place" in written(tmp_path, HEADER + BODY).render(name="$place", place="here")


@given(name=st.text(), place=st.text())
def test_every_value_stands_in_the_text_as_it_was_given(name: str, place: str) -> None:
    prompt = Prompt(name="n", purpose="p", inputs=("name", "place"), output="o", version="v", body=BODY)
    assert prompt.render(name=name, place=place) == f"Hello {name} from {place}, that is $5.\n"


def test_the_version_changes_with_any_change_of_the_file(tmp_path: Path) -> None:
    texts = [HEADER + BODY, HEADER + BODY + "!", HEADER.replace("Test.", "Tests.") + BODY]
    assert len({written(tmp_path, text).version for text in texts}) == len(texts)
    assert written(tmp_path, texts[0]).version == written(tmp_path, texts[0]).version


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "Ada"}, "needs a value for place"),
        ({"name": "Ada", "place": "here", "age": "36"}, "does not use age"),
    ],
)
def test_a_missing_or_an_unused_value_is_an_error(tmp_path: Path, values: dict[str, str], says: str) -> None:
    with pytest.raises(PromptError, match=says):
        written(tmp_path, HEADER + BODY).render(**values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BODY, "must begin with a header"),
        ("---\npurpose: Test.\n" + BODY, "must begin with a header"),
        (HEADER.replace("output: Greeting\n", "") + BODY, "output"),
        (HEADER.replace("output", "outputs") + BODY, "outputs"),
        (HEADER.replace("purpose: Test.", "purpose: [") + BODY, "header"),
        (HEADER + "Hello $name.", "names place"),
        (HEADER + BODY + "$age", "uses age"),
        (HEADER + BODY + "5 $ each", "begins no name"),
    ],
)
def test_a_file_that_contradicts_itself_is_an_error(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        written(tmp_path, text)


def test_an_unknown_prompt_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    written(tmp_path, HEADER + BODY)
    with pytest.raises(PromptError, match="there are: greeting"):
        load_from(tmp_path, "farewell")


def test_all_our_prompts_load_and_fill() -> None:
    assert set(names()) >= {"answer", "read_reply", "repair", "word_question"}
    for name in names():
        prompt = load(name)
        assert "$" not in prompt.render(**dict.fromkeys(prompt.inputs, "x"))


def examples(name: str) -> list[tuple[str, dict[str, object]]]:
    """The examples of a prompt: the material between the two lines, and the answer after it."""
    parts = re.split(r"^## ", load(name).body, flags=re.MULTILINE)
    found = []
    for part in parts:
        if part.startswith("Example"):
            material = re.search(r"<data nonce=.*?>\n(.*?)</data nonce=", part, re.DOTALL)
            assert material is not None
            found.append((material[1], json.loads(part.partition("Answer:")[2])))
    return found


def digits(text: object) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", str(text)))


@pytest.mark.parametrize("name", ["answer", "word_question", "read_reply"])
def test_each_prompt_has_two_examples_and_their_numbers_stand_in_their_material(name: str) -> None:
    shown = examples(name)
    assert len(shown) == 2
    for material, answer in shown:
        values = [value for key, value in answer.items() if key != "claims"]
        assert digits(values) <= digits(material)


def test_the_claims_of_the_examples_point_at_sentences_that_hold_their_numbers() -> None:
    for material, answer in examples("answer"):
        sentences = dict(re.findall(r"^(p\d+\.\d+) (.+)$", material, re.MULTILINE))
        claims = answer["claims"]
        assert isinstance(claims, list)
        assert claims
        for claim in claims:
            assert claim["sources"]
            cited = " ".join(sentences[source] for source in claim["sources"])
            assert digits(claim["text"]) <= digits(cited)


def test_the_words_of_the_examples_of_a_reply_stand_in_the_reply() -> None:
    for material, answer in examples("read_reply"):
        assert str(answer["words"]) in material.partition("The reply: ")[2]


@pytest.mark.parametrize("name", names())
def test_prompts_are_calm(name: str) -> None:
    body = load(name).body
    assert "!" not in body
    assert not [word for word in re.findall(r"\b[A-Z]{4,}\b", body) if word not in {"ECOG"}]
