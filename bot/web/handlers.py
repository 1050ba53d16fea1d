"""The conversation on a web page: Chainlit's handlers, and each person's state, which lives only as long as their page.

Chainlit is imported inside `register` and handed on, since importing it makes folders and reads settings.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tomllib
import warnings
from collections.abc import Callable, Coroutine
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from bot.errors import TrialogueError
from bot.events import Event
from bot.person.facts import Fact
from bot.quiet import quiet
from bot.state import State
from bot.web.blocks import Block, Said, SearchShown
from bot.web.cards import known, shown
from bot.web.wall import OwnHostOnly
from index.errors import TrialogueIndexError
from index.trial import Frozen, SectionName

log = logging.getLogger(__name__)

ELEMENT = "Turn"
CLINICIAN = "Clinician"

_STATE, _ONE_AT_A_TIME = "trialogue_state", "trialogue_lock"
_SEARCH_ICON = {"icon": "search"}
_A_MOMENT = 0.8  # seconds
_COMMANDS = (("about_me", "What do you know about me?"), ("undo", "Undo"), ("start_over", "Start over"))


class Turn(Protocol):
    @property
    def state(self) -> State: ...
    @property
    def events(self) -> tuple[Event, ...]: ...


class Conversation(Protocol):
    """What the page needs of a conversation; calls may come from several threads at once."""

    def turn(self, state: State, message: str) -> Turn: ...
    def undo(self, state: State) -> Turn: ...
    def forget(self, state: State) -> State: ...
    def known(self, state: State) -> tuple[Fact, ...]: ...
    def notice(self) -> str | None: ...
    def section(self, trial_id: str, section: SectionName) -> str | None: ...


class Starter(Frozen):
    label: str
    message: str


class ProfileText(Frozen):
    name: str
    label: str
    icon: str
    greeting: str
    starters: tuple[Starter, ...]


class Texts(Frozen):
    """`texts.toml`."""

    disclaimer: str
    private: str
    forgotten: str
    nothing_to_undo: str
    nothing_known: str
    looking: str
    stale: str
    broken: str
    not_open: str
    profiles: tuple[ProfileText, ...]
    frame: dict[str, str]


@cache
def texts() -> Texts:
    return Texts.model_validate(tomllib.loads(files("bot.web").joinpath("texts.toml").read_text(encoding="utf-8")))


def register(open_conversation: Callable[[], Conversation]) -> None:
    """Makes these the handlers of the Chainlit server in this process."""
    quiet()
    import chainlit as cl
    from chainlit import config, server

    warnings.filterwarnings("ignore", message="coroutine .* was never awaited", module="chainlit.session")
    page = Page(cl, open_conversation)
    cl.set_chat_profiles(page.profiles)
    cl.on_chat_start(page.start)
    cl.on_message(page.message)
    for name, handler in page.actions().items():
        cl.action_callback(name)(handler)
    if server.app.middleware_stack is None:  # else this module is being reloaded, and the wall stands already
        server.app.add_middleware(OwnHostOnly)
    _word_the_frame(Path(config.TRANSLATIONS_DIR), Path(config.config_translation_dir))


def _word_the_frame(originals: Path, ours: Path) -> None:
    """Writes the frame's table of words anew for this run: the framework's own, with ours in their places."""
    table = json.loads((originals / "en-US.json").read_text(encoding="utf-8"))
    for path, words in texts().frame.items():
        *parents, last = path.split(".")
        place = table
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = words
    ours.mkdir(parents=True, exist_ok=True)
    (ours / "en-US.json").write_text(json.dumps(table, indent=1), encoding="utf-8")


class Page:
    """The handlers. `cl` is the chainlit module; the conversation is opened once, when it is first needed."""

    def __init__(self, cl: Any, open_conversation: Callable[[], Conversation]) -> None:
        self._cl = cl
        self._open = open_conversation
        self._opening = asyncio.Lock()
        self._conversation: Conversation | None = None

    async def conversation(self) -> Conversation:
        async with self._opening:
            if self._conversation is None:
                self._conversation = await asyncio.to_thread(self._open)
        return self._conversation

    # --- what Chainlit calls

    async def profiles(self, _user: object) -> list[Any]:
        try:
            notice = (await self.conversation()).notice()
        except (TrialogueError, TrialogueIndexError) as exc:
            notice = texts().not_open.format(reason=exc)
        return [self._profile(text, notice) for text in texts().profiles]

    def _profile(self, text: ProfileText, notice: str | None) -> Any:
        parts = (text.greeting, texts().disclaimer, texts().private, notice)
        return self._cl.ChatProfile(
            name=text.name,
            display_name=text.label,
            icon=text.icon,
            markdown_description="\n\n".join(part for part in parts if part),
            starters=[self._cl.Starter(label=one.label, message=one.message) for one in text.starters],
        )

    async def start(self) -> None:
        session = self._cl.user_session
        session.set(_ONE_AT_A_TIME, asyncio.Lock())
        session.set(_STATE, State(clinician=session.get("chat_profile") == CLINICIAN))

    async def message(self, message: Any) -> None:
        await self._reply(lambda conversation, state: conversation.turn(state, message.content))

    def actions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "answer": self._task(self._answer),
            "about_me": self._task(self._about_me),
            "undo": self._task(self._undo),
            "start_over": self._task(self._start_over),
        }

    def _task(self, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """A button's work, shown as work in progress."""

        async def run(action: Any) -> None:
            emitter = self._cl.context.emitter
            await emitter.task_start()
            try:
                await handler(action)
            finally:
                await emitter.task_end()

        return run

    async def _answer(self, action: Any) -> None:
        """A button under a question says what it shows; one under an old question says nothing."""
        state = self._state()
        if state.question is None or action.payload.get("turn") != state.turn:
            await self._say(Said(tone="plain", text=texts().stale))
            return
        says = str(action.payload.get("says", ""))
        await self._cl.Message(content=says, author="You", type="user_message").send()
        await self._reply(lambda conversation, state: conversation.turn(state, says))

    async def _undo(self, _: Any) -> None:
        if self._state().before:
            await self._reply(lambda conversation, state: conversation.undo(state), reveal=True)
        else:
            await self._say(Said(tone="plain", text=texts().nothing_to_undo))

    async def _about_me(self, _: Any) -> None:
        state = self._state()
        facts = (await self.conversation()).known(state)
        await self._say(known(state.profile, facts) if facts else Said(tone="plain", text=texts().nothing_known))

    async def _start_over(self, _: Any) -> None:
        async with self._cl.user_session.get(
            _ONE_AT_A_TIME
        ):  # a turn that is under way would bring back what is forgotten
            self._keep((await self.conversation()).forget(self._state()))
        await self._say(Said(tone="plain", text=texts().forgotten))

    # --- one turn

    async def _reply(self, take: Callable[[Conversation, State], Turn], reveal: bool = False) -> None:
        """Takes one turn and shows it. The outermost edge: whatever breaks is said plainly, and the state stays."""
        async with self._cl.user_session.get(_ONE_AT_A_TIME):
            try:
                conversation = await self.conversation()
                turn = await self._patiently(asyncio.to_thread(take, conversation, self._state()))
                self._keep(turn.state)
                await self._show(turn, conversation, reveal)
            except (TrialogueError, TrialogueIndexError) as exc:
                await self._say(Said(tone="failed", text=str(exc)))
            except Exception as exc:
                log.error("a turn failed: %s", type(exc).__name__)  # its message may hold a person's words
                await self._say(Said(tone="failed", text=texts().broken))

    async def _patiently(self, work: Coroutine[Any, Any, Turn]) -> Turn:
        """What the work gives; while it takes more than a moment, the page says that it goes on."""
        task = asyncio.create_task(work)
        done, _ = await asyncio.wait({task}, timeout=_A_MOMENT)
        if done:
            return task.result()
        step = self._cl.Step(name=texts().looking, type="tool", icon="search", metadata=_SEARCH_ICON)
        await step.send()
        try:
            return await task
        finally:
            await step.remove()

    async def _show(self, turn: Turn, conversation: Conversation, reveal: bool) -> None:
        for part in shown(turn.events, cache(conversation.section), turn.state.turn):
            if isinstance(part, SearchShown):
                await self._show_search(part)
            else:
                await self._say(*part, reveal=reveal)

    async def _show_search(self, search: SearchShown) -> None:
        step = self._cl.Step(name=search.line, type="tool", show_input=False, icon="search", metadata=_SEARCH_ICON)
        async with step:
            if search.left_out:
                step.output = "Left out: " + "; ".join(search.left_out) + "."

    async def _say(self, *blocks: Block, reveal: bool = True) -> None:
        """One message, scrolled to unless it follows the person's own.

        The address keeps Chainlit from writing what the blocks say to disk.
        """
        element = self._cl.CustomElement(
            name=ELEMENT,
            url=f"/public/elements/{ELEMENT}.jsx",
            props={
                "blocks": [block.model_dump(mode="json") for block in blocks],
                "commands": _commands(self._state()),
                "reveal": reveal,
            },
        )
        await self._cl.Message(content="", elements=[element]).send()

    def _state(self) -> State:
        state = self._cl.user_session.get(_STATE)
        return state if isinstance(state, State) else State()

    def _keep(self, state: State) -> None:
        self._cl.user_session.set(_STATE, state)


def _commands(state: State) -> list[dict[str, str]]:
    return [{"name": name, "label": label} for name, label in _COMMANDS if name == "start_over" or state.profile.facts]
