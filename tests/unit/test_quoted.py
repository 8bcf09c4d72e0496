"""The numbers quoted in the texts: order of their ranges, units, and what papers share."""

import math

import pytest

import etm

TABLE = etm.tables.read("quoted")
QUOTED = TABLE.set_index(["paper", "quantity"])["value"]
UNITS = {
    *("1", "%", "ppm", "K", "T", "s", "Hz", "g", "m", "Å", "Å³", "D", "µ_B", "k_B"),
    *("1/K", "1/g", "1/cm³", "g/cm³", "m/s", "1/mol", "1/(J m³)"),
}
RANGES = sorted(
    (paper, name)
    for paper, name in QUOTED.index
    if name.endswith("_min") and (paper, name.removesuffix("_min") + "_max") in QUOTED.index
)


def test_units_are_those_of_the_book():
    assert set(TABLE["unit"]) == UNITS


@pytest.mark.parametrize(("paper", "name"), RANGES)
def test_ranges_are_in_order(paper, name):
    assert QUOTED[paper, name] < QUOTED[paper, name.removesuffix("_min") + "_max"]


def test_no_number_stands_in_two_places():
    """The rows of jug2016_text are not repeated here."""
    other = etm.tables.read("jug2016_text")
    here = TABLE[TABLE["paper"] == "jug2016"]
    assert here.merge(other, on=["value", "unit"]).empty


@pytest.mark.parametrize(
    "name", ["echo_frequency", "echo_frequency_BK7", "echo_second_pulse", "echo_delay",
             "echo_delay_Duran", "echo_temperature"]
)  # fmt: skip
def test_the_review_describes_the_experiments_of_2016(name):
    assert QUOTED["jug2018", name] == QUOTED["jug2016", name]


@pytest.mark.parametrize(("glass", "radius"), [("BAS", 163), ("Duran", 148), ("BK7", 300)])
def test_cell_radius_of_the_review(glass, radius):
    """Eq. 40 of 2018 with the numbers quoted beside it. For Duran it gives 148 Å, where 154 is
    printed: that needs 8e16 per gram and not 9e16."""
    per_gram, dense = QUOTED["jug2018", f"ats_density_{glass}"], f"mass_density_{glass}"
    cell = (3 / (math.pi * math.sqrt(2) * per_gram * QUOTED["jug2018", dense])) ** (1 / 3)
    assert 1e8 * cell == pytest.approx(radius, abs=0.5)
    agrees = QUOTED["jug2018", f"cell_radius_{glass}"] == radius
    assert agrees == (glass != "Duran")


def test_one_radius_of_bk7_in_two_papers():
    radius = QUOTED["jug2018", "cell_radius_BK7"]
    assert 1e10 * QUOTED["jug2021", "cell_radius_BK7"] == pytest.approx(radius)
    assert 1e10 * QUOTED["jug2021", "cell_diameter_BK7"] == pytest.approx(2 * radius, rel=0.04)
