"""Any chat model, asked for one thing only: an answer in a given form.

This is the only place that knows concrete chat models. All that is sent goes in the human message: the text of a record
never gets the system role. Repair, retry and the second way of asking are wrappers around the same protocol.
Tracing to LangSmith is switched off where the program starts (`LANGSMITH_TRACING=false`): prompts hold what was said.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from bot.errors import ModelFailed, ModelMalformed, ModelRejected, ModelTimedOut, ModelUnreachable, SettingsError
from bot.model.fence import nonce_for
from prompts.loader import load

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

M = TypeVar("M", bound=BaseModel)
Method = Literal["json_schema", "function_calling"]

# The errors of the providers' own clients, of those that are loaded when something fails.
_CLIENT_ERRORS = (
    ("openai", "OpenAIError"),
    ("langchain_openai.chat_models.base", "OpenAIRefusalError"),
    ("anthropic", "AnthropicError"),
    ("ollama", "RequestError"),
    ("ollama", "ResponseError"),
    ("httpx", "HTTPError"),
)
# What the clients trip over when the server's reply is not a chat completion, such as a proxy's page.
_GARBLED = (AttributeError, LookupError, TypeError, ValueError)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


def _usual_limit(seconds: float) -> dict[str, Any]:
    return {"timeout": seconds, "max_retries": 0}  # trying again is `Retrying`'s, where it can be seen


# What a provider calls the time that it may take, where it is not the usual.
_TIME_LIMIT: dict[str, Callable[[float], dict[str, Any]]] = {
    "ollama": lambda seconds: {"client_kwargs": {"timeout": seconds}},
}


class ChatModel(Protocol):
    """A chat model as the rest of the program knows it."""

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        """The model's answer to `prompt`, in the form of `schema`; `name` says which prompt it is.

        Raises:
            ModelFailed: nothing came back that can be used.
        """
        ...


def open_chat_model(
    name: str, *, base_url: str | None = None, timeout_s: float = 30, api_key: SecretStr | None = None
) -> ChatModel:
    """The chat model called `name` (`provider:model`), with everything around it that makes it dependable.

    Raises:
        SettingsError: the name, the key or the provider's package is not right.
    """
    model = _open(name, base_url, timeout_s, api_key)
    by_schema, by_tool = (LangChainModel(model, name, method) for method in ("json_schema", "function_calling"))
    return Resting(Retrying(Repairing(OrElse(by_schema, by_tool))))


class LangChainModel:
    """A LangChain chat model behind the protocol; every foreign error leaves it as one of ours."""

    def __init__(self, model: BaseChatModel, name: str, method: Method) -> None:
        self._model = model
        self._name = name
        self._method = method

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        from langchain_core.messages import HumanMessage

        try:
            bound = self._model.with_structured_output(schema, include_raw=True, method=self._method)
            answer = bound.invoke([HumanMessage(prompt)], config={"run_name": name})
        except ValidationError as exc:  # some providers read the form themselves, and raise
            return self._read(_input_of(exc), schema)
        except _foreign_errors(*_GARBLED) as exc:
            raise self._failed(exc) from exc
        said = answer if isinstance(answer, Mapping) else {}
        parsed = said.get("parsed")
        return parsed if isinstance(parsed, schema) else self._read(_words_of(said.get("raw")), schema)

    def _read(self, reply: str, schema: type[M]) -> M:
        """The object in a reply, in a code block or after some thinking aloud; without one it is malformed."""
        found = _OBJECT.search(reply)
        try:
            return schema.model_validate_json(found[0] if found else reply)
        except ValidationError as exc:
            raise ModelMalformed(
                f"{self._name} answered in another form than the one asked for", reply=reply, problem=str(exc)
            ) from exc

    def _failed(self, exc: BaseException) -> ModelFailed:
        kind = _kind(exc)
        code = getattr(exc, "status_code", None)
        said = type(exc).__name__ + (f", HTTP {code}" if code else "")
        return kind(f"{self._name} {_SAYS[kind]} ({said})")


class Repairing:
    """Asks once more after a malformed answer, showing it and what is wrong with it."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        try:
            return self._inner.structured(prompt, schema, name=name)
        except ModelMalformed as exc:
            nonce = nonce_for(prompt, exc.reply, exc.problem)
            again = load("repair").render(nonce=nonce, task=prompt, reply=exc.reply, problem=exc.problem)
        return self._inner.structured(again, schema, name=name)


