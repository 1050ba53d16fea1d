"""How the local registry finds studies: the part of the API v2's search that a test needs, by words alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Parameters = dict[str, str]

_DATED = re.compile(r"AREA\[LastUpdatePostDate\]\s*RANGE\[\s*(MIN|\d{4}-\d\d-\d\d)\s*,\s*(MAX|\d{4}-\d\d-\d\d)\s*\]")


class Refusal(Exception):
    def __init__(self, status: int, said: str, headers: Parameters | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.headers = headers or {}


def search(studies: list[Json], asked: Parameters) -> list[Json]:
    """The studies that the parameters of `/studies` ask for, in the order they ask for."""
    numbers = [number for number in re.split(r"[|,]", asked.get("filter.ids", "")) if number]
    if any(not re.fullmatch(r"(NCT|nct)\d{8}", number) for number in numbers):
        raise Refusal(400, "`filter.ids` has incorrect format")
    statuses = [status for status in re.split(r"[|,]", asked.get("filter.overallStatus", "")) if status]
    first, last = _days(asked.get("filter.advanced", ""))
    found = [
        study
        for study in studies
        if (not numbers or set(numbers_of(study)) & set(numbers))
        and (not statuses or _part(study, "statusModule").get("overallStatus") in statuses)
        and first <= _updated(study) <= last
        and all(_matches(asked[name], text(study)) for name, text in _TEXTS.items() if name in asked)
    ]
    match asked.get("sort", "").split(":"):
        case [""]:
            return found
        case ["LastUpdatePostDate", *way]:
            return sorted(found, key=_updated, reverse=way != ["asc"])
    raise Refusal(400, "`sort` has unknown field")


def _part(study: Json, module: str) -> Json:
    part: Json = study["protocolSection"].get(module, {})
    return part


def numbers_of(study: Json) -> list[str]:
    """Its own number, then those under which it was kept before."""
    module = _part(study, "identificationModule")
    return [module["nctId"], *module.get("nctIdAliases", [])]


def _updated(study: Json) -> str:
    return str(_part(study, "statusModule").get("lastUpdatePostDateStruct", {}).get("date", "9999-99-99"))


def _condition_text(study: Json) -> str:
    titles = _part(study, "identificationModule")
    return _text([_part(study, "conditionsModule"), titles.get("briefTitle"), titles.get("officialTitle")])


def _text(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False)


_TEXTS: dict[str, Callable[[Json], str]] = {
    "query.cond": _condition_text,
    "query.term": lambda study: _text(study["protocolSection"]),
    "query.locn": lambda study: _text(_part(study, "contactsLocationsModule")),
}


def _days(expression: str) -> tuple[str, str]:
    if not expression:
        return "", "9999-99-99"
    match = _DATED.fullmatch(expression)
    if not match:
        raise Refusal(400, f"Error parsing query in Advanced: no viable alternative at input '{expression[:20]}'")
    return match[1].replace("MIN", ""), match[2].replace("MAX", "9999-99-99")


def _matches(expression: str, text: str) -> bool:
    """Each word of one of the alternatives; the registry itself also knows synonyms, which no test may lean on."""
    if "[" in expression or expression.count("(") != expression.count(")"):
        raise Refusal(400, f"Error parsing query: no viable alternative at input '{expression[:20]}'")
    words = set(re.findall(r"\w+", text.lower()))
    alternatives = re.split(r"\bOR\b", expression)
    return any(set(re.findall(r"\w+", one.replace(" AND ", " ").lower())) <= words for one in alternatives)


def with_fields(study: Json, parameters: Parameters) -> Json:
    """The study, or those of its sections and modules that `fields` names."""
    names = [name for name in re.split(r"[|,]", parameters.get("fields", "")) if name]
    if not names:
        return study
    if names == ["NCTId"]:
        return {"protocolSection": {"identificationModule": {"nctId": numbers_of(study)[0]}}}
    wanted = {name[0].lower() + name[1:] for name in names}
    kept: Json = {}
    for section, content in study.items():
        modules = {name: part for name, part in content.items() if name in wanted} if isinstance(content, dict) else {}
        if section in wanted:
            kept[section] = content
        elif modules:
            kept[section] = modules
    return kept
