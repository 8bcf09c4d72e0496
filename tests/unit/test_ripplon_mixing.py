"""Quantum mixing against diagonalisation, root search, quad and mpmath."""

import mpmath
import numpy as np
import pytest
from scipy import integrate

from etm import fast_centers, rfot, ripplon_mixing, ripplons

OMEGA, COPIES = ripplons.frequencies()
MODES = np.repeat(OMEGA, COPIES)
MIXING = 0.01 * np.sqrt(1 + np.arange(96) / 50)


def lowest_level(bare):
    """Upper level of the two, alone with its ripplons."""
    H = ripplon_mixing.hamiltonian(0.0, 0.0, MODES, MIXING)[1:, 1:]
    H[0, 0] = bare
    return np.linalg.eigvalsh(H)[0]


def test_matrix():
    H = ripplon_mixing.hamiltonian(0.2, 0.5, [1.0, 1.5], [0.1, -0.3])
    expected = [[0, 0.1, 0, 0], [0.1, 0.5, 0.1, -0.3], [0, 0.1, 1.0, 0], [0, -0.3, 0, 1.5]]
    np.testing.assert_array_equal(H, expected)


def test_dressed_bias_is_an_eigenvalue():
    bare = np.array([[-2.0, 0.0, 0.02], [0.1, 0.149, 3.0]])
    dressed = ripplon_mixing.dressed_bias(bare, MODES, MIXING)
    exact = [[lowest_level(e) for e in row] for row in bare]
    np.testing.assert_allclose(dressed, exact, atol=1e-13)
    back = ripplon_mixing.bare_bias(dressed, MODES, MIXING)
    np.testing.assert_allclose(back, bare, atol=1e-8)


def test_strong_mixing_is_an_eigenvalue_too():
    omega, mixing = np.array([1.0, 1.4]), np.array([0.9, -1.7])
    for bare in (-50.0, 0.3, 1.0, 80.0):
        H = ripplon_mixing.hamiltonian(0.0, bare, omega, mixing)[1:, 1:]
        dressed = ripplon_mixing.dressed_bias(bare, omega, mixing)
        assert dressed == pytest.approx(np.linalg.eigvalsh(H)[0], abs=1e-12)


@pytest.mark.parametrize("strength", [0.0, 1e-9, 1.0, 1e9])
def test_one_ripplon_repels_the_level(strength):
    """The lower root of (ε - x)(ω - x) = Δ²; at resonance it is ω - Δ."""
    omega, bare = 1.5, np.array([-3.0, 0.0, 1.4, 1.5, 1.6, 40.0])
    exact = (bare + omega) / 2 - np.hypot((bare - omega) / 2, strength)
    found = ripplon_mixing.dressed_bias(bare, [omega], [strength])
    np.testing.assert_allclose(found, exact, rtol=1e-14, atol=2e-15 * (1 + strength))


def test_smallest_bias_is_the_shift():
    shift = np.sum(MIXING**2 / MODES)
    assert ripplon_mixing.bare_bias(0.0, MODES, MIXING) == pytest.approx(shift, rel=1e-13)
    assert ripplon_mixing.dressed_bias(shift, MODES, MIXING) == pytest.approx(0, abs=1e-14)
    assert ripplon_mixing.dressed_bias(0.5 * shift, MODES, MIXING) < 0


def test_slope_is_the_derivative_and_the_weight_of_the_level():
    dressed = np.array([-0.1, 0.0, 0.05, 0.13])
    slope = ripplon_mixing.dressed_slope(dressed, MODES, MIXING)
    step = 1e-6
    ends = [ripplon_mixing.bare_bias(dressed + k * step, MODES, MIXING) for k in (-1, 1)]
    np.testing.assert_allclose(slope, (ends[1] - ends[0]) / (2 * step), rtol=1e-7)
    for value, e in zip(slope, dressed, strict=True):
        bare = ripplon_mixing.bare_bias(e, MODES, MIXING)
        H = ripplon_mixing.hamiltonian(0.0, bare, MODES, MIXING)[1:, 1:]
        vector = np.linalg.eigh(H)[1][:, 0]
        assert 1 / value == pytest.approx(vector[0] ** 2, rel=1e-10)


