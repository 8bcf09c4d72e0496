"""Ripplons: exact counting, heat capacity and conductivity against plain sums and integrals."""

from itertools import product

import mpmath
import numpy as np
import pytest
from scipy import integrate

from etm import ripplons

OMEGA, COPIES = ripplons.frequencies()
COARSE, COPIES_COARSE = np.array([0.15, 0.25, 0.3, 0.4]), np.array([5, 7, 9, 11])
"""Frequencies in multiples of 0.05: all their sums lie on one grid."""
SMALL = np.array([0.3, 0.45, 0.7]), np.array([2, 3, 1])


def one_by_one(omega, copies, highest):
    """Energies of all occupations, each mode with its own number of quanta."""
    modes = np.repeat(omega, copies)
    numbers = product(*(range(int(highest / w + 1e-9) + 1) for w in modes))
    energies = np.array([n @ modes for n in map(np.array, numbers)])
    return np.sort(energies[energies <= highest])


def on_grid(omega, copies, step, highest):
    """The same for multiples of a step: the generating function ∏ (1 - z^k)^(-copies)."""
    counts = np.zeros(round(highest / step) + 1)
    counts[0] = 1
    for w, g in zip(omega, copies, strict=True):
        k = round(w / step)
        for _ in range(g):
            for first in range(k):
                counts[first::k] = np.cumsum(counts[first::k])
    return step * np.arange(counts.size), counts


def plain_conductivity(T, T_g, energies, counts, path=150.0, n=10):
    """κ/K of eq. 48 with every state in the sums, panel by panel between the kinks."""
    end = min(1.0, 50 * T)
    edges = np.concatenate([np.arange(0, end, T / 2), energies[energies < end], [end]])
    edges = np.unique(np.round(edges, 13))
    x, weights = np.polynomial.legendre.leggauss(n)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        w = (low + high) / 2 + (high - low) / 2 * x
        middle = (low + high) / 2
        below, above = energies < middle, energies > middle
        up = (energies[above] - middle)[None, :]
        shift = (w - middle)[:, None]
        tail = np.exp(-up / T) * np.exp(shift / T)
        excited = 2 * np.exp(-up / T_g) * np.exp(shift / T_g) * tail / (1 + tail)
        scatterers = excited @ counts[above]
        scatterers += np.exp(-w / T_g) * (counts[below] @ np.exp(energies[below] / T_g))
        y = w / T
        kernel = y**3 / (4 * np.sinh(y / 2) ** 2)
        total += (high - low) / 2 * np.sum(weights * kernel * (1 + path / scatterers))
    return T * total


def test_frequencies():
    """Eq. 33 with the coefficient 2√(27L/32) (4π/3)^(5/12) / (6π²)^(1/3), L = ln(100/πe)."""
    factor = 2 * np.sqrt(27 * np.log(100 / (np.pi * np.e)) / 32)
    factor *= (4 * np.pi / 3) ** (5 / 12) / (6 * np.pi**2) ** (1 / 3)
    assert pytest.approx(factor, abs=5e-7) == ripplons.COEFFICIENT
    omega, copies = ripplons.frequencies(3.0, 5)
    order = np.array([2, 3, 4, 5])
    law = factor * 3.0**-1.25 * np.sqrt((order - 1) * (order + 2)) / 2
    np.testing.assert_allclose(omega, law, rtol=5e-7)
    np.testing.assert_array_equal(copies, [5, 7, 9, 11])
    assert copies.dtype.kind == "i"
    assert OMEGA.shape == (8,)
    assert COPIES.sum() == 96
    assert ripplons.frequencies(l_max=2)[1].tolist() == [5]
    np.testing.assert_array_equal(OMEGA, ripplons.frequencies(5.8, 9)[0])


@pytest.mark.parametrize("highest", [0.1, 0.3, 0.9, 1.6])
def test_multisets_against_counting_one_by_one(highest):
    energies, counts = ripplons.multisets(*SMALL, highest)
    assert np.all(np.diff(energies) >= 0)
    assert energies[0] == 0
    plain = one_by_one(*SMALL, highest)
    assert counts.sum() == plain.size
    for limit in np.linspace(0, highest, 40) + 1e-3:
        assert counts[energies <= limit].sum() == np.count_nonzero(plain <= limit)


def test_multisets_against_the_generating_function():
    grid, exact = on_grid(COARSE, COPIES_COARSE, 0.05, 3.0)
    energies, counts = ripplons.multisets(COARSE, COPIES_COARSE, 3.01)
    found = np.bincount(np.round(energies / 0.05).astype(int), counts, minlength=grid.size)
    np.testing.assert_allclose(found, exact, rtol=1e-13)


