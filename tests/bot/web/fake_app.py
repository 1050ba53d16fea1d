"""What Chainlit loads in the tests of the page: the real handlers around a conversation of recorded turns."""

from __future__ import annotations

from bot.web.handlers import register
from tests.fakes import FakeConversation

register(FakeConversation)
