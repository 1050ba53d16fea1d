"""What Chainlit loads, by `trialogue serve` or `chainlit run bot/app.py`: the real conversation on the web page.

Nobody imports it.
"""

from __future__ import annotations

from pathlib import Path

from bot.settings import read_settings
from bot.web.handlers import register
from bot.wiring import open_conversation

register(lambda: open_conversation(read_settings(Path(".env")), warm=True))
