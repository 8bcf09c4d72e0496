"""What Jug, Bonfanti & Kob 2016 print: Tables 1–4, eqs 16–20 and 98–100."""

import mpmath
import numpy as np
import pytest

import etm

TABLE_1 = {"Fe2+": (1.06e17, 14.23), "Fe3+": (5.00e16, 6.69), "ATS": (5.19e16, None)}
TABLE_2 = [(0.60, 0.49, 4.77e4, 3.09e5), (0.90, 0.53, 5.07e4, 2.90e5), (1.36, 0.55, 5.95e4, 2.61e5)]
TABLE_3 = {"Fe2+": (3.21e17, 33.01), "Fe3+": (2.11e17, 21.63), "ATS": (8.88e16, None)}
TABLE_4 = [(1.11, 0.34, 4.99e4, 2.68e5), (1.23, 0.32, 5.30e4, 2.50e5), (1.36, 0.32, 5.54e4, 2.46e5)]


@pytest.mark.parametrize(("number", "printed"), [(1, TABLE_1), (3, TABLE_3)])
def test_concentrations(number, printed):
    table = etm.tables.read(f"jug2016_table{number}").set_index("species")
    assert list(table.index) == list(printed)
    for species, (density, ppm) in printed.items():
        assert table.loc[species, "density_per_g"] == density
        if ppm is None:
            assert np.isnan(table.loc[species, "concentration_ppm"])
        else:
            assert table.loc[species, "concentration_ppm"] == ppm


@pytest.mark.parametrize(("number", "printed"), [(2, TABLE_2), (4, TABLE_4)])
def test_cutoffs(number, printed):
    table = etm.tables.read(f"jug2016_table{number}")
    assert [tuple(row) for row in table.itertuples(index=False)] == printed


@pytest.mark.parametrize(("glass", "printed"), [("BAS", TABLE_1), ("Duran", TABLE_3)])
@pytest.mark.parametrize("ion", ["Fe2+", "Fe3+"])
def test_ppm_follow_from_the_densities(glass, printed, ion):
    """The density is printed to three digits, so the ppm can be off by half of the last one."""
    density, ppm = printed[ion]
    half_a_digit = 0.5 * 10.0 ** (np.floor(np.log10(density)) - 2) / density
    molar_mass = etm.glasses.load(glass).molar_mass
    recomputed = etm.units.per_gram_to_ppm(density, molar_mass)
    assert recomputed == pytest.approx(ppm, rel=half_a_digit)
    assert etm.units.ppm_to_per_gram(ppm, molar_mass) == pytest.approx(density, rel=half_a_digit)


@pytest.mark.parametrize(
    ("glass", "ppm", "molar_mass", "printed", "last_digit"),
    [("BAS", 102, 80.530, 7.63e17, 1e15), ("Duran", 126, 61.873, 1.23e18, 1e16)],
)
def test_nominal_iron(glass, ppm, molar_mass, printed, last_digit):
    """Eqs 99 and 100: the products are right to the last printed digit."""
    assert etm.glasses.load(glass).molar_mass == molar_mass
    density = etm.units.ppm_to_per_gram(ppm, molar_mass)
    assert abs(density - printed) < 0.5 * last_digit
    text = etm.tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    assert text[glass, "nominal_iron_ppm"] == ppm
    assert text[glass, "nominal_iron_density"] == printed


def test_numbers_of_the_text():
    text = etm.tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    printed = {
        ("BK7", "molar_mass"): 63.530,
        ("BK7", "nominal_iron_ppm"): 6,
        ("BAS", "B_star"): 1.02,
        ("Duran", "B_star"): 1.63,
        ("BK7", "B_star"): 1.30,
        ("BAS", "earlier_ats_density"): 6.39e16,
        ("Duran", "earlier_ats_density"): 6.92e16,
        ("BAS", "earlier_iron_ppm"): 20.44,
        ("Duran", "earlier_iron_ppm"): 47.62,
    }
    for key, value in printed.items():
        assert text[key] == value


