"""Limits of the mosaic, its two-level systems and its ripplons."""

import numpy as np
import pytest
from scipy.special import zeta

from etm import rfot, ripplons

OMEGA, COPIES = ripplons.frequencies()


def log_slope(function, x, step=1e-3):
    high, low = function(x * np.exp(step)), function(x * np.exp(-step))
    return np.log(high / low) / (2 * step)


@pytest.mark.parametrize("exponent", [0.1, 0.3, 1.0])
def test_long_times_give_a_power_law(exponent):
    """Eq. 28: t^(c/2), and so T^(1+c/2) with T^(1-c) in front."""

    def factor(x):
        return rfot.heat_capacity_factor(x, exponent, 4.4)

    far = {0.1: 1e120, 0.3: 1e60, 1.0: 1e20}[exponent]
    assert log_slope(factor, far) == pytest.approx(exponent / 2, rel=1e-4)
    assert log_slope(factor, 1e-4) > exponent / 2 + 0.01


def test_long_times_without_spread_of_barriers_give_a_logarithm():
    """c = 0: ½ ln t times the heat capacity π²/6 of a flat density."""
    J = rfot.heat_capacity_factor([1e20, 1e21], 0.0, 4.4)
    assert np.diff(J)[0] == pytest.approx(np.log(10) / 2 * np.pi**2 / 6, rel=1e-9)


def test_short_times_give_nothing():
    J = rfot.heat_capacity_factor([1e-30, 1e-12, 1e-7, 1e-6], 0.1, 4.4)
    assert J[0] == 0
    assert J[1] == 0
    assert 0 < J[2] < 1e-3 * J[3] < 1e-9


def test_short_times_count_the_fastest_systems():
    """t ≪ τ_min at E = T: only x ≥ x0 = (9π T_g tT³)^(-1/3) relax, and J falls by e^(-x0)."""
    tT3 = np.array([1e-8, 1e-9])
    first = (9 * np.pi * 4.4 * tT3) ** (-1 / 3)
    J = rfot.heat_capacity_factor(tT3, 0.0, 4.4)
    assert np.all(J < first**2 * np.exp(-first))
    expected = first**2 * np.exp(-first) * np.sqrt(3 / first) * np.sqrt(np.pi) / 2
    np.testing.assert_allclose(J, expected, rtol=0.1)


def test_cold_and_hot_systems_relax():
    """coth(E/2T): E³ far above T, 2T E² far below."""
    assert rfot.fastest_rate(1.0, 1e-3, 4.4) == pytest.approx(9 * np.pi * 4.4, rel=1e-14)
    hot = rfot.fastest_rate(1e-4, 10.0, 4.4) / (9 * np.pi * 4.4 * 2 * 10.0 * 1e-8)
    assert hot == pytest.approx(1, rel=1e-10)


def test_strong_liquids_follow_arrhenius():
    """D ≫ ln τ: T_K goes to zero and m to 17."""
    mosaic = rfot.Mosaic()
    assert rfot.fragility_index(1e9, mosaic) == pytest.approx(17, rel=1e-6)
    T = np.array([0.5, 1.0, 2.0])
    log_time = rfot.log_relaxation_time(T, 1e9, mosaic)
    np.testing.assert_allclose(log_time * T, mosaic.log_time, rtol=1e-6)


def test_phonons():
    """12π⁴T³/5 in the cold, 3 - 3/20T² in the heat."""
    T = np.array([1e-4, 0.01, 0.02])
    np.testing.assert_allclose(ripplons.debye(T), 12 * np.pi**4 / 5 * T**3, rtol=1e-11)
    assert ripplons.debye(20.0) == pytest.approx(3 - 3 / (20 * 20.0**2), rel=1e-7)


