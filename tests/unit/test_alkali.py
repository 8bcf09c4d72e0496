"""Composition laws, the effective dipole and the population of the mixed alkali-silicates."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import constants

import etm
from etm import alkali

DIPOLE = {"A_ats": 1e-3, "B_ats": 3e-7, "D_min": 0.87, "mass_density": 2.4, "permittivity": 5.5}


def test_concentration_law_at_its_ends():
    assert alkali.concentration_law(0, 47.2, 700.0, 0.8) == 47.2
    assert alkali.concentration_law(1, 47.2, 700.0, 0.8) == 700.0
    assert alkali.concentration_law(0.25, 8.0, 4.0, 0.5) == 8.0  # 6 + 2
    assert alkali.concentration_law(0.25, 8.0, -4.0, 0.5) == 4.0


def test_concentration_law_is_made_of_two_terms():
    """f = 1 is the line between the two prefactors, f = 0 adds the interfaces whole."""
    x = np.linspace(0, 1, 11)
    np.testing.assert_allclose(alkali.concentration_law(x, 2.0, 5.0, 1), 2 + 3 * x, rtol=1e-15)
    np.testing.assert_allclose(alkali.concentration_law(x, 2.0, 5.0, 0), 7 - 2 * x, rtol=1e-15)
    surface = alkali.concentration_law(x[1:], 0.0, 1.0, 0.67)
    slope = np.gradient(np.log(surface), np.log(x[1:]))
    np.testing.assert_allclose(slope, 0.67, rtol=1e-12)
    assert alkali.concentration_law(x[:, None], [1.0, 2.0], 3.0, 0.8).shape == (11, 2)


def test_surface_exponent_in_fractions():
    """Random numbers, exactly: 1 - (D - D_s) ν."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        D, D_s, nu = (Fraction(int(n), 64) for n in rng.integers(1, 300, 3))
        exact = float(1 - (D - D_s) * nu)
        assert alkali.surface_exponent(*map(float, (D, D_s, nu))) == pytest.approx(exact, rel=1e-14)
    assert alkali.surface_exponent(2.5, 2.5, 0.9) == 1


def test_effective_dipole_undoes_the_prefactors():
    """A = π P* n ρ p²/(ε0 εr k D_min) and B = 2π P* n k give the dipole back that went in."""
    n, rho, dipole, permittivity, D_min = 3e16, 2.4, 1.7, 5.5, 0.87
    k = constants.k
    p = dipole * 3.33564095e-30  # C m
    per_volume = n * rho * 1e6  # per m³
    A = np.pi * per_volume * p**2 / (constants.epsilon_0 * permittivity * k * D_min)
    B = 2 * np.pi * n * k
    found = alkali.effective_dipole(A, B, D_min, rho, permittivity)
    assert found == pytest.approx(dipole, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "power"),
    [
        ("A_ats", 0.5),
        ("B_ats", -0.5),
        ("D_min", 0.5),
        ("mass_density", -0.5),
        ("permittivity", 0.5),
    ],
)
def test_effective_dipole_goes_with_a_root_of_each_argument(name, power):
    ratio = alkali.effective_dipole(**(DIPOLE | {name: 4 * DIPOLE[name]}))
    ratio /= alkali.effective_dipole(**DIPOLE)
    assert ratio == pytest.approx(4**power, rel=1e-13)
    assert alkali.effective_dipole(**(DIPOLE | {"A_ats": 0.0})) == 0


def test_molar_mass():
    """Of pure silica and potassium oxide from the weights of the elements, and on a line between."""
    silicon, oxygen, potassium = 28.0855, 15.9994, 39.0983
    assert alkali.molar_mass(0) == pytest.approx(silicon + 2 * oxygen, abs=1e-3)
    assert alkali.molar_mass(1) == pytest.approx(2 * potassium + oxygen, abs=1e-3)
    x = np.linspace(0, 1, 9)
    line = (1 - x) * (silicon + 2 * oxygen) + x * (2 * potassium + oxygen)
    np.testing.assert_allclose(alkali.molar_mass(x), line, atol=1e-3)


@pytest.mark.parametrize("cutoffs", [(1.0, 2.0), (4.77e4, 3.09e5), (1e-3, 1e6)])
def test_population_has_the_heat_capacity_asked_for(cutoffs):
    """For T >> D_min the heat capacity per gram is B ln 2, and B I(x) at every temperature."""
    B, D_min = 45.55e-8, 0.87
    ats = alkali.population(B, D_min, *cutoffs)
    assert etm.heat_capacity.ats_zero_field(1e7, ats) == pytest.approx(B * np.log(2), rel=1e-10)
    T = np.geomspace(0.1, 10, 7)
    x = D_min / (2 * T)
    stated = B * (np.log(2 * np.cosh(x)) - x * np.tanh(x))
    np.testing.assert_allclose(etm.heat_capacity.ats_zero_field(T, ats), stated, rtol=1e-9)
    np.testing.assert_allclose(etm.heat_capacity.ats(T, 0.0, ats), stated, rtol=1e-9)


def test_population_keeps_its_arguments():
    ats = alkali.population(1e-7, 0.87, 4e4, 2e5, 3e4)
    assert (ats.D_min, ats.D0_min, ats.D0_max, ats.flux_area) == (0.87, 4e4, 2e5, 3e4)
    assert alkali.population(1e-7, 0.87, 4e4, 2e5).flux_area is None
    twice = alkali.population(2e-7, 0.87, 4e4, 2e5)
    assert twice.density == pytest.approx(2 * ats.density, rel=1e-14)


def test_scalars_and_arrays_of_the_composition():
    for value in (
        alkali.concentration_law(0.1, 1, 2, 1),
        alkali.surface_exponent(2.5, 2, 1),
        alkali.effective_dipole(**DIPOLE),
        alkali.molar_mass(0.1),
    ):
        assert isinstance(value, float)
    assert alkali.molar_mass([]).shape == (0,)
    assert alkali.effective_dipole(**(DIPOLE | {"A_ats": [1.0, 2.0]})).shape == (2,)
