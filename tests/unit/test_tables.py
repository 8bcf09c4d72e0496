"""Integrity of the published tables and of their description."""

import csv
import json

import numpy as np
import pytest
from table_checksums import CHECKSUMS

import etm
from etm import tables

NAMES = tables.available()


def test_every_table_has_a_checksum():
    assert sorted(CHECKSUMS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_column_sums(name):
    rows, sums = CHECKSUMS[name]
    table = tables.read(name)
    assert len(table) == rows
    numbers = set(table.select_dtypes("number").columns)
    assert numbers == set(sums)
    for column, total in sums.items():
        if total is not None:
            assert table[column].sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_and_required_fields_are_there(name):
    table, schema = tables.read(name), tables.describe(name)["schema"]
    key = schema["primaryKey"]
    assert not table.duplicated(subset=key).any()
    for field in schema["fields"]:
        column, limits = table[field["name"]], field.get("constraints", {})
        if limits.get("required"):
            assert column.notna().all()
        if limits.get("unique"):
            assert column.is_unique
        if "minimum" in limits:
            assert (column.dropna() >= limits["minimum"]).all()


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_described(name):
    description = tables.describe(name)
    with (tables.DATA / description["path"]).open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    fields = description["schema"]["fields"]
    assert header == [field["name"] for field in fields]
    for field in fields:
        if field["type"] == "number" and field["name"] != "value":
            assert {"unit", "symbol", "description"} <= set(field), field["name"]
    for key in ("title", "source_table", "origin", "sources"):
        assert description[key], key


def test_no_unknown_file_in_the_data_folder():
    described = {tables.describe(name)["path"] for name in NAMES}
    found = {path.name for path in tables.DATA.iterdir() if path.is_file()}
    measured = {"evidence.json"}  # by `make evidence`, not printed by anybody
    assert found - measured == described | {"datapackage.json"}


def test_the_package_is_described_once():
    package = json.loads((tables.DATA / "datapackage.json").read_text(encoding="utf-8"))
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.parametrize("name", etm.glasses.available())
def test_glasses_carry_their_tables(name):
    glass = etm.glasses.load(name)
    concentrations, cutoffs = {
        "BAS": ("jug2016_table1", "jug2016_table2"),
        "Duran": ("jug2016_table3", "jug2016_table4"),
    }[name]
    table = tables.read(cutoffs)
    assert glass.temperatures == tuple(table["temperature_K"])
    for row in table.itertuples():
        ats = glass.at(row.temperature_K)
        assert (ats.D_min, ats.D0_min, ats.D0_max) == (
            row.D_min_K,
            row.D0_min_K_A2,
            row.D0_max_K_A2,
        )
        assert ats.flux_area is None
        assert glass.at(row.temperature_K, flux_area=4e4).flux_area == 4e4
    density = tables.read(concentrations).set_index("species")["density_per_g"]
    assert {ats.density for ats in glass.populations.values()} == {density["ATS"]}
    assert [(ion.name, ion.density, ion.J, ion.g) for ion in glass.ions] == [
        ("Fe2+", density["Fe2+"], 2.0, 2.0),
        ("Fe3+", density["Fe3+"], 2.5, 2.0),
    ]
    numbers = [glass.molar_mass, *(ion.density for ion in glass.ions)]
    assert np.all(np.array(numbers) > 0)
    assert len(glass.sources) == 3
