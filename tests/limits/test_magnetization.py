"""The magnetization in its limits: cold and hot, weak and strong fields, ions, vanishing numbers."""

import mpmath
import numpy as np
import pytest

import etm
from etm import magnetization
from etm.ensembles import ORIENTATIONS
from etm.scaling import number_ratio, number_ratio_two_states, scaled
from etm.units import BOHR_MAGNETON, BOLTZMANN, PHASE_ENERGY

BK7 = etm.ATS(2.671e-2, 2.717e5, 2.925e5, 1.352e16)
"""Jug & Recchia 2021, Table 3."""

SPREAD = np.pi / 6 * BK7.density * BOLTZMANN * PHASE_ENERGY**2 * (BK7.D0_max**2 - BK7.D0_min**2)
"""χ over ∫ tanh(E/2T) dE/E²."""

PER_SYSTEM = 2 * np.pi * BK7.density * BOLTZMANN


def logarithm_constant():
    """∫ tanh(x)/x² dx from ε, less ln 1/ε, as ε → 0: the 0.790494638… of the hot limit."""
    with mpmath.workdps(30):
        head = mpmath.quad(lambda x: (mpmath.tanh(x) / x - 1) / x, [0, 0.3, 1])
        tail = mpmath.quad(lambda x: (mpmath.tanh(x) - 1) / x**2, [1, 3, 10, 60])
        return float(head + tail + 1)


def test_constant_of_the_logarithm():
    """1 - γ - ln 2 + 4 η'(-1), with η'(-1) = -3 ζ'(-1) - ln 2/3."""
    with mpmath.workdps(30):
        eta = -3 * mpmath.zeta(-1, derivative=1) - mpmath.log(2) / 3
        closed = 1 - mpmath.euler - mpmath.log(2) + 4 * eta
    assert logarithm_constant() == pytest.approx(0.7904946382, abs=5e-11)
    assert float(closed) == pytest.approx(logarithm_constant(), rel=1e-14)


def test_cold_susceptibility():
    """1/D_min, approached exponentially."""
    T = BK7.D_min / np.array([10.0, 20.0, 60.0, 1e6])
    left = 1 - magnetization.ats_susceptibility(T, BK7) * BK7.D_min / SPREAD
    # tanh(E/2T) = 1 - 2 e^{-E/T}, and ∫ 2 e^{-E/T} dE/E² = 2 T/D_min² e^{-D_min/T}
    gone = 2 * T / BK7.D_min * np.exp(-BK7.D_min / T)
    assert left[0] == pytest.approx(gone[0], rel=0.2)
    assert left[1] == pytest.approx(gone[1], rel=0.1)
    np.testing.assert_allclose(left[2:], 0, atol=1e-14)


def test_hot_susceptibility():
    """[ln(2T/D_min) + 0.790494638…]/2T; the next term is (D_min/2T)²/6 beside the bracket."""
    T = BK7.D_min * np.array([1e2, 1e3, 1e4, 1e7])
    bracket = np.log(2 * T / BK7.D_min) + logarithm_constant()
    found = 2 * T * magnetization.ats_susceptibility(T, BK7) / SPREAD
    np.testing.assert_allclose(found[1:], bracket[1:], rtol=1e-7)
    np.testing.assert_allclose(found, bracket, rtol=1e-5)
    assert found[0] - bracket[0] == pytest.approx((BK7.D_min / T[0] / 2) ** 2 / 6, rel=1e-3)


@pytest.mark.parametrize("T", [1e-3, 0.1, 10.0])
def test_weak_fields(T):
    """M = χB, F = -χB²/2, S = χ'B²/2; facing loops respond three times more; then B³ falls."""
    B = 1e-4 * max(T, BK7.D_min) / (PHASE_ENERGY * BK7.D0_max)
    chi = magnetization.ats_susceptibility(T, BK7)
    for orientation, times in zip(ORIENTATIONS, (1, 3, 1), strict=True):
        M = magnetization.ats(T, B, BK7, orientation)
        assert M / B == pytest.approx(times * chi, rel=1e-6)
        assert M / B < times * chi
        F = magnetization.free_energy(T, B, BK7, orientation)
        assert F == pytest.approx(-times * chi * B**2 / 2, rel=1e-6)
    h = 1e-3
    hotter, colder = (magnetization.ats_susceptibility(T * np.exp(k * h), BK7) for k in (1, -1))
    slope = (hotter - colder) / (2 * h * T)
    S = magnetization.entropy(T, B, BK7)
    assert S == pytest.approx(slope * B**2 / 2, rel=1e-4, abs=1e-17 * PER_SYSTEM)
    M = magnetization.ats(T, np.array([1, 10]) * B, BK7)
    lost = 1 - M / (chi * np.array([1, 10]) * B)
    assert lost[1] / lost[0] == pytest.approx(100, rel=0.01)


def cold_moment(s):
    """2 ∫ds/s of the ground states' ½ s arsinh(s/D_min), the integral over D of s²/2E."""
    return s * np.arcsinh(s / BK7.D_min) - np.hypot(s, BK7.D_min)


@pytest.mark.parametrize("B", [1e-3, 0.03, 1.0, 7.0])
def test_ground_state(B):
    """T << D_min: arsinh in closed form for facing loops, at any field."""
    a, b = BK7.field_energies(B, "parallel")
    exact = PER_SYSTEM / (2 * B) * (cold_moment(b) - cold_moment(a))
    found = magnetization.ats(BK7.D_min / 60, B, BK7, "parallel")
    assert found == pytest.approx(exact, rel=1e-9)


