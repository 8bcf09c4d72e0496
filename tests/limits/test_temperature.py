"""Low and high temperature: third law, high-temperature values, entropy."""

import numpy as np
import pytest

import etm
from etm.ensembles import ORIENTATIONS
from etm.units import BOHR_MAGNETON_IN_KELVIN, BOLTZMANN

DURAN = etm.glasses.load("Duran").at(1.23)
EXACT = etm.ATS(DURAN.D_min, DURAN.D0_min, DURAN.D0_max, DURAN.density, 4.04e4)
HIGH = 2 * np.pi * DURAN.density * BOLTZMANN * np.log(2)
HIGH *= np.log(DURAN.D0_max / DURAN.D0_min)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("B", [0.0, 0.05])
def test_third_law(orientation, B):
    """C vanishes like e^{-E_min/T}, with E_min the lowest gap that the field leaves."""
    T = 1e-3 / np.array([2.0, 2.000001])
    C = etm.heat_capacity.ats(T, B, DURAN, orientation)
    slope = np.diff(np.log(C))[0] / np.diff(1 / T)[0]
    lowest_field_energy = DURAN.field_energies(B, orientation)[0]
    lowest = np.hypot(DURAN.D_min, 0.0 if orientation == "average" else lowest_field_energy)
    # d ln C / d(1/T) = -E_min plus a few T, from the powers of T in front
    assert slope == pytest.approx(-lowest, abs=4 * T[0])
    assert etm.heat_capacity.ats(1e-5, B, DURAN, orientation) == 0


def test_third_law_without_a_gap():
    tls = etm.TwoLevelSystems(1e-9, 3e16)
    T = np.array([1e-3, 1e-2, 1e-1])
    per_kelvin = etm.heat_capacity.two_level(T, tls) / T
    # C/T grows with the logarithm of T / Δ0min: π²/6 k P̄ n a factor e
    growth = np.diff(per_kelvin) / np.log(10)
    np.testing.assert_allclose(growth, np.pi**2 / 6 * BOLTZMANN * 3e16, rtol=1e-7)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_high_temperature_of_the_effective_two_level_systems(orientation):
    for B in (0.0, 1.0):
        C = etm.heat_capacity.ats([1e4, 1e5], B, DURAN, orientation)
        assert C[1] == pytest.approx(HIGH, rel=1e-4, abs=0)
        assert abs(C[1] / HIGH - 1) < abs(C[0] / HIGH - 1)


def test_high_temperature_leaves_no_field_effect():
    in_field, without = etm.heat_capacity.ats(1e4, [2.0, 0.0], DURAN)
    assert in_field == pytest.approx(without, rel=1e-5, abs=0)


@pytest.mark.parametrize("J", [0.5, 2.0, 2.5])
def test_high_temperature_of_a_spin(J):
    T, B, n = 300.0, 0.1, 1e17
    z = 2 * BOHR_MAGNETON_IN_KELVIN * B / T
    curie = n * BOLTZMANN * z**2 * J * (J + 1) / 3
    assert etm.heat_capacity.paramagnet(T, B, n, J) == pytest.approx(curie, rel=1e-6, abs=0)


def entropy(C, low, high):
    """∫ C dT/T between two temperatures, Gauss nodes in ln T."""
    x, w = np.polynomial.legendre.leggauss(400)
    half = np.log(high / low) / 2
    T = np.sqrt(low * high) * np.exp(half * x)
    return half * np.sum(w * C(T))


@pytest.mark.parametrize("J", [0.5, 1.0, 2.0, 2.5])
def test_entropy_of_a_spin(J):
    n, B = 1e17, 1.0
    S = entropy(lambda T: etm.heat_capacity.paramagnet(T, B, n, J), 1e-3, 1e6)
    assert S == pytest.approx(n * BOLTZMANN * np.log(2 * J + 1), rel=1e-9, abs=0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("B", [0.1, 1.0])
def test_the_field_moves_no_entropy(orientation, B):
    """∫ [C(B) - C(0)] dT/T = 0: the field moves states and makes none."""

    def change(T):
        in_field = etm.heat_capacity.ats(T, B, DURAN, orientation)
        return in_field - etm.heat_capacity.ats_zero_field(T, DURAN)

    total = entropy(lambda T: np.abs(change(T)), 1e-2, 1e5)
    assert abs(entropy(change, 1e-2, 1e5)) < 1e-7 * total


def test_entropy_of_a_three_level_system():
    """Levels far below T: all three are equally likely, k ln 3 a system."""
    gaps = np.array([0.3]), np.array([2.0])

    def C(T):
        return np.array([etm.thermal.level_schottky(gaps, t)[0] for t in T])

    assert entropy(C, 1e-4, 1e6) == pytest.approx(np.log(3), rel=1e-9)


def test_three_levels_become_two():
    """At fixed field energies a smaller loop means a larger D0: the third level moves away.

    The correction is of order E1 E2 E3 / (D0 ΣE²): it averages out over the angle of
    the asymmetries to first order, and what is left falls with D0.
    """
    T, B = np.array([[0.3], [1.0]]), np.array([0.0, 0.2])
    effective = etm.heat_capacity.ats(T, B, DURAN)
    errors = []
    for area in (4.0e3, 4.0e2, 4.0e1):
        ats = etm.ATS(DURAN.D_min, DURAN.D0_min, DURAN.D0_max, DURAN.density, area)
        exact = etm.heat_capacity.ats(T, B, ats, levels=3)
        errors.append(np.abs(exact / effective - 1).max())
    assert errors[0] < 0.1
    assert errors[1] < errors[0] / 5
    assert errors[2] < errors[1] / 5
    assert errors[2] < 1e-3


def test_additivity():
    T, B = np.array([[0.1], [3.0]]), np.array([0.0, 0.3, 2.0])
    first, second, both = (etm.ATS(0.3, 5e4, 2.5e5, density, 4e4) for density in (2e16, 3e16, 5e16))
    for levels in (2, 3):
        parts = [etm.heat_capacity.ats(T, B, ats, levels=levels) for ats in (first, second)]
        together = etm.heat_capacity.ats(T, B, both, levels=levels)
        np.testing.assert_allclose(parts[0] + parts[1], together, rtol=1e-13)
    lower, upper, whole = (
        etm.heat_capacity.ats(T, B, etm.ATS(0.3, low, high, 5e16))
        for low, high in ((5e4, 9e4), (9e4, 2.5e5), (5e4, 2.5e5))
    )
    np.testing.assert_allclose(lower + upper, whole, rtol=1e-11)
    ions = [etm.heat_capacity.paramagnet(T, B, n, 2) for n in (1e17, 2e17, 3e17)]
    np.testing.assert_allclose(ions[0] + ions[1], ions[2], rtol=1e-14)