class Retrying:
    """Asks again when nobody answered; a time-out is not repeated, since somebody is waiting."""

    def __init__(
        self, inner: ChatModel, *, pauses_s: Iterable[float] = (0.5,), sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inner = inner
        self._pauses_s = tuple(pauses_s)
        self._sleep = sleep

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        for pause_s in self._pauses_s:
            try:
                return self._inner.structured(prompt, schema, name=name)
            except ModelUnreachable:
                self._sleep(pause_s)
        return self._inner.structured(prompt, schema, name=name)


class Resting:
    """Lets a model rest that did not answer: for a while, whoever asks is told so at once and need not wait again.

    One turn may ask for a reading, an answer and a wording, and somebody is waiting for all three.
    """

    def __init__(self, inner: ChatModel, *, rest_s: float = 30, clock: Callable[[], float] = time.monotonic) -> None:
        self._inner = inner
        self._rest_s = rest_s
        self._clock = clock
        self._until = 0.0
        self._failed: tuple[type[ModelFailed], str] = (ModelUnreachable, "")

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        if self._clock() < self._until:
            kind, said = self._failed
            raise kind(said)
        try:
            return self._inner.structured(prompt, schema, name=name)
        except (ModelTimedOut, ModelUnreachable) as exc:
            self._failed = type(exc), str(exc)
            self._until = self._clock() + self._rest_s
            raise


class OrElse:
    """Asks in a second way what was refused in the first: some servers know tool calls and no JSON schema."""

    def __init__(self, first: ChatModel, second: ChatModel) -> None:
        self._first = first
        self._second = second

    def structured(self, prompt: str, schema: type[M], *, name: str) -> M:
        try:
            return self._first.structured(prompt, schema, name=name)
        except ModelRejected:
            return self._second.structured(prompt, schema, name=name)


_SAYS: dict[type[ModelFailed], str] = {
    ModelUnreachable: "cannot be reached or is too busy; try again later",
    ModelTimedOut: "did not answer in time; TRIALOGUE_MODEL_TIMEOUT_S sets how long to wait",
    ModelRejected: "refused the request; check TRIALOGUE_MODEL, its key and TRIALOGUE_MODEL_BASE_URL",
}


def _open(name: str, base_url: str | None, timeout_s: float, api_key: SecretStr | None) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    provider = name.partition(":")[0]
    options = _TIME_LIMIT.get(provider, _usual_limit)(timeout_s)
    if base_url:
        options["base_url"] = base_url
        if provider == "openai" and api_key is None:
            api_key = SecretStr("not-needed")  # else the client would send OPENAI_API_KEY to this server
    if api_key is not None:
        options["api_key"] = api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(name, **options)
        return model
    except ImportError as exc:
        raise SettingsError(f"TRIALOGUE_MODEL={name}: {exc}") from exc
    except _foreign_errors(ValueError, TypeError) as exc:
        raise SettingsError(
            f"TRIALOGUE_MODEL={name} cannot be opened ({type(exc).__name__}); use provider:model, such as "
            "openai:gpt-4.1-mini, and set TRIALOGUE_MODEL_API_KEY or the provider's own variable"
        ) from exc


def _foreign_errors(*more: type[Exception]) -> tuple[type[BaseException], ...]:
    from langchain_core.exceptions import LangChainException

    loaded = [getattr(sys.modules[module], error) for module, error in _CLIENT_ERRORS if module in sys.modules]
    return (LangChainException, OSError, *more, *loaded)


def _kind(exc: BaseException) -> type[ModelFailed]:
    """Which of our errors a foreign one is."""
    from langchain_core.exceptions import ModelAPIError, ModelConnectionError, ModelRateLimitError, ModelTimeoutError

    code = getattr(exc, "status_code", None)
    if isinstance(exc, ModelTimeoutError | TimeoutError) or "Timeout" in type(exc).__name__:
        return ModelTimedOut
    if isinstance(exc, ModelAPIError | ModelConnectionError | ModelRateLimitError | OSError):
        return ModelUnreachable
    if "Connect" in type(exc).__name__ or (isinstance(code, int) and (code == 429 or code >= 500)):
        return ModelUnreachable
    return ModelRejected


def _input_of(exc: ValidationError) -> str:
    """The text or object that was found wrong, as JSON where it is an object."""
    return "\n".join(dict.fromkeys(_as_text(error["input"]) for error in exc.errors()))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _words_of(message: Any) -> str:
    """What the model said, as text: its content, or the arguments of its tool calls."""
    calls = [*getattr(message, "tool_calls", ()), *getattr(message, "invalid_tool_calls", ())]
    return "\n".join([str(getattr(message, "content", "") or ""), *(str(call.get("args")) for call in calls)]).strip()