def test_levels_of_the_whole_matrix():
    """While Δ is small, E² = Δ̃² + ε̃² with Δ̃² = Δ²/slope."""
    amplitude, bare = 1e-4, ripplon_mixing.bare_bias(2e-4, MODES, MIXING)
    levels = np.linalg.eigvalsh(ripplon_mixing.hamiltonian(amplitude, bare, MODES, MIXING))[:2]
    slope = ripplon_mixing.dressed_slope(0.0, MODES, MIXING)
    expected = np.hypot(2e-4, amplitude / np.sqrt(slope))
    assert levels[1] - levels[0] == pytest.approx(expected, rel=1e-5)


def test_mixing_constants():
    assert ripplon_mixing.mixing_constant(OMEGA, COPIES) == pytest.approx(np.sum(1 / MODES))
    second = ripplon_mixing.mixing_constant(OMEGA, COPIES, 2)
    assert second == pytest.approx(np.sum(1 / MODES**2))
    with pytest.raises(ValueError, match=r"^power = 0: must be a whole number >= 1$"):
        ripplon_mixing.mixing_constant(OMEGA, COPIES, 0)


@pytest.mark.parametrize("B", [1e-3, 1.0, 229.0, 702.0])
@pytest.mark.parametrize("bare", [1e-9, 1e-3, 0.1, 1.0, 1e3])
def test_renormalized_amplitude_by_root_search(B, bare):
    found = ripplon_mixing.renormalized_amplitude(bare, B)
    with mpmath.workdps(30):
        start = mpmath.log(mpmath.mpf(found) / bare)
        root = mpmath.findroot(lambda u: u + B * (bare * mpmath.exp(u)) ** 2 / 2, start)
        exact = bare * mpmath.exp(root)
    assert found == pytest.approx(float(exact), rel=1e-13)
    assert ripplon_mixing.renormalized_amplitude(0.0, B) == 0


SPREADS = [(0.0, 1e-7, 0.1), (0.1, 1e-7, 0.1), (0.9, 1e-4, 0.5), (1.5, 1e-3, 1.0)]


@pytest.mark.parametrize(("c", "low", "high"), SPREADS)
def test_normalization_by_quad(c, low, high):
    B, T_g = 229.0, 4.4

    def weight(y):
        D = np.exp(y)
        bias = integrate.quad(lambda e: np.exp(-e / T_g) / T_g, 0, 60 * T_g, epsabs=1e-13)[0]
        return (high / D) ** c * (B * D**2 / T_g + bias)

    whole = integrate.quad(weight, np.log(low), np.log(high), epsrel=1e-12)[0]
    found = fast_centers.normalization(B, T_g, c, low, high)
    assert found == pytest.approx(1 / whole, rel=1e-10)


@pytest.mark.parametrize("c", [0.0, 0.1, 1.0, 1.7])
def test_ordinary_scatterers_by_quad(c):
    for low, E in ((1e-6, 0.01), (0.3, 0.5), (0.1, 0.1000001), (0.2, 0.1)):
        start, exact = np.arcsin(min(low / E, 1)), 0.0
        if low < E:
            ends = [start, min(start + 0.1, 1.5), mpmath.pi / 2]
            exact = mpmath.quad(lambda y: mpmath.sin(y) ** (1 - c), ends)
        found = fast_centers.ordinary_scatterers(E, c, low)
        assert found == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


