"""Sets this process so that no library reports home, and none keeps or forwards a conversation."""

from __future__ import annotations

import os

_SET = {
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "TRACELOOP_TELEMETRY": "false",
    "DO_NOT_TRACK": "1",
    "CHAINLIT_ENV_FILE": os.devnull,  # a `.env` of ours is read by the settings, and by nothing else
}

_TAKEN_AWAY = (
    "LITERAL_API_KEY",  # with any of these in the environment, the web framework keeps or sends conversations
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_WEBSOCKET_TOKEN",
    "DISCORD_BOT_TOKEN",
    "TEAMS_APP_ID",
)


def quiet() -> None:
    os.environ.update(_SET)
    if not os.environ.get("TRIALOGUE_EMBEDDING_MODEL"):  # the packaged weights need no hub
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for name in _TAKEN_AWAY:
        os.environ.pop(name, None)
