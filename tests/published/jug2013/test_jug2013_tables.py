"""What Tables I and II of Jug & Paliienko 2013 and the numbers of its text imply of each other."""

import numpy as np
import pytest

import etm

QUOTED = etm.tables.read("quoted").query("paper == 'jug2013'").set_index("quantity")["value"]
F = QUOTED["f"]


def potassium(name):
    table = etm.tables.read(name)
    return table[table["glass"] == "K-Si"]


def half_digit(decimals):
    """Half of the last printed digit, with room for the rounding of binary numbers."""
    return 0.5001 * 10.0**-decimals


def test_dielectric_prefactor_is_roughly_proportional_to_the_alkali():
    """Fig. 10: A_ATS ∝ x. Four separate fits of curves read by eye scatter by some per cent."""
    table = potassium("jug2013_table1")
    slope = table["A_ATS"] / table["x"]
    np.testing.assert_allclose(slope, slope.mean(), rtol=0.09)
    assert slope.std() / slope.mean() > 0.05, "a real scatter: these were not constrained"


def test_dielectric_prefactor_of_the_two_level_systems_grows_less_than_the_alkali():
    """A_2LS increases with x, "though less rapidly" than A_ATS."""
    table = etm.tables.read("jug2013_table1").query("glass != 'AlBaSiO'")
    assert table["A_2LS"].is_monotonic_increasing
    pair = table.iloc[[1, -1]]
    assert np.diff(np.log(pair["A_2LS"])) < np.diff(np.log(pair["A_ATS"]))


def test_exponent_of_the_dielectric_prefactor():
    """A_bulk (1 - x) + A_surf x^f through all five points gives f = 0.81; the least squares are
    so flat that only 0.07 on f can be asked."""
    from scipy.optimize import curve_fit

    table = etm.tables.read("jug2013_table1").query("glass != 'AlBaSiO'")

    def law(x, bulk, surface, f):
        return bulk * (1 - x) + surface * x**f

    best, _ = curve_fit(law, table["x"], 1e5 * table["A_2LS"], p0=(47.0, 700.0, 0.8))
    assert best[2] == pytest.approx(F, abs=0.07)
    np.testing.assert_allclose(law(table["x"], *best), 1e5 * table["A_2LS"], atol=7.0)


def test_heat_capacity_prefactor_is_exactly_proportional_to_the_alkali():
    """B_ATS = 455.57e-8 x, cut and not rounded to the last digit, so it was constrained along x."""
    table = potassium("jug2013_table2")
    cut = 455.57 * table["x"] - 1e8 * table["B_ATS_J_per_gK"]
    assert cut.between(0, 0.01, inclusive="left").all()


@pytest.mark.parametrize(
    ("column", "with_silica"), [("B_2LS_J_per_gK2", False), ("B_ph_J_per_gK4", True)]
)
def test_heat_capacity_prefactors_lie_on_two_term_laws(column, with_silica):
    """b(1-x) + s x^0.81 with two constants goes through every printed digit; pure silica lies on
    the phonons' law and not on the two-level systems'."""
    table = etm.tables.read("jug2013_table2")
    x, value = table["x"].to_numpy(), 1e8 * table[column].to_numpy()
    kept = slice(None) if with_silica else slice(1, None)
    terms = np.column_stack([1 - x, x**F])
    constants = np.linalg.lstsq(terms[kept], value[kept])[0]
    residual = np.abs(terms @ constants - value)
    assert residual[kept].max() < half_digit(2)
    assert with_silica == (residual[0] < half_digit(2))


def test_iron_of_the_potassium_glasses_decreases_with_the_alkali():
    assert potassium("jug2013_table2")["x_j_ppm"].is_monotonic_decreasing


def test_one_cutoff_for_both_experiments():
    assert set(potassium("jug2013_table1")["D_min_K"]) == {QUOTED["D_min_heat_capacity"]}


@pytest.mark.parametrize(("glass", "frequency"), [("SiO2", "AlBaSiO"), ("AlBaSiO", "AlBaSiO"),
                                                  ("K-Si", "K_Si")])  # fmt: skip
def test_unit_of_gamma(glass, frequency):
    """γ in s K³ puts the minimum k_B T_0 = (γω/2)^(1/3) where it is said to be, from 50 to 100 mK;
    taken as s J³, as printed, it would lie above 10²⁰ K."""
    gamma = etm.tables.read("jug2013_table1").set_index("glass").loc[[glass], "gamma_s_K3"]
    minimum = (gamma * np.pi * QUOTED[f"frequency_{frequency}"]) ** (1 / 3)
    assert minimum.between(QUOTED["T0_min"], QUOTED["T0_max"]).all()
    assert (minimum / etm.units.BOLTZMANN > 1e20).all()


def test_percolation_numbers():
    """Eq. 20, f = 1 - (D - D_s)ν, and D_h = (1 + ν)/ν (reference 48)."""
    for space, decimals in (("2d", 4), ("3d", 2)):
        D, D_s, nu = (QUOTED[f"{name}_{space}"] for name in ("D", "D_s", "nu"))
        rounding = half_digit(decimals) + 0.0001
        assert 1 - (D - D_s) * nu == pytest.approx(QUOTED[f"f_{space}"], abs=rounding)
        assert (1 + nu) / nu == pytest.approx(D_s, abs=half_digit(2))


def test_density_of_tunneling_systems_is_that_of_the_earlier_heat_capacity():
    """1.97e17 per cm³ is the 6.39e16 per gram quoted in 2016, times the 3.1 g/cm³ of 2018."""
    per_gram = etm.tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    dense = etm.tables.read("quoted").set_index(["paper", "quantity"])["value"]
    product = per_gram["BAS", "earlier_ats_density"] * dense["jug2018", "mass_density_BAS"]
    assert product == pytest.approx(QUOTED["ats_density_AlBaSiO"], rel=0.02)


def test_nominal_iron_is_that_of_2016():
    nominal = etm.tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    for glass, name in (("BAS", "AlBaSiO"), ("Duran", "Duran"), ("BK7", "BK7")):
        assert nominal[glass, "nominal_iron_ppm"] == QUOTED[f"iron_{name}"]


def test_cutoffs_of_one_particle():
    """Eq. 41: Δ_min = D_min/N; the larger end is K-Si's."""
    assert QUOTED["D_min_K_Si"] / QUOTED["cluster_size"] == pytest.approx(QUOTED["Delta_min_high"])
