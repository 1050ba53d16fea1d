"""The chat model's adapter, against a real server on this machine."""

from __future__ import annotations

import socket

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from bot.errors import ModelFailed, ModelMalformed, ModelRejected, ModelTimedOut, ModelUnreachable, SettingsError
from bot.model.chat import ChatModel, M, Resting, Retrying, open_chat_model
from tests.openai_server import (
    Served,
    human_text,
    malformed,
    no_json_schema,
    openai_server,
    refuses,
    says,
    too_late,
    web_page,
)


class Colour(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    depth: int


BLUE = Colour(name="blue", depth=3)


def opened(server: Served) -> ChatModel:
    return open_chat_model("openai:test-model", base_url=server.base_url, timeout_s=0.5)


def ask(server: Served) -> Colour:
    return opened(server).structured("Which colour?", Colour, name="colour")


def test_an_answer_comes_back_in_the_form_that_was_asked_for() -> None:
    with openai_server(says({"name": "blue", "depth": 3})) as server:
        assert ask(server) == BLUE


def test_everything_is_sent_in_the_human_message() -> None:
    with openai_server(says({"name": "blue", "depth": 3})) as server:
        ask(server)
        assert [message["role"] for message in server.requests[0]["messages"]] == ["user"]
        assert human_text(server.requests[0]) == "Which colour?"


def test_a_malformed_answer_is_repaired_once_with_the_problem_named() -> None:
    with openai_server(malformed, says({"name": "blue", "depth": 3})) as server:
        assert ask(server) == BLUE
        repair = human_text(server.requests[1])
        assert "Which colour?" in repair
        assert "no end" in repair
        assert "Invalid JSON" in repair


def test_an_answer_with_a_field_missing_is_malformed_too() -> None:
    with openai_server(says({"name": "blue"}), says({"name": "blue", "depth": 3})) as server:
        assert ask(server) == BLUE
        assert "depth" in human_text(server.requests[1])


def test_a_second_malformed_answer_is_the_end() -> None:
    with openai_server(malformed) as server:
        with pytest.raises(ModelMalformed) as caught:
            ask(server)
        assert "no end" in caught.value.reply
        assert "no end" not in str(caught.value)
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "said",
    [
        '```json\n{"name": "blue", "depth": 3}\n```',
        '<think>a colour</think>\n{"name": "blue", "depth": 3}',
        'Here it is: {"name": "blue", "depth": 3}',
    ],
)
def test_an_object_with_something_around_it_needs_no_repair(said: str) -> None:
    with openai_server(says(said)) as server:
        assert ask(server) == BLUE
        assert len(server.requests) == 1


def test_a_web_page_where_a_model_should_be_is_a_failure_of_ours_too() -> None:
    with openai_server(web_page) as server, pytest.raises(ModelRejected, match="TRIALOGUE_MODEL_BASE_URL"):
        ask(server)


def test_an_empty_answer_is_malformed() -> None:
    with openai_server(says("")) as server, pytest.raises(ModelMalformed):
        ask(server)


def test_a_server_without_json_schemas_is_asked_by_a_tool_call() -> None:
    def tools_only(request: dict[str, object]) -> tuple[int, str]:
        return no_json_schema(request) if "response_format" in request else (200, '{"name": "blue", "depth": 3}')

    with openai_server(tools_only) as server:
        assert ask(server) == BLUE
        assert "tools" in server.requests[1]


def test_a_malformed_tool_call_is_repaired_as_well() -> None:
    with openai_server(refuses(400), malformed, refuses(400), says({"name": "blue", "depth": 3})) as server:
        assert ask(server) == BLUE
        assert "no end" in human_text(server.requests[3])


def test_a_slow_server_is_timed_out_and_not_asked_again() -> None:
    with openai_server(too_late) as server:
        with pytest.raises(ModelTimedOut, match="TRIALOGUE_MODEL_TIMEOUT_S"):
            ask(server)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_is_asked_again_and_then_given_up(status: int) -> None:
    with openai_server(refuses(status)) as server:
        with pytest.raises(ModelUnreachable, match=f"HTTP {status}"):
            ask(server)
        assert len(server.requests) == 2


def test_a_server_that_was_busy_once_answers_the_second_time() -> None:
    with openai_server(refuses(429), says({"name": "blue", "depth": 3})) as server:
        assert ask(server) == BLUE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refused_request_is_not_repeated_in_the_same_way(status: int) -> None:
    with openai_server(refuses(status)) as server:
        with pytest.raises(ModelRejected, match="check TRIALOGUE_MODEL"):
            ask(server)
        assert ["tools" in request for request in server.requests] == [False, True]


def test_nobody_at_the_address_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    model = open_chat_model("openai:test-model", base_url=f"http://127.0.0.1:{port}/v1", timeout_s=0.5)
    with pytest.raises(ModelUnreachable):
        model.structured("Which colour?", Colour, name="colour")


def test_every_failure_is_one_that_the_program_falls_back_from() -> None:
    kinds = (ModelUnreachable, ModelTimedOut, ModelRejected, ModelMalformed)
    assert all(issubclass(kind, ModelFailed) for kind in kinds)


def test_the_provider_s_own_key_is_never_sent_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "private")
    with openai_server(says({"name": "blue", "depth": 3})) as server:
        ask(server)
        given = open_chat_model("openai:m", base_url=server.base_url, timeout_s=0.5, api_key=SecretStr("given"))
        given.structured("Which colour?", Colour, name="colour")
        assert server.keys == ["Bearer not-needed", "Bearer given"]


@pytest.mark.parametrize("name", ["nobody:model", "just-a-name", "openai:model"])
def test_a_model_that_cannot_be_opened_is_a_wrong_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=f"TRIALOGUE_MODEL={name}"):
        open_chat_model(name)


class Unreachable:
    """Nobody, for so many times; then blue."""

    def __init__(self, times: int) -> None:
        self.times = times

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:  # noqa: ARG002
        self.times -= 1
        if self.times >= 0:
            raise ModelUnreachable("nobody there")
        return schema.model_validate({"name": "blue", "depth": 3})


def test_a_model_that_did_not_answer_is_left_alone_for_a_while_and_then_asked_again() -> None:
    inner, now = Unreachable(1), [0.0]
    model = Resting(inner, rest_s=30, clock=lambda: now[0])
    for moment in (0.0, 29.9):
        now[0] = moment
        with pytest.raises(ModelUnreachable, match="nobody there"):
            model.structured("Which colour?", Colour, name="colour")
    assert inner.times == 0  # asked once
    now[0] = 30.0
    assert model.structured("Which colour?", Colour, name="colour") == BLUE


def test_a_model_that_answered_badly_is_not_left_alone() -> None:
    with openai_server(malformed, malformed, says({"name": "blue", "depth": 3})) as server:
        model = opened(server)
        with pytest.raises(ModelMalformed):
            model.structured("Which colour?", Colour, name="colour")
        assert model.structured("Which colour?", Colour, name="colour") == BLUE


def test_retrying_waits_as_long_as_it_was_told_and_no_longer() -> None:
    waited: list[float] = []
    model = Retrying(Unreachable(2), pauses_s=(1, 2), sleep=waited.append)
    assert model.structured("Which colour?", Colour, name="colour") == BLUE
    assert waited == [1, 2]
