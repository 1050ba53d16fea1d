"""What a search went by, read back to the person in a line or two, so that they can correct it.

The same words on every face: what was searched for, and which of the person's words were read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.answer.limits import without
from bot.events import ReadAs, Searching
from index.search.request import Request
from index.search.trials import Result
from index.search.wording import Wording, reworded

_MOST_READ = 4  # words said to be read otherwise
_LONG = 25  # words; of a longer text only what weighed most is repeated
_LONGEST = 120  # characters shown of what was searched for


def searching(words: str, result: Result, request: Request) -> Searching:
    """`words`: what is searched for, as the person said it."""
    asserted, denied = without(request.text, request.denied).casefold(), "; ".join(request.denied).casefold()
    return Searching(
        words=words,
        found=result.related,
        left_out=tuple(f"{count} {limit}" for limit, count in result.left_out),
        sought=tuple(one for one in result.sought if one.casefold() in asserted or one.casefold() not in denied),
        read_as=tuple(_read_otherwise(result.read_as)),
    )


def searched_for(event: Searching) -> str:
    """`Searched for “…”`, and of a long note the phrases that weighed most."""
    if event.sought and len(event.words.split()) > _LONG:
        return f"Searched for: {', '.join(event.sought)}"
    short = len(event.words) <= _LONGEST
    return f"Searched for “{event.words if short else event.words[:_LONGEST].rsplit(' ', 1)[0] + ' …'}”"


def read_line(event: Searching) -> str | None:
    """What was read otherwise, and how to correct it; `None` where all was read as it stands."""
    if not event.read_as:
        return None
    pairs = "; ".join(f"“{one.said}” {'also as' if one.also else 'as'} “{one.means}”" for one in event.read_as)
    return f"I read {pairs}. If you meant something else, say it in other words."


def _read_otherwise(wordings: Iterable[Wording]) -> Iterator[ReadAs]:
    """Slips, which stand first, and lay words with their first meaning, each once."""
    read: dict[str, ReadAs] = {}
    for one in wordings:
        also = bool(reworded(one.said))  # a word of the tables is kept, and looked for beside what it means
        read.setdefault(one.said.casefold(), ReadAs(said=one.said, means=one.means[0], also=also))
    yield from list(read.values())[:_MOST_READ]
