"""What is looked for, and for whom."""

from __future__ import annotations

import re
from functools import cached_property

from index.trial import Frozen
from index.vocabulary import Sex

_FIELD = re.compile(r"(?P<key>[^:;\n]{2,60}):[ \t]*(?P<value>[^:;\n]*)(?:[;\n]|$)")
_NO = re.compile(
    r"(?:no|none|nil|negative|neg|absent|denie[sd]|never|false|not? (?:known|present|applicable|done|evaluated)"
    r"|n/?a|unknown|0|-)\b.{0,20}",
    re.IGNORECASE,
)
_YES = re.compile(r"(?:yes|y|true|definite(?:ly)?|positive|pos|present|confirmed|certain|\+)", re.IGNORECASE)
_FORM = 3  # fields from which a text is a form
_LINES = 40  # words that a line or two have


class Request(Frozen):
    """`denied`: parts of the text that say what is not so; they count for little. Age in years.

    A text of fields ("glaucoma: definite; metastases: no") is read as a form: what it says no to is left out.
    """

    text: str
    age: float | None = None
    sex: Sex | None = None
    denied: tuple[str, ...] = ()

    @cached_property
    def is_note(self) -> bool:
        """Whether the text tells of a person at length, as a clinician's note or a form does, or is a line or two."""
        return len(self.text.split()) > _LINES or len(self._fields) >= _FORM

    @cached_property
    def _fields(self) -> list[re.Match[str]]:
        return list(_FIELD.finditer(self.text))

    @cached_property
    def asserted(self) -> str:
        """The text without the fields that a form says no to."""
        fields = self._fields
        if len(fields) < _FORM:
            return self.text
        kept, at = [], 0
        for field in fields:
            key, value = field["key"].strip(), field["value"].strip()
            kept.append(self.text[at : field.start()])
            if not value or not _NO.fullmatch(value):
                kept.append(f"{key}; " if _YES.fullmatch(value) else f"{key} {value}; ")
            at = field.end()
        return "".join((*kept, self.text[at:]))
