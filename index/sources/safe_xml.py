"""XML from anywhere -> its elements, with nothing in it that could expand, be fetched or nest without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from index.errors import SourceError

_DEEPEST = 100  # elements inside each other; a study has seven


def parse(data: bytes) -> Element:
    """The root element; the bytes say themselves which encoding they are in.

    Raises:
        SourceError: broken or cut-off XML, an entity of its own, or elements nested too deeply.
    """
    building = _Building()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.tree.data
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        said = expat.ErrorString(exc.code)
        raise SourceError(
            f"broken or cut-off XML at line {exc.lineno}, column {exc.offset + 1}: {said}; get the file again"
        ) from exc
    except (LookupError, ValueError) as exc:  # an encoding that Python does not know, or one of several bytes
        raise SourceError(f"XML in an encoding that cannot be read ({exc}); save it as UTF-8") from exc
    return building.tree.close()


class _Building:
    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SourceError(f"XML with more than {_DEEPEST} elements inside each other, which no study has")
        self.tree.start(tag, dict(attributes))

    def end(self, tag: str) -> None:
        self._depth -= 1
        self.tree.end(tag)


def _refuse_entity(name: str, *_: object) -> NoReturn:
    raise SourceError(f"XML that declares an entity of its own ({name[:40]}), which a study never does; not read")


def text_at(element: Element | None, path: str = ".") -> str | None:
    """The text at a path without the blanks around it; `None` where there is none.

    An element without children is falsy, so it is compared with `None` and never asked for its truth.
    """
    found = element.find(path) if element is not None else None
    text = found.text if found is not None else None
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip() or None


def texts_at(element: Element, path: str) -> Iterator[str]:
    return (text for one in element.findall(path) if (text := text_at(one)))
