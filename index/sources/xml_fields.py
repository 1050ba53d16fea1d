"""Typed values of the classic XML's elements; what says nothing that the registry defines is remembered as given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar
from xml.etree.ElementTree import Element

from index.errors import SourceError
from index.sources.dates import read_date
from index.sources.safe_xml import text_at
from index.trial import Enrollment, RegistryDate
from index.vocabulary import RegistryCode

_C = TypeVar("_C", bound=RegistryCode)
_V = TypeVar("_V")
_ESTIMATED = {"Anticipated": True, "Estimate": True, "Estimated": True, "Actual": False}
_VOLUNTEERS = {"Accepts Healthy Volunteers": True, "Yes": True, "No": False}


class Fields:
    """Reads values, and remembers those that say nothing the registry defines."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.unread: dict[str, None] = {}

    def code(self, codes: type[_C], label: str, spelling: str | None) -> _C | None:
        return self._read(codes.read, label, spelling)

    def date(self, tag: str, label: str) -> RegistryDate | None:
        element = self._root.find(tag)
        estimated = _ESTIMATED.get(element.get("type", "")) if element is not None else None
        return self._read(lambda text: read_date(text, estimated), label, text_at(element))

    def enrollment(self) -> Enrollment | None:
        element = self._root.find("enrollment")
        count = self._read(_whole_number, "Enrollment", text_at(element))
        estimated = _ESTIMATED.get(element.get("type", "")) if element is not None else None
        return Enrollment(count=count, estimated=estimated) if count is not None else None

    def volunteers(self) -> bool | None:
        said = text_at(self._root, "eligibility/healthy_volunteers")
        if said is not None and said not in _VOLUNTEERS:
            self.unread[f"Healthy volunteers: {said}"] = None
        return _VOLUNTEERS.get(said or "")

    def value(self, read: Callable[[str | None], _V | None], path: str, label: str) -> _V | None:
        return self._read(read, label, text_at(self._root, path))

    def _read(self, read: Callable[[str | None], _V | None], label: str, text: str | None) -> _V | None:
        try:
            return read(text)
        except SourceError:
            self.unread[f"{label}: {text}"] = None
            return None


def _whole_number(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[\d,]{1,15}", text):
        raise SourceError(f"{text!r} is not a number of people")
    return int(text.replace(",", ""))
