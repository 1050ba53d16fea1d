"""What can go wrong between a person and an answer, drawn as a tree.

TrialogueError
├── SettingsError            a setting that cannot be used, and which one
└── ModelFailed              the chat model gave nothing that can be used; extraction answers instead
    ├── ModelUnreachable     nobody there, or too busy: trying again may help
    ├── ModelTimedOut        no answer in the time allowed
    ├── ModelRejected        it refused the request (key, name, size, form): trying again does not help
    └── ModelMalformed       it answered, but not in the form that was asked for
"""

from __future__ import annotations


class TrialogueError(Exception):
    """The root; its message says what happened, with what value, and what to do next."""


class SettingsError(TrialogueError):
    """A setting that cannot be used."""


class ModelFailed(TrialogueError):
    """The chat model gave nothing that can be used."""


class ModelUnreachable(ModelFailed):
    """Nobody answers at the model's address, or only to say that they are too busy or broken."""


class ModelTimedOut(ModelFailed):
    """No answer came in the time allowed."""


class ModelRejected(ModelFailed):
    """The model's server refused the request itself."""


class ModelMalformed(ModelFailed):
    """The model answered, but not in the form that was asked for: `reply` is what it said, `problem` what is wrong."""

    def __init__(self, message: str, *, reply: str, problem: str) -> None:
        super().__init__(message)
        self.reply = reply
        self.problem = problem
