"""Tables that two papers, or two tables of one paper, share: cell by cell; and the sums they obey."""

import numpy as np
import pandas
import pytest

import etm
from etm import tables

SHARED = {
    "jug2018_table1": "jug2016_table1",
    "jug2018_table2": "jug2016_table2",
    "jug2018_table3": "jug2016_table3",
    "jug2018_table4": "jug2016_table4",
    "jug2018_table5": "jug2016_table5",
    "jug2018_table6": "jug2016_table6",
    "jug2018_table7": "jug2016_table8",
}
"""Each table of 2018 repeats one of 2016; all cells that both papers show are equal."""

MAGNETIZATION = {"BAS": 10, "Duran": 11, "BK7": 14}
COMPARED = [("BAS", 12, 1, 10), ("Duran", 13, 3, 11)]


def magnetization_fit(glass):
    return tables.read(f"jug2016_table{MAGNETIZATION[glass]}").set_index("glass").loc[glass]


@pytest.mark.parametrize(("later", "earlier"), SHARED.items())
def test_both_papers_print_the_same_cells(later, earlier):
    ours, theirs = tables.read(later), tables.read(earlier)
    if later == "jug2018_table4":  # the first temperature is unreadable in this paper
        borrowed = ours.pop("footnote").notna()
        assert list(ours["temperature_K"][borrowed]) == [1.11]
    pandas.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_the_footnote_of_the_echo_marks_the_rows_of_bk7():
    for name in ("jug2016_table8", "jug2018_table7"):
        table = tables.read(name)
        assert list(table["footnote"] == "(*)") == list(table["glass"] == "BK7")
        assert "(*)" in tables.describe(name)["notes"]


@pytest.mark.parametrize(("glass", "comparison", "heat_capacity", "magnetization"), COMPARED)
def test_the_comparison_repeats_the_two_fits(glass, comparison, heat_capacity, magnetization):
    both = tables.read(f"jug2016_table{comparison}").set_index(["fitted_to", "species"])
    first = tables.read(f"jug2016_table{heat_capacity}").set_index("species")
    pandas.testing.assert_frame_equal(both.loc["heat capacity"], first, check_exact=True)
    fit = magnetization_fit(glass)
    densities = [fit["density_Fe2_per_g"], fit["density_Fe3_per_g"], fit["ats_density_per_g"]]
    assert list(both.loc["magnetization", "density_per_g"]) == densities


def printed_pairs():
    """Glass, density and ppm of every iron concentration that is printed both ways."""
    for glass, number, _, _ in COMPARED:
        for row in tables.read(f"jug2016_table{number}").dropna().itertuples():
            yield glass, row.density_per_g, row.concentration_ppm
    fit = magnetization_fit("BK7")
    for ion in ("Fe2", "Fe3"):
        yield "BK7", fit[f"density_{ion}_per_g"], fit[f"concentration_{ion}_ppm"]


def half_a_digit(value, digits):
    return 0.5 * 10.0 ** (np.floor(np.log10(value)) + 1 - digits)


@pytest.mark.parametrize(("glass", "density", "ppm"), list(printed_pairs()))
def test_the_ppm_follow_from_the_densities(glass, density, ppm):
    """Densities have three digits, ppm two decimals: eq. 98 joins them within both roundings."""
    text = tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    molar_mass = text[glass, "molar_mass"]
    slack = etm.units.per_gram_to_ppm(half_a_digit(density, 3), molar_mass) + 0.005
    assert etm.units.per_gram_to_ppm(density, molar_mass) == pytest.approx(ppm, abs=slack, rel=0)


def test_iron_of_bk7_is_about_1_1_ppm():
    """The text above Fig. 25 quotes the sum of the two lines of Table 14."""
    fit = magnetization_fit("BK7")
    assert round(fit["concentration_Fe2_ppm"] + fit["concentration_Fe3_ppm"], 1) == 1.1


@pytest.mark.parametrize("glass", MAGNETIZATION)
def test_upturn_fields_of_the_text_are_those_of_the_tables(glass):
    text = tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    assert text[glass, "B_star"] == magnetization_fit(glass)["B_star_T"]


@pytest.mark.parametrize(
    ("glass", "printed"), [("BAS", 5.74e16), ("Duran", 8.68e16), ("BK7", 1.40e16)]
)
def test_densities_quoted_in_the_text(glass, printed):
    """Sect. 7.2 repeats the densities of anomalous systems of Tables 10, 11 and 14."""
    assert magnetization_fit(glass)["ats_density_per_g"] == printed


@pytest.mark.parametrize(
    "name", [n for n in tables.available() if n.startswith(("jug2016", "jug2018"))]
)
def test_lower_cutoffs_are_below_the_upper_ones(name):
    table = tables.read(name)
    if "D0_max_K_A2" in table:
        assert (table["D0_min_K_A2"] < table["D0_max_K_A2"]).all()


def relaxation_rate(row, per_second):
    """Eq. 55 at zero field and E = D_min [1/s]."""
    thermal = np.tanh(row.D_min_K / (2 * row.temperature_mK / 1000))
    return per_second * row.D_min_K**5 * (5 / 6) / thermal


def test_gamma_of_table_7_is_an_inverse():
    """Read as printed, Γ would make the relaxation last longer than the universe."""
    for row in tables.read("jug2016_table7").itertuples():
        assert 1 < relaxation_rate(row, row.Gamma_inverse_per_s_K5) < 1e3
        assert relaxation_rate(row, 1 / row.Gamma_inverse_per_s_K5) < 1e-17


def test_moments_of_the_text_do_not_follow_from_table_4():
    """Eq. 89 with Table 4 gives 0.56 to 3.03 Bohr magnetons; the text says 3.8 to 27.1."""
    table, bohr_magneton = tables.read("jug2016_table4"), 0.6717138  # K/T
    cutoffs = np.array([table["D0_min_K_A2"].min(), table["D0_max_K_A2"].max()])
    moments = etm.units.phase_energy(cutoffs, 1.0) / 2 / bohr_magneton
    np.testing.assert_allclose(moments, [0.56, 3.03], atol=0.005)