@pytest.mark.parametrize("T", [0.02, 0.04, 0.06])
def test_multisets_against_the_partition_function(T):
    """Cold enough that states above 3.5 do not count."""
    energies, counts = ripplons.multisets(OMEGA, COPIES, 3.5)
    closed = np.prod((-np.expm1(-OMEGA / T)) ** -COPIES.astype(float))
    assert counts @ np.exp(-energies / T) == pytest.approx(closed, rel=1e-10)


@pytest.mark.parametrize("T_g", [0.5, 4.4])
def test_scattering_states_against_counting_one_by_one(T_g):
    states = ripplons.multisets(*SMALL, 1.6)
    plain = one_by_one(*SMALL, 1.6)
    w = np.array([0.1, 0.299, 0.301, 0.8, 1.55])
    exact = [np.exp(-(x - plain[plain <= x]) / T_g).sum() for x in w]
    np.testing.assert_allclose(ripplons.scattering_states(w, T_g, states), exact, rtol=1e-13)


@pytest.mark.parametrize("T_g", [0.5, 4.4])
def test_excited_states_against_counting_one_by_one(T_g):
    states = ripplons.multisets(*SMALL, 1.6)
    plain = one_by_one(*SMALL, 1.6)
    w, T = np.array([0.1, 0.299, 0.301, 0.8, 1.55]), np.array([[0.005], [0.1], [3.0]])
    found = ripplons.excited_states(w, T, T_g, states)
    for row, t in zip(found, T[:, 0], strict=True):
        for value, x in zip(row, w, strict=True):
            up = plain[plain > x] - x
            exact = np.sum(np.exp(-up / T_g) * 2 / (np.exp(up / t) + 1))
            assert value == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("T_g", [2.0, 4.4])
@pytest.mark.parametrize(("T", "highest"), [(0.005, 1.6), (0.03, 2.6), (0.05, 3.4), (0.07, 4.0)])
def test_conductivity_with_all_states(T, highest, T_g):
    states = ripplons.multisets(OMEGA, COPIES, highest)
    exact = plain_conductivity(T, T_g, *states)
    assert ripplons.conductivity(T, T_g, OMEGA, COPIES) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("T_g", [2.0, 5.0])
@pytest.mark.parametrize("T", [0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0])
def test_hot_conductivity_with_all_states(T, T_g):
    """States up to 200 on a grid: at T = 2 the most important have energies of about 40."""
    states = on_grid(COARSE, COPIES_COARSE, 0.05, 200.0)
    exact = plain_conductivity(T, T_g, *states)
    found = ripplons.conductivity(T, T_g, COARSE, COPIES_COARSE)
    assert found == pytest.approx(exact, rel=1e-8)


def test_conductivity_by_quad():
    """With `scattering_states` and `excited_states` as they are, and another mean free path."""
    T, T_g, path = 0.04, 3.0, 20.0
    states = ripplons.multisets(*SMALL, 1 + 40 * T)

    def integrand(w):
        rho = ripplons.scattering_states(w, T_g, states)
        rho += ripplons.excited_states(w, T, T_g, states)
        return (w / T) ** 3 / (4 * np.sinh(w / 2 / T) ** 2) * (1 + path / rho)

    edges = [0.0, *np.unique(states[0][(states[0] > 0) & (states[0] < 1)]), 1.0]
    exact = T * sum(
        integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-11, limit=200)[0]
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    )
    assert ripplons.conductivity(T, T_g, *SMALL, path) == pytest.approx(exact, rel=1e-9)


def test_domain_heat_capacity_is_the_curvature_of_the_free_energy():
    """β² ∂²/∂β² of ln(1 + e^(-βε) ∏ (1 - e^(-βω))^(-copies)), in 40 digits."""

    def log_Z(beta, energy):
        modes = mpmath.fprod(
            (1 - mpmath.exp(-beta * w)) ** -int(g) for w, g in zip(OMEGA, COPIES, strict=True)
        )
        return mpmath.log(1 + mpmath.exp(-beta * energy) * modes)

    energy, T = np.array([-3.0, -0.2, 0.0, 0.5, 4.0]), np.array([[0.02], [0.1], [2.0]])
    found = ripplons.domain_heat_capacity(energy, T, OMEGA, COPIES)
    with mpmath.workdps(40):
        for row, t in zip(found, T[:, 0], strict=True):
            for value, e in zip(row, energy, strict=True):
                beta = 1 / mpmath.mpf(t)
                exact = beta**2 * mpmath.diff(lambda b, e=e: log_Z(b, mpmath.mpf(e)), beta, 2)
                assert value == pytest.approx(float(exact), rel=1e-10, abs=1e-80)


