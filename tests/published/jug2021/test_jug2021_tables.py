"""What Tables 1–7 of Jug & Recchia 2021 and the numbers of its text imply of each other."""

import numpy as np
import pytest

import etm

QUOTED = etm.tables.read("quoted").query("paper == 'jug2021'").set_index("quantity")["value"]
FITS = ["jug2021_table3", "jug2021_table4"]
CURIE = 35 / 24
"""J(J + 1) of Fe3+ (J = 5/2) over that of Fe2+ (J = 2): how many Fe2+ pass for one Fe3+."""
SATURATION = 5 / 4
"""The same in a field that aligns every spin: J over J."""


def fit(name, sample="this sample"):
    table = etm.tables.read(name).set_index(["sample", "method"])
    return table.loc[(sample, "SQUID fit")]


def mass_spectrometry(name):
    table = etm.tables.read(name)
    if name in FITS:
        row, column = table[table["method"] == "mass spectrometry"], "density_Fe_per_g"
    else:
        row, column = table[table["row"] == "mass-spec"], "density_per_g"
    return row[column].item(), row[f"{column}_error"].item()


def rows(name):
    table = etm.tables.read(name)
    return table[table["row"] == "first"], table[table["row"] == "second"]


@pytest.mark.parametrize("name", ["jug2021_table1", "jug2021_table2", *FITS])
def test_mass_spectrometry_is_the_same_everywhere(name):
    numbers = etm.tables.read("quoted").set_index(["paper", "quantity"])
    quoted = numbers.loc[("jug2021", "iron_density_BK7")]
    assert mass_spectrometry(name) == (quoted["value"], quoted["error"])


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("sample", ["this sample", "2000 sample"])
def test_total_iron_is_the_sum_of_its_species(name, sample):
    row = fit(name, sample)
    total = row["density_Fe2_per_g"] + row["density_Fe3_per_g"]
    assert total == pytest.approx(row["density_Fe_per_g"], abs=0.0011e17)


@pytest.mark.parametrize(("name", "sigmas"), [(FITS[0], 2.2), (FITS[1], 0.5)])
def test_iron_against_mass_spectrometry(name, sigmas):
    """ "Excellent agreement": 2 to 3 per cent, or two standard errors, in Table 3."""
    iron, error = mass_spectrometry(name)
    assert (fit(name)["density_Fe_per_g"] - iron) / error == pytest.approx(sigmas, abs=0.05)


def test_the_quoted_ratio_of_the_species_is_that_of_table_4():
    def ratio(name, sample="this sample"):
        row = fit(name, sample)
        return row["density_Fe2_per_g"] / row["density_Fe3_per_g"]

    assert ratio(FITS[1]) == pytest.approx(QUOTED["iron_ratio_BK7"], abs=0.005)
    assert ratio(FITS[0]) == pytest.approx(1.835, abs=0.005)
    for name in FITS:
        assert ratio(name, "2000 sample") == pytest.approx(QUOTED["iron_ratio_BK7_2000"], abs=0.005)
    share = fit(FITS[1])["density_Fe2_per_g"] / fit(FITS[1])["density_Fe_per_g"]
    assert 100 * share == pytest.approx(QUOTED["Fe2_share_BK7"], abs=0.5)


def test_the_2000_sample_is_that_of_2016():
    """Both tables repeat it, and it is Table 14 of 2016 with the units of these tables."""
    old = fit(FITS[0], "2000 sample")
    assert old.equals(fit(FITS[1], "2000 sample"))
    text = etm.tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    per_ppm = etm.units.ppm_to_per_gram(1.0, text["BK7", "molar_mass"])
    quoted = etm.tables.read("quoted").set_index(["paper", "quantity"])["value"]
    ppm = old["density_Fe_per_g"] / per_ppm
    assert ppm == pytest.approx(quoted["jug2016", "iron_BK7_fitted"], abs=0.05)


def test_tunneling_systems_are_as_many_in_both_samples():
    """Conclusion (c), "the same in both samples": to 5 per cent; and far from the 1e17 of
    Sect. F, which is an order of magnitude only in the widest sense."""
    for name in FITS:
        here, there = (fit(name, s)["ats_density_per_g"] for s in ("this sample", "2000 sample"))
        assert here == pytest.approx(there, rel=0.05)
        assert QUOTED["ats_density_order"] / here > 7