def test_strong_fields():
    """s >> D_min, T: the moment grows as the logarithm of B, half of it for averaged directions."""
    T, B = 0.01, np.array([1e2, 1e4])
    a, b = BK7.field_energies(B, "parallel")

    def filled(s):
        return s * np.log(2 * s / BK7.D_min) - s

    facing = PER_SYSTEM / (2 * B) * (filled(b) - filled(a))
    # the mean of c ln(c x) over 0 < c < 1 is ln(x)/2 - 1/4
    averaged = facing / 2 - PER_SYSTEM / (8 * B) * (b - a)
    found = magnetization.ats(T, B, BK7, "parallel")
    np.testing.assert_allclose(found, facing, rtol=1e-6)
    np.testing.assert_allclose(magnetization.ats(T, B, BK7), averaged, rtol=1e-6)
    growth = np.diff(found) / np.log(100)
    per_decade = PER_SYSTEM / 2 * PHASE_ENERGY * (BK7.D0_max - BK7.D0_min)
    assert growth == pytest.approx(per_decade, rel=1e-6)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_entropy_vanishes_cold_and_hot(orientation):
    """A third law: e^{-D_min/T} when cold; the field moves no entropy where kT is far above all gaps."""
    B = 1.0
    S = magnetization.entropy(BK7.D_min / np.array([5.0, 10.0, 100.0, 1e3]), B, BK7, orientation)
    slope = np.log(S[1] / S[0]) / 5
    assert slope == pytest.approx(-1, abs=0.05)
    assert abs(S[2]) < 1e-40
    assert S[3] == 0
    hot = magnetization.entropy([1e4, 1e5], B, BK7, orientation)
    assert np.all(hot < 0)
    assert hot[1] / hot[0] == pytest.approx(1e-2, rel=0.2)


@pytest.mark.parametrize("J", [2.0, 2.5])
def test_ions(J):
    """Curie's law at z << 1 with the next term of Brillouin's function, saturation at z >> 1."""
    n, g, T = 1e17, 2.0, 4.0
    B = np.array([1e-3, 0.01])
    z = g * BOHR_MAGNETON * B / (BOLTZMANN * T)
    curie = n * g * BOHR_MAGNETON * J * (J + 1) * z / 3
    fall = 1 - magnetization.paramagnet(T, B, n, J, g) / curie
    bend = (2 * J * (J + 1) + 1) / 30  # z B_J = (J+1)/3J z - ...
    np.testing.assert_allclose(fall, bend * z**2, rtol=1e-3, atol=1e-12)
    top = n * g * BOHR_MAGNETON * J
    z = np.array([5.0, 10.0])
    B = z * BOLTZMANN * T / (g * BOHR_MAGNETON)
    left = 1 - magnetization.paramagnet(T, B, n, J, g) / top
    np.testing.assert_allclose(left, np.exp(-z) / J, rtol=0.01)
    assert magnetization.paramagnet(1e-3, 10.0, n, J, g) == pytest.approx(top, rel=1e-14)


def test_no_moment_is_left_when_the_number_falls_exponentially():
    """With N ∝ e^{-Δμ/T} χ has a maximum and vanishes as T → 0, faster than any power."""
    delta_mu, T0 = 0.319, 1.26

    def chi(T):
        return magnetization.ats_susceptibility(T, scaled(BK7, number_ratio(T, delta_mu, T0)))

    warm = np.geomspace(0.5, 30, 60)
    values = np.array([chi(T) for T in warm])
    top = values.argmax()
    assert 0 < top < warm.size - 1
    assert np.all(np.diff(values[: top + 1]) > 0)
    assert np.all(np.diff(values[top:]) < 0)
    cold = np.array([0.1, 0.05, 0.02])
    fallen = np.array([chi(T) for T in cold]) / values.max()
    assert np.all(fallen < (cold / T0) ** 4)
    # ln χ falls as -6 Δμ/T where D_min N << T, up to the logarithm
    slope = np.diff(np.log(fallen)) / np.diff(1 / cold)
    np.testing.assert_allclose(slope, -6 * delta_mu, rtol=0.1)


def test_the_other_law_ends_at_a_temperature():
    """With N = N0 (1 - Γ e^{E0/T}) χ vanishes as the sixth power of T - T*, at T* = E0/ln(1/Γ)."""
    E0, share = 0.319, 0.5
    last = E0 / np.log(1 / share)
    above = np.array([1e-3, 1e-2])
    ratios = number_ratio_two_states(last * (1 + above), E0, share)
    chi = [
        magnetization.ats_susceptibility(last * (1 + x), scaled(BK7, r))
        for x, r in zip(above, ratios, strict=True)
    ]
    power = np.log(chi[1] / chi[0]) / np.log(10)
    # χ is N^6 times the bracket of the hot limit, in which N stands below the logarithm
    bracket = np.log(2 * last * (1 + above) / ratios / BK7.D_min) + logarithm_constant()
    expected = 6 * np.log(ratios[1] / ratios[0]) + np.log(bracket[1] / bracket[0])
    expected -= np.log((1 + above[1]) / (1 + above[0]))
    assert power == pytest.approx(expected / np.log(10), rel=1e-6)
    assert 5.8 < power < 6