@pytest.mark.parametrize("T_g", [0.05, 2.0, 4.4, 100.0])
@pytest.mark.parametrize("T", [1e-4, 0.01, 0.0377, 0.3, 2.0, 20.0])
def test_bump_by_quad(T, T_g):
    """Warm and cold, below T_g and above."""
    turn = -T * np.sum(COPIES * np.log(-np.expm1(-OMEGA / T)))
    marks = np.concatenate([turn + T * np.array([-40, -8, -2, 0, 2, 8, 40]),
                            T_g * np.array([-40, -15, -5, -1, 0, 1, 5, 15, 40])])  # fmt: skip
    edges = np.unique(np.clip(marks, -40 * T_g, 40 * T_g))

    def integrand(e):
        heat = ripplons.domain_heat_capacity(e, T, OMEGA, COPIES)
        return heat * np.exp(-abs(e) / T_g) / T_g

    exact = sum(
        integrate.quad(integrand, a, b, epsabs=1e-300, epsrel=1e-11, limit=200)[0]
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    )
    assert ripplons.bump(T, T_g, OMEGA, COPIES) == pytest.approx(exact, rel=1e-10)


def test_a_free_path_of_150_wavelengths_unless_given():
    plain = ripplons.conductivity(0.03, 4.4, *SMALL)
    assert plain == ripplons.conductivity(0.03, 4.4, *SMALL, 150.0)


@pytest.mark.parametrize("T", [1e-3, 0.02, 0.1, 1.0, 30.0])
def test_debye_by_quad(T):
    edges = np.minimum([0, 1, 5, 20, 80], 1 / T)
    exact = sum(
        integrate.quad(lambda x: x**4 * np.exp(x) / np.expm1(x) ** 2 if x else 0.0, a, b,
                       epsabs=0, epsrel=1e-13)[0]
        for a, b in zip(edges[:-1], edges[1:], strict=True) if b > a
    )  # fmt: skip
    assert ripplons.debye(T) == pytest.approx(9 * T**3 * exact, rel=1e-11)


STATES = ripplons.multisets(OMEGA, COPIES, 1.5)
CALLS = {
    "domain": lambda x: ripplons.domain_heat_capacity(x - 1, x, OMEGA, COPIES),
    "bump": lambda x: ripplons.bump(x, 4.4, OMEGA, COPIES),
    "one sign": lambda x: ripplons.bump(x, 4.4, OMEGA, COPIES, both_signs=False),
    "debye": ripplons.debye,
    "scattering": lambda x: ripplons.scattering_states(x, 4.4, STATES),
    "excited": lambda x: ripplons.excited_states(x, x, 4.4, STATES),
    "conductivity": lambda x: ripplons.conductivity(x, 4.4, OMEGA, COPIES),
}


@pytest.mark.parametrize("name", CALLS)
def test_scalars_empty_arrays_and_point_by_point(name):
    call = CALLS[name]
    assert isinstance(call(np.float64(1)), float)
    assert call(np.empty((0, 3))).shape == (0, 3)
    x = np.array([[0.03, 0.2, 1.0], [0.5, 0.07, 0.9]])
    values = call(x)
    assert values.shape == x.shape
    single = [[call(y) for y in row] for row in x]
    np.testing.assert_allclose(values, single, rtol=1e-12)


def test_no_warning_and_no_nan_at_the_extremes():
    """Warnings are errors here."""
    T = np.array([1e-100, 1e-5, 1.0, 1e5, 1e100])
    for T_g in (1e-3, 4.4, 1e3):
        assert np.all(ripplons.bump(T, T_g, OMEGA, COPIES) >= 0)
        cold = T[T <= T_g]
        assert np.all(ripplons.conductivity(cold, T_g, OMEGA, COPIES) > 0)
    assert np.all(ripplons.domain_heat_capacity([-1e3, 0, 1e3], T[:, None], OMEGA, COPIES) >= 0)
    assert np.all(ripplons.debye(T) >= 0)
    assert np.all(ripplons.scattering_states([1e-9, 1.0], 1e-4, STATES) >= 0)
    assert np.all(ripplons.excited_states([1e-9, 1.0], 1e-9, 1e-4, STATES) >= 0)
