"""Relaxational sound change against a plain double integral."""

import numpy as np
import pytest
from scipy import constants, integrate
from scipy.special import zeta

from etm import relaxational, rfot


def test_rate_in_si_units():
    """3g²Δ²E coth(E/2T)/(2πρc⁵ħ⁴) with g² = ρc²a³k_BT_g and ω_D = (6π²)^(1/3) c/a."""
    rho, c, T_D, T_g = 2200.0, 4100.0, 342.0, 1500.0
    w_D = constants.k * T_D / constants.hbar
    a = (6 * np.pi**2) ** (1 / 3) * c / w_D
    E, D, T = (x * constants.k * T_D for x in (0.01, 0.004, 0.02))
    g2 = rho * c**2 * a**3 * constants.k * T_g
    rate = 3 * g2 * D**2 * E / np.tanh(E / (2 * T)) / (2 * np.pi * rho * c**5 * constants.hbar**4)
    found = relaxational.relaxation_rate(0.01, 0.004, 0.02, T_g / T_D)
    assert found * w_D == pytest.approx(rate, rel=1e-12)
    fastest = relaxational.relaxation_rate(0.01, 0.01, 0.02, 4.4)
    assert fastest == pytest.approx(rfot.fastest_rate(0.01, 0.02, 4.4), rel=1e-15)


@pytest.mark.parametrize("frequency", [1e-12, 1e-7, 1e-4, 1e-2])
@pytest.mark.parametrize("T", [1e-3, 0.03])
def test_sound_change_by_two_integrals(frequency, T):
    T_g = 4.4

    def over_amplitudes(E):
        q = frequency / float(rfot.fastest_rate(E, T, T_g))
        turn = np.log(np.sqrt(q))
        edges = np.unique(np.clip([turn - 12, turn - 2, turn, turn + 2, -2.0, 0.0], -60, 0))
        return sum(
            integrate.quad(lambda y: np.sqrt(-np.expm1(2 * y)) / (1 + (q * np.exp(-2 * y)) ** 2),
                           a, b, epsabs=1e-13, epsrel=1e-11, limit=200)[0]
            for a, b in zip(edges[:-1], edges[1:], strict=True)
        )  # fmt: skip

    x, weights = np.polynomial.legendre.leggauss(150)
    E = T * 40 * ((x + 1) / 2) ** 2
    dE = T * 40 * weights * (x + 1) / 2
    inner = np.array([over_amplitudes(e) for e in E])
    exact = -0.5 * np.sum(dE / T / np.cosh(E / (2 * T)) ** 2 * inner)
    found = relaxational.sound_change(frequency, T, T_g)
    assert found == pytest.approx(exact, rel=1e-6)


def test_slow_sound_gains_half_a_logarithm():
    w = np.array([1e-30, 1e-31])
    change = relaxational.sound_change(w, 0.03, 4.4)
    assert change[0] - change[1] == pytest.approx(np.log(10) / 2, rel=1e-9)
    assert np.all(change < 0)


def test_shapes_and_bad_input():
    found = relaxational.sound_change(np.full((2, 1), 1e-6), np.full(3, 0.1), 4.4)
    assert found.shape == (2, 3)
    assert isinstance(relaxational.sound_change(1e-6, 0.1, 4.4), float)
    assert isinstance(relaxational.relaxation_rate(0.1, 0.1, 0.1, 4.4), float)
    with pytest.raises(ValueError, match=r"^amplitude = 0.2: must not exceed E$"):
        relaxational.relaxation_rate(0.1, 0.2, 0.1, 4.4)


def test_temperatures_and_amplitudes_that_do_not_fit_together_are_named():
    with pytest.raises(ValueError, match="rate"):
        relaxational.relaxation_rate(0.02, [0.01, 0.02], [0.1, 0.2, 0.3], 4.4)


@pytest.mark.parametrize("T", [1e-5, 1e-3])
def test_fast_sound_feels_the_square_of_the_rates(T):
    """ω τ_min ≫ 1: -½ ∫ dx (9π T_g T³ x³ coth(x/2)/ω)² (2/15) / cosh²(x/2), where ∫ is 4 · 6! ζ(6)."""
    T_g, frequency = 4.4, np.array([1e-2, 1.0, 1e3])
    rate = 9 * np.pi * T_g * T**3 / frequency
    law = -(rate[1:] ** 2) / 15 * 2880 * zeta(6)
    found = relaxational.sound_change(frequency, T, T_g)
    np.testing.assert_allclose(found[1:], law, rtol=2e-8)
    assert found[2] == pytest.approx(law[1], rel=1e-12)


@pytest.mark.parametrize("T", [1e-3, 0.03, 1.0])
def test_slow_sound_in_closed_form(T):
    """ω τ_min ≪ 1: what is left of the integral over Δ is ½ ln(4/ωτ_min) - 1 to 1e-11."""
    T_g, frequency = 4.4, 1e-26
    unit = frequency / (9 * np.pi * T_g * T**3)

    def integrand(x):
        inner = 0.5 * np.log(4 * x**3 / np.tanh(x / 2) / unit) - 1
        return -0.5 * inner / np.cosh(x / 2) ** 2

    edges = [0, 1e-3, 1, 5, 20, 90]
    exact = sum(
        integrate.quad(integrand, a, b, epsabs=1e-13, epsrel=1e-13, limit=200)[0]
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    )
    assert relaxational.sound_change(frequency, T, T_g) == pytest.approx(exact, rel=1e-11)