@pytest.mark.parametrize("name", FITS)
def test_cutoffs_are_in_order(name):
    for sample in ("this sample", "2000 sample"):
        row = fit(name, sample)
        assert 0 < row["D0_min_K_A2"] < row["D0_max_K_A2"]


def test_the_field_of_the_fits_leaves_the_width_of_the_cutoffs_open():
    """D_0max² - D_0min², which carries the susceptibility (eq. 12), is smaller than its error in
    Table 3, even with uncorrelated errors."""
    row = fit(FITS[0])
    top, bottom = row["D0_max_K_A2"], row["D0_min_K_A2"]
    error = 2 * np.hypot(top * row["D0_max_K_A2_error"], bottom * row["D0_min_K_A2_error"])
    assert top**2 - bottom**2 < error


def test_weak_field_ratio_of_the_two_readings_is_that_of_curie():
    """Table 1: the same Curie constant read as Fe2+ or as Fe3+ gives 35/24. At 1 kOe over 2 K
    saturation is a few per mille; the densities carry four digits."""
    first, second = rows("jug2021_table1")
    ratio = second["density_per_g"].to_numpy() / first["density_per_g"].to_numpy()
    assert ratio[0] == pytest.approx(CURIE, rel=1e-3)
    assert np.all(np.diff(ratio) < 0)
    assert ratio[-1] > SATURATION


def test_susceptibilities_of_table_1_differ_where_saturation_shows():
    first, second = rows("jug2021_table1")
    gap = first["chi_L_emu_per_gOe"].to_numpy() - second["chi_L_emu_per_gOe"].to_numpy()
    assert np.all(gap[:2] == 0)
    assert np.all(gap[2:] > 0)


def test_second_row_of_susceptibilities_in_table_2_cannot_be_right():
    """It repeats the first, yet from 4.5 K up the ratio of the densities is beyond 35/24, which no
    two Langevin terms over the same Larmor term can reach; with χ_L free, the curvature alone
    decides, and its ratio is J(J+1)[J² + (J+1)²] over the same, 2.08."""
    first, second = rows("jug2021_table2")
    assert list(first["chi_L_emu_per_gOe"]) == list(second["chi_L_emu_per_gOe"])
    ratio = second["density_per_g"].to_numpy() / first["density_per_g"].to_numpy()
    assert SATURATION < ratio[0] < CURIE
    assert np.all(ratio[1:] > CURIE)

    def curvature(J):
        return J * (J + 1) * (J**2 + (J + 1) ** 2)

    assert np.all(np.diff(ratio) > 0)
    assert ratio[-1] < curvature(2.5) / curvature(2.0)


def test_error_of_the_chemical_potential_repeats_its_value():
    row = fit(FITS[1])
    assert row["delta_mu_K"] == row["delta_mu_K_error"]


@pytest.mark.parametrize(("number", "largest"), [(5, 0.03), (6, 0.03), (7, 0.1)])
def test_iron_dominates_its_group(number, largest):
    table = etm.tables.read(f"jug2021_table{number}").set_index("element")["relative_concentration"]
    assert table["Fe"] == 1
    assert list(table.index) == ["Fe", "Ti", "V", "Cr", "Mn", "Co", "Ni", "Cu"]
    assert table.drop("Fe").max() <= largest


def test_void_between_four_cells():
    """Eq. 1 and the numbers below it, with ξ = 30 nm."""
    factor = 2 * np.sqrt(2) / 3 - 4 / 3 * np.arccos(23 / 27)
    assert factor == pytest.approx(QUOTED["void_volume_factor"], abs=5e-4)
    volume = factor * (1e10 * QUOTED["cell_radius_BK7"]) ** 3
    assert volume == pytest.approx(QUOTED["void_volume"], abs=0.05e6)
    side = (6 * np.sqrt(2) * QUOTED["void_volume"]) ** (1 / 3)
    assert side == pytest.approx(QUOTED["void_side"], abs=0.5)
