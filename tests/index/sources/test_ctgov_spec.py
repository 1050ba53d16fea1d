"""Every name that is sent to the registry, read from it, or played by its stand-in stands in its own specification."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from pydantic import AliasChoices

from index.sources.ctgov.query import OTHER_SOURCES, Query
from index.sources.ctgov.registry import ALL_THAT_IS_READ, Registry
from index.sources.ctgov.wire import Manners
from index.sources.study_fields import ApiDate, ApiPart, ApiStudy
from index.vocabulary import Phase, RegistryCode, Sex, Status, StudyType
from tests.registry_server import RegistryServer, Request, real_studies

Json = dict[str, Any]
OURS = {"sample"}  # what the bundled sample adds, and no registry sends
ADDED = {"Timestamp", "timestamp", "locations_nested"}  # by those who recorded some of the studies
POINT = "GeoPoint"  # a leaf in the metadata, though it has two numbers


@pytest.fixture(scope="module")
def spec(data_dir: Path) -> Json:
    text = (data_dir / "ctgov_api" / "openapi.yaml").read_text("utf-8")
    loaded: Json = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@pytest.fixture(scope="module")
def metadata(data_dir: Path) -> list[Json]:
    fields: list[Json] = json.loads((data_dir / "ctgov_api" / "metadata.json").read_text("utf-8"))
    return fields


def read_names(model: type[ApiPart], path: tuple[str, ...] = ()) -> Iterator[tuple[type[ApiPart], tuple[str, ...]]]:
    """Each name that the reader looks for, with the names above it, and the model that looks for it."""
    hints = get_type_hints(model)
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        spelt = alias.choices[0] if isinstance(alias, AliasChoices) else alias
        assert isinstance(spelt, str)
        if spelt not in OURS:
            yield model, (*path, spelt)
            for part in parts_in(hints[name]):
                yield from read_names(part, (*path, spelt))


def parts_in(hint: Any) -> Iterator[type[ApiPart]]:
    if isinstance(hint, type) and issubclass(hint, ApiPart):
        yield hint
    for inner in get_args(hint):
        yield from parts_in(inner)


def schema_of(spec: Json, schema: Json) -> Json:
    """The schema itself: references followed, and of a list that of its items."""
    while "$ref" in schema or schema.get("type") == "array":
        schema = (
            spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema["items"]
        )
    return schema


def in_schema(spec: Json, path: tuple[str, ...]) -> bool:
    schema = schema_of(spec, {"$ref": "#/components/schemas/Study"})
    for name in path:
        if name not in schema.get("properties", {}):
            return False
        schema = schema_of(spec, schema["properties"][name])
    return True


def in_metadata(fields: list[Json], path: tuple[str, ...]) -> bool:
    for name in path:
        named = [field for field in fields if field["name"] == name]
        if not named:
            return False
        if named[0]["type"] == POINT:
            return True
        fields = named[0].get("children", [])
    return True


def unknown(model: type[ApiPart], spec: Json, fields: list[Json]) -> set[tuple[str, str]]:
    """Names that the specification has in none of the places where the model that looks for them stands.

    One model may stand in several places and be filled only in part in each: a contact has a phone, an official has an
    affiliation.
    """
    met: dict[tuple[str, str], bool] = {}
    for part, path in read_names(model):
        key = part.__name__, path[-1]
        met[key] = met.get(key, False) or (in_schema(spec, path) and in_metadata(fields, path))
    return {key for key, known in met.items() if not known}


def test_every_field_that_is_read_stands_in_the_specification(spec: Json, metadata: list[Json]) -> None:
    names = list(read_names(ApiStudy))
    assert len(names) > 100
    assert (("protocolSection", "eligibilityModule", "eligibilityCriteria")) in {path for _, path in names}
    assert unknown(ApiStudy, spec, metadata) == set()


class _Misspelt(ApiPart):
    overall_statuses: str | None = None
    start_date_struct: ApiDate = ApiDate()


class _Status(ApiPart):
    status_module: _Misspelt = _Misspelt()


class _Study(ApiPart):
    protocol_section: _Status = _Status()


def test_a_field_that_is_misspelt_would_be_noticed(spec: Json, metadata: list[Json]) -> None:
    assert unknown(_Study, spec, metadata) == {("_Misspelt", "overallStatuses")}


@pytest.mark.parametrize(
    ("schema", "codes"),
    [("Status", Status), ("RecruitmentStatus", Status), ("Phase", Phase), ("StudyType", StudyType), ("Sex", Sex)],
)
def test_every_value_of_the_specification_is_known(spec: Json, schema: str, codes: type[RegistryCode]) -> None:
    values = spec["components"]["schemas"][schema]["enum"]
    assert {codes(value).value for value in values} == set(values)


def test_every_status_that_can_be_asked_for_stands_in_the_specification(spec: Json) -> None:
    assert set(Status) - OTHER_SOURCES == set(spec["components"]["schemas"]["Status"]["enum"])


def test_every_parameter_that_is_sent_is_one_of_the_api(spec: Json, metadata: list[Json]) -> None:
    given = {one["name"]: one for one in spec["paths"]["/studies"]["get"]["parameters"]}
    day = datetime.date(2026, 5, 1)
    asked = Query(conditions=("a",), terms=("b",), place="c", statuses=(Status.RECRUITING,), since=day)
    hasty = Manners(pause=0)
    with RegistryServer([]) as server, Registry(server.base_url, fields=ALL_THAT_IS_READ, manners=hasty) as client:
        list(client.pages(asked))
        list(client.studies(["NCT00000001"]))
    search, listed, single = server.requests
    sent = search.parameters | listed.parameters | {"pageToken": ""}
    assert len(search.parameters) == 9
    assert set(sent) <= set(given)
    assert set(single.parameters) == {"fields"}
    for name in ("filter.ids", "sort", "fields"):
        items = given[name]["schema"]["items"]["pattern"]
        assert all(re.fullmatch(items.strip("^$"), item) for item in sent[name].split("|")), name
    pieces = {field["piece"]: field for field in walk(metadata)}
    assert set(ALL_THAT_IS_READ) <= set(pieces)
    assert pieces[sent["sort"].removesuffix(":asc")]["type"] in {"NormalizedDate", "DATE", "date"}
    assert {path[0] for _, path in read_names(ApiStudy)} == {pieces[piece]["name"] for piece in ALL_THAT_IS_READ}


def walk(fields: list[Json]) -> Iterator[Json]:
    for field in fields:
        yield field
        yield from walk(field.get("children", []))


def strays(spec: Json, schema: Json, value: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what the schema says."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "number": (int, float),
    }
    if not isinstance(value, kinds[schema["type"]]) or ("enum" in schema and value not in schema["enum"]):
        yield f"{path}: {value!r}"
    elif isinstance(value, list):
        for one in value:
            yield from strays(spec, schema["items"], one, f"{path}[]")
    elif isinstance(value, dict):
        yield from (f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, inner in value.items():
            if name in schema.get("properties", {}):
                yield from strays(spec, schema["properties"][name], inner, f"{path}.{name}")
            elif name not in ADDED:
                yield f"{path}.{name} is not known"


@pytest.mark.parametrize(
    ("path", "parameters", "schema"),
    [
        ("studies", {"countTotal": "true", "pageSize": "100"}, "PagedStudies"),
        ("studies", {"fields": "IdentificationModule|HasResults"}, "PagedStudies"),
        ("studies/NCT00276835", {}, "Study"),
        ("version", {}, "Version"),
    ],
)
def test_the_stand_in_answers_in_the_shapes_of_the_specification(
    spec: Json, data_dir: Path, path: str, parameters: dict[str, str], schema: str
) -> None:
    server = RegistryServer(real_studies(data_dir, 100))
    reply = server.proper(Request(f"/api/v2/{path}", parameters, {}))
    server.close()
    document = json.loads(reply.body)
    assert reply.status == 200
    assert sorted(set(strays(spec, {"$ref": f"#/components/schemas/{schema}"}, document))) == []
    assert set(strays(spec, {"$ref": f"#/components/schemas/{schema}"}, {**document, "odd": 1})) == {
        ".odd is not known"
    }