def test_phase_of_one_kelvin_square_angstrom_tesla():
    """The energy D0 φ of 1 K Å² in 1 T is 1e-20 e/ħ kelvin, with φ = 2π Φ/(h/e)."""
    factor = 1.519267447878626e-5
    assert etm.units.PHASE_ENERGY == pytest.approx(factor, rel=1e-15, abs=0)
    assert etm.units.phase_energy(1.0, 1.0) == pytest.approx(factor, rel=1e-15, abs=0)
    with mpmath.workdps(30):
        planck, charge = mpmath.mpf("6.62607015e-34"), mpmath.mpf("1.602176634e-19")
        exact = float(2 * mpmath.pi * charge / planck * mpmath.mpf("1e-20"))
    assert exact == pytest.approx(factor, rel=1e-15, abs=0)


def dimensionless_form(T, B, ats):
    """Eqs 18 and 19 with I(x), I(x, a) as printed and φ/√3; the bracket of eq. 18 closed."""
    with mpmath.workdps(30):
        field = mpmath.mpf(etm.units.PHASE_ENERGY) * mpmath.mpf(B) / mpmath.sqrt(3)
        a, b = (mpmath.mpf(x) * field / (2 * T) for x in (ats.D0_min, ats.D0_max))
        lowest = mpmath.mpf(ats.D_min) / (2 * T)
        first, second = mpmath.hypot(lowest, a), mpmath.hypot(lowest, b)

        def plain(x):
            return x * mpmath.tanh(x) - mpmath.log(mpmath.cosh(x))

        def with_logarithm(x, shift):
            marks = [x, x + 0.02, x + 0.2, x + 1, x + 5, x + 40]
            return mpmath.quad(
                lambda y: y / mpmath.cosh(y) ** 2 * mpmath.log(y**2 - shift**2), marks
            )

        scale = 2 * mpmath.pi * ats.density * etm.units.BOLTZMANN
        zeroth = mpmath.log(ats.D0_max / ats.D0_min) * (mpmath.log(2) - plain(second))
        rest = (plain(first) - plain(second)) * mpmath.log(lowest * a)
        rest += (
            with_logarithm(first, lowest)
            - with_logarithm(second, lowest)
            + with_logarithm(first, a)
            - with_logarithm(second, b)
        ) / 2
        return float(scale * (zeroth + rest))


@pytest.mark.parametrize(("glass", "T"), [("BAS", 0.60), ("BAS", 1.36), ("Duran", 1.23)])
@pytest.mark.parametrize("B", [0.1, 1.0])
def test_heat_capacity_in_the_dimensionless_form(glass, T, B):
    """Eqs 18 and 19, with the bracket closed, give the heat capacity of eq. 17."""
    ats = etm.glasses.load(glass).at(T)
    C = etm.heat_capacity.ats(T, B, ats, "rms")
    assert C == pytest.approx(dimensionless_form(T, B, ats), rel=1e-11, abs=0)


def test_high_field_correction_of_the_gap():
    """Eq. 20: at D = 0 the gap is D0 φ √(1 - φ²/27); the next term in the root is 2φ⁴/3645."""
    phase = np.array([0.1, 0.3, 1.0, 3.0])
    exact = etm.wells.three_well_gap(np.zeros(3), np.sqrt(0.75), phase)
    left = (exact / phase) ** 2 - (1 - phase**2 / 27)
    np.testing.assert_allclose(left[:3], 2 * phase[:3] ** 4 / 3645, rtol=0.02)
    assert exact[3] / (3 * np.sqrt(1 - 9 / 27)) - 1 == pytest.approx(0.0306, abs=5e-5)
    # the second form of eq. 20 averages φ²(1 - φ²/27) over directions, with φ = B/B*
    x, w = np.polynomial.legendre.leggauss(4)
    cosine = (x + 1) / 2
    ratio = 0.7
    average = np.sum(w / 2 * (ratio * cosine) ** 2 * (1 - (ratio * cosine) ** 2 / 27))
    assert average == pytest.approx(ratio**2 / 3 * (1 - ratio**2 / 45), rel=1e-14)
    area = etm.ATS.flux_area_from_field(1.63)
    assert etm.units.aharonov_bohm_phase(area, ratio * 1.63) == pytest.approx(ratio, rel=1e-14)
