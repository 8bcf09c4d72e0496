"""The data folder is a valid tabular Data Package (version 1), checked without its software."""

import csv
import json
import math
import re

import pytest

from etm import tables

PACKAGE = json.loads((tables.DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = PACKAGE["resources"]
BIBLIOGRAPHY = tables.DATA.parent / "book" / "references.bib"
GLASSES = {"BAS", "Duran", "BK7"}

CASTS = {"string": str, "number": float, "integer": int}
CONSTRAINTS = {
    "string": {"required", "unique", "enum", "pattern", "minLength", "maxLength"},
    "number": {"required", "unique", "enum", "minimum", "maximum"},
    "integer": {"required", "unique", "enum", "minimum", "maximum"},
}
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=[r["name"] for r in RESOURCES])


def faults(resource, rows):
    """What is wrong with a table, header first, according to its schema; a list of str."""
    schema = resource["schema"]
    fields, missing = schema["fields"], schema.get("missingValues", [""])
    found = [] if rows[0] == [field["name"] for field in fields] else ["header"]
    found += ["length of a row" for row in rows[1:] if len(row) != len(fields)]
    if found:
        return found
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    for field in fields:
        found += faults_of_column(field, columns[field["name"]], missing)
    key = schema["primaryKey"]
    keys = list(zip(*(columns[k] for k in ([key] if isinstance(key, str) else key)), strict=True))
    if len(keys) != len(set(keys)):
        found.append("primaryKey")
    if any(all(cell in missing for cell in cells) for cells in keys):
        found.append("primaryKey missing")
    return found


def faults_of_column(field, cells, missing):
    limits = field.get("constraints", {})
    present = [cell for cell in cells if cell not in missing]
    try:
        values = [CASTS[field["type"]](cell) for cell in present]
    except ValueError:
        return [f"{field['name']}: type"]
    broken = {
        "finite": field["type"] == "number" and not all(map(math.isfinite, values)),
        "space": any(cell != cell.strip() for cell in cells),
        "required": limits.get("required") and len(present) < len(cells),
        "unique": limits.get("unique") and len(set(values)) < len(values),
        "minimum": "minimum" in limits and any(v < limits["minimum"] for v in values),
        "maximum": "maximum" in limits and any(v > limits["maximum"] for v in values),
        "enum": "enum" in limits and any(v not in limits["enum"] for v in values),
        "pattern": "pattern" in limits
        and not all(re.fullmatch(limits["pattern"], v) for v in values),
    }
    return [f"{field['name']}: {name}" for name, is_broken in broken.items() if is_broken]


def cells_of(resource):
    with (tables.DATA / resource["path"]).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_the_package_has_what_the_profile_asks():
    assert re.fullmatch(r"[-a-z0-9._/]+", PACKAGE["name"])
    assert PACKAGE["resources"]
    assert all("name" in licence or "path" in licence for licence in PACKAGE["licenses"])
    assert all(source["title"] for source in PACKAGE["sources"])


@each_resource
def test_each_resource_has_what_the_profile_asks(resource):
    assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
    assert resource["path"] == resource["name"] + ".csv"
    assert resource["profile"] == "tabular-data-resource"
    assert (resource["format"], resource["mediatype"]) == ("csv", "text/csv")
    assert resource["encoding"] == "utf-8"
    schema = resource["schema"]
    names = [field["name"] for field in schema["fields"]]
    assert len(set(names)) == len(names)
    key = schema["primaryKey"]
    assert set([key] if isinstance(key, str) else key) <= set(names)
    for field in schema["fields"]:
        assert set(field.get("constraints", {})) <= CONSTRAINTS[field["type"]], field["name"]
        assert set(field) <= {"name", "type", "unit", "symbol", "description", "constraints"}


@each_resource
def test_each_table_obeys_its_schema(resource):
    assert faults(resource, cells_of(resource)) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([["a", "c"], ["x", "1"]], "header"),
        ([["a", "b"], ["x"]], "length of a row"),
        ([["a", "b"], ["x", "one"]], "b: type"),
        ([["a", "b"], ["x", "inf"]], "b: finite"),
        ([["a", "b"], ["x ", "1"]], "a: space"),
        ([["a", "b"], ["x", ""]], "b: required"),
        ([["a", "b"], ["x", "1"], ["y", "1"]], "b: unique"),
        ([["a", "b"], ["x", "-1"]], "b: minimum"),
        ([["a", "b"], ["x", "3"]], "b: maximum"),
        ([["a", "b"], ["z", "1"]], "a: enum"),
        ([["a", "b"], ["y!", "1"]], "a: pattern"),
        ([["a", "b"], ["x", "1"], ["x", "2"]], "primaryKey"),
        ([["a", "b"], ["", "1"]], "primaryKey missing"),
    ],
)
def test_the_check_sees_each_fault(rows, fault):
    limits = {"required": True, "unique": True, "minimum": 0, "maximum": 2}
    schema = {
        "primaryKey": "a",
        "fields": [
            {
                "name": "a",
                "type": "string",
                "constraints": {"enum": ["x", "x ", "y", "y!"], "pattern": "[xy ]+"},
            },
            {"name": "b", "type": "number", "constraints": limits},
        ],
    }
    assert fault in faults({"schema": schema}, rows)
    assert faults({"schema": schema}, [["a", "b"], ["x", "1"], ["y", "2"]]) == []


def test_every_source_is_in_the_bibliography():
    entries = set(re.findall(r"^@\w+\{([^,\s]+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.M))
    cited = {s["citation_key"] for r in [PACKAGE, *RESOURCES] for s in r["sources"]}
    assert cited <= entries
    assert {s["citation_key"] for s in PACKAGE["sources"]} == cited


def test_a_glass_of_the_magnetic_papers_has_one_name():
    """BAS, printed AlBaSiO in some tables, is BAS in the files; the description says so."""
    for resource in RESOURCES:
        rows = cells_of(resource)
        if resource["name"].startswith(("jug2016", "jug2018")) and "glass" in rows[0]:
            assert {row[rows[0].index("glass")] for row in rows[1:]} <= GLASSES, resource["name"]