def test_mean_free_path_by_the_golden_rule():
    """∫∫ of π (a/ξ)³ T_g ξ³ n Δ²/E δ(E - √(ε² + Δ²)), a third of it for the polarisations."""
    B, T_g, c, low, high, E, length = 229.0, 4.4, 0.1, 1e-4, 0.5, 0.01, 5.8
    A = fast_centers.normalization(B, T_g, c, low, high)
    slow = integrate.quad(  # Δ = E sin y; e^{-ε/T_g} is one here, as in the paper
        lambda y: (high / (E * np.sin(y))) ** c / np.sin(y) * np.sin(y) ** 2 * E,
        np.arcsin(low / E), np.pi / 2, epsrel=1e-11,
    )[0]  # fmt: skip
    fast = (high / E) ** c / E * B * E**2 * E
    rate = np.pi / 3 * A * length**-3 * (fast + slow)
    found = fast_centers.mean_free_path(E, B, T_g, c, low, high, length)
    assert found == pytest.approx(E / (2 * np.pi * rate), rel=1e-9)
    warm = fast_centers.mean_free_path(E, B, T_g, c, low, high, length, T=0.02)
    assert warm == pytest.approx(found / np.tanh(0.25), rel=1e-13)


@pytest.mark.parametrize("saturated", [False, True])
@pytest.mark.parametrize("B", [0.0, 229.0])
def test_conductivity_by_quad(B, saturated):
    args = (B, 4.4, 0.1, 1e-7, 0.1)
    T = np.array([[1e-4], [0.01]])
    found = fast_centers.conductivity(T, *args, saturated=saturated)
    assert found.shape == (2, 1)
    for t, value in zip(T[:, 0], found[:, 0], strict=True):

        def integrand(s, t=t):  # x = e^{s²} Δ_min/T takes the root at Δ_min away
            x = 1e-7 / t * np.exp(s * s)
            path = fast_centers.mean_free_path(x * t, *args, T=t if saturated else None)
            return x**4 / (4 * np.sinh(x / 2) ** 2) * path * 2 * s

        end = np.sqrt(np.log(40 * t / 1e-7))
        edges = np.append([1e-6], np.linspace(0.2, 1, 7) * end)
        exact = t**2 * sum(
            integrate.quad(integrand, a, b, epsabs=1e-16, epsrel=1e-11)[0]
            for a, b in zip(edges[:-1], edges[1:], strict=True)
        )
        assert value == pytest.approx(exact, rel=2e-9)


@pytest.mark.parametrize("c", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("tT3", [1e-8, 1e-3, 1.0, 1e6, 1e20])
def test_heat_of_fast_systems_by_quad(tT3, c):
    T, T_g = 0.01, 4.4

    def too_slow(v):  # ln of (rate times t)
        return float(np.log(rfot.fastest_rate(T * np.exp(v), T, T_g) * tT3 / T**3))

    low, high = -200.0, 30.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if too_slow(middle) < 0 else (low, middle)
    first = np.exp(high)
    edges = [first + s for s in (0, 0.5, 2, 8, 20, 60)]
    exact = sum(
        integrate.quad(lambda x: x ** (3 - c) * np.exp(-x) / (1 + np.exp(-x)) ** 2, a, b,
                       epsabs=0, epsrel=1e-12)[0]
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    )  # fmt: skip
    found = fast_centers.heat_capacity_factor(tT3, c, T_g)
    assert found == pytest.approx(exact, rel=1e-9)


def test_shapes():
    x = np.full((2, 3), 0.01)
    for call in (
        lambda x: ripplon_mixing.bare_bias(x, MODES, MIXING),
        lambda x: ripplon_mixing.dressed_bias(x, MODES, MIXING),
        lambda x: ripplon_mixing.dressed_slope(x, MODES, MIXING),
        lambda x: ripplon_mixing.renormalized_amplitude(x, 3.0),
        lambda x: fast_centers.ordinary_scatterers(x, 0.1, 1e-4),
        lambda x: fast_centers.mean_free_path(x, 9.0, 4.4, 0.1, 1e-4, 0.5),
        lambda x: fast_centers.conductivity(x, 9.0, 4.4, 0.1, 1e-4, 0.5),
        lambda x: fast_centers.heat_capacity_factor(x, 0.1, 4.4),
    ):
        assert isinstance(call(0.01), float)
        np.testing.assert_allclose(call(x), np.full((2, 3), call(0.01)), rtol=1e-14)
        assert call(np.empty((0, 2))).shape == (0, 2)