@pytest.mark.parametrize("T_g", [0.5, 4.4, 50.0])
def test_without_ripplons_two_level_systems_are_left(T_g):
    """Far below the lowest ripplon (π²/3) T/T_g and the next order, half with a normalised n(ε)."""
    for T in (1e-6, 1e-4, 1e-3 * min(T_g, 1.0)):
        law = np.pi**2 / 3 * T / T_g * (1 - 27 * zeta(3) / np.pi**2 * T / T_g)
        cold = ripplons.bump(T, T_g, OMEGA, COPIES)
        assert cold == pytest.approx(law, rel=30 * (T / T_g) ** 2)
        half = ripplons.bump(T, T_g, OMEGA, COPIES, both_signs=False)
        assert half == pytest.approx(cold / 2, rel=1e-14)


def test_a_hot_domain_carries_all_ripplons():
    """k_B for each of 96, for both signs of ε."""
    assert ripplons.bump(1e5, 4.4, OMEGA, COPIES) == pytest.approx(192, rel=1e-6)
    energy = np.array([-1.0, 0.0, 5.0])
    hot = ripplons.domain_heat_capacity(energy, 1e5, OMEGA, COPIES)
    np.testing.assert_allclose(hot, 96, rtol=1e-6)


def test_a_domain_that_has_gone_over_and_one_that_has_not():
    """ε → -∞: free ripplons; ε → +∞: nothing."""
    T = 0.1
    x = OMEGA / T
    free = COPIES @ (x / (2 * np.sinh(x / 2))) ** 2
    ends = ripplons.domain_heat_capacity([-100.0, 100.0], T, OMEGA, COPIES)
    assert ends[0] == pytest.approx(free, rel=1e-13)
    assert 0 <= ends[1] < 1e-300


@pytest.mark.parametrize("T_g", [2.0, 4.4])
def test_cold_conductivity_rises_as_the_square(T_g):
    """6ζ(3)(1 + 150) T², from two-level systems alone."""
    T = np.array([1e-6, 1e-5, 1e-4])
    law = 6 * zeta(3) * 151 * T**2
    np.testing.assert_allclose(ripplons.conductivity(T, T_g, OMEGA, COPIES), law, rtol=1e-3)
    assert ripplons.conductivity(1e-6, T_g, OMEGA, COPIES) == pytest.approx(law[0], rel=3e-6)
    short = ripplons.conductivity(1e-6, T_g, OMEGA, COPIES, path=1e-9)
    assert short == pytest.approx(law[0] / 151, rel=1e-6)


def test_many_ripplons_leave_a_wavelength():
    """l = λ, the limit of Ioffe and Regel: κ/K goes to 1/2 at high temperature."""
    hot = ripplons.conductivity(40.0, 40.0, OMEGA, COPIES)
    assert hot == pytest.approx(0.5, rel=1e-3)
    assert hot == pytest.approx(0.5 - 1 / (48 * 40.0**2), rel=1e-9)


def test_stiff_walls_leave_two_level_systems():
    """Ripplons far above the Debye frequency do not scatter: l/λ = 1 + 150 e^(ω/T_g)."""
    T, T_g = 0.2, 4.4
    w, step = np.linspace(0, 1, 20001, retstep=True)
    x = w[1:] / T
    integrand = x**3 / (4 * np.sinh(x / 2) ** 2) * (1 + 150 * np.exp(w[1:] / T_g))
    direct = T * step * (integrand.sum() - integrand[-1] / 2)
    assert ripplons.conductivity(T, T_g, 100 * OMEGA, COPIES) == pytest.approx(direct, rel=1e-8)


def test_no_states_below_the_lowest_ripplon():
    """There ρ T_g is e^(-ω/T_g), and absorption from excited states waits for S - ω ~ T."""
    states = ripplons.multisets(OMEGA, COPIES, 1.0)
    w = np.linspace(0.01, 0.99 * OMEGA[0], 7)
    np.testing.assert_allclose(
        ripplons.scattering_states(w, 4.4, states), np.exp(-w / 4.4), rtol=1e-13
    )
    assert np.all(ripplons.excited_states(w, 1e-5, 4.4, states) < 1e-60)
    near = ripplons.excited_states(OMEGA[0] * (1 - 1e-12), 1e-3, 4.4, states)
    assert near == pytest.approx(COPIES[0], rel=1e-6)
