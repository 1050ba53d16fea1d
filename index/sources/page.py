"""A saved text page of one of five systems -> `Trial`. Each system has its own module in `index/sources/pages`."""

from __future__ import annotations

from collections.abc import Callable

from index.errors import SourceError
from index.sources.escapes import unescape
from index.sources.pages import aggregator, cancer_research_uk, classic, medpath, trialfinder
from index.trial import Trial

_System = tuple[Callable[[str], bool], Callable[[str], Trial]]
_SYSTEMS: tuple[_System, ...] = (
    (trialfinder.recognises, trialfinder.read),
    (classic.recognises, classic.read),
    (medpath.recognises, medpath.read),
    (cancer_research_uk.recognises, cancer_research_uk.read),
    (aggregator.recognises, aggregator.read),
)


def is_page(text: str) -> bool:
    """Whether one of the five systems prints its furniture on this text."""
    return any(recognises(text) for recognises, _ in _SYSTEMS)


def read_page(text: str, entities: bool = True) -> Trial:
    """The trial that a saved page shows, without the page's own furniture.

    `entities`: whether the text may still hold character entities, as the text of a page that was read from its HTML
    does not: what looks like one there is what the record says.

    Raises:
        SourceError: the page is of no known system, has no id or no title, or holds a value that cannot be read.
    """
    for recognises, read in _SYSTEMS:
        if recognises(text):
            return read(_plain(text if entities else text.replace("&", "&amp;")))
    names = ", ".join((trialfinder.NAME, aggregator.NAME, classic.NAME, medpath.NAME, cancer_research_uk.NAME))
    raise SourceError(
        f"this text is a page of none of the systems that can be read ({names}); save the whole page as text"
    )


def _plain(text: str) -> str:
    """Unescaped once, with plain blanks: what a page pads its tables with is no part of a word."""
    return unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH SPACE}", "")
