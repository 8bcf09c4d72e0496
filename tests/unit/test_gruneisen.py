"""Attraction of tunneling centers against perturbation theory, lattice sums, quad and mpmath."""

import mpmath
import numpy as np
import pytest
from scipy import constants, integrate

from etm import attraction, gruneisen, ripplons

MODES = ripplons.frequencies()
T_G, LENGTH = 4.4, 5.8


def second_order(energies_i, energies_j, coupling, T):
    """-δF/J² of two sites by thermal perturbation theory of second order."""
    total = np.add.outer(energies_i, energies_j).ravel()
    weight = np.exp(-total / T)
    gap = np.subtract.outer(total, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        kernel = np.where(gap == 0, 0, np.subtract.outer(weight, weight) / gap)
    return -0.5 * np.sum(np.abs(coupling) ** 2 * kernel) / weight.sum()


@pytest.mark.parametrize("T", [1e-3, 0.05, 0.7, 30.0])
@pytest.mark.parametrize(
    "gaps", [(0.3, 1.7), (1.7, 0.3), (1.0, 1.0), (1.0, 1.0 + 1e-7), (1e-6, 2.0), (50.0, 1e-3)]
)
def test_virtual_in_forty_digits(gaps, T):
    with mpmath.workdps(40):
        u, v = mpmath.mpf(gaps[0]), mpmath.mpf(gaps[1])
        if u == v:
            v += mpmath.mpf("1e-18")
        t = [x * mpmath.tanh(x / (2 * mpmath.mpf(T))) for x in (u, v)]
        exact = (t[0] - t[1]) / (u**2 - v**2)
    assert attraction.virtual(*gaps, T) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("T", [0.1, 0.5, 3.0])
def test_pairs_by_perturbation_theory(T):
    """Three levels and three, three and two, two and two, with the full coupling σσ."""
    e_i, e_j, w_i, w_j = 0.3, 0.5, 1.1, 1.7
    up, flip = np.zeros((3, 3)), np.array([[0, 1.0], [1, 0]])
    up[1, 2] = up[2, 1] = 1
    sites = np.array([0, e_i, e_i + w_i]), np.array([0, e_j, e_j + w_j])
    exact = second_order(*sites, np.kron(up, up), T)
    found = attraction.ripplon_attraction(e_i, e_j, w_i, w_j, T)
    assert found == pytest.approx(exact, rel=1e-9)
    exact = second_order(sites[0], np.array([0, e_j]), np.kron(up, flip), T)
    assert attraction.mixed_attraction(e_i, w_i, e_j, T) == pytest.approx(exact, rel=1e-9)
    exact = second_order(np.array([0, e_i]), np.array([0, e_j]), np.kron(flip, flip), T)
    assert attraction.virtual(e_i, e_j, T) == pytest.approx(exact, rel=1e-9)


def test_second_order_is_a_shift_of_the_free_energy():
    """Diagonalised with a small J."""
    e, w, T, J = (0.3, 0.5), (1.1, 1.7), 0.4, 1e-3
    up = np.zeros((3, 3))
    up[1, 2] = up[2, 1] = 1
    H = np.diag(np.add.outer([0, e[0], e[0] + w[0]], [0, e[1], e[1] + w[1]]).ravel())
    free = [
        -T * np.log(np.exp(-np.linalg.eigvalsh(H + j * np.kron(up, up)) / T).sum()) for j in (0, J)
    ]
    found = -attraction.ripplon_attraction(*e, *w, T) * J**2
    assert free[1] - free[0] == pytest.approx(found, rel=1e-5)


def shells(power=6):
    """∫ 4πr² dr (2/3)(3/4π)² r^-6 from the radius of a region, ξ = 1."""
    first = (3 / (4 * np.pi)) ** (1 / 3)
    whole = integrate.quad(lambda r: 4 * np.pi * r ** (2 - power), first, np.inf)[0]
    return 2 / 3 * (3 / (4 * np.pi)) ** 2 * whole


def test_attraction_of_ripplons_term_by_term():
    """½ n² Σ over pairs of modes, with J² averaged over all directions."""
    omega, copies = MODES
    total = sum(
        g * h / (v + w)
        for v, g in zip(omega, copies, strict=True)
        for w, h in zip(omega, copies, strict=True)
    )
    T = 1e-3
    active = integrate.quad(
        lambda e: np.exp(-e / T_G) / T_G / (1 + np.exp(e / T)), 0, 60 * T, epsrel=1e-12
    )[0]
    free = 0.5 * shells() * T_G**2 * LENGTH**-6 * active**2 * total
    found = attraction.ripplon_pairs(LENGTH, MODES) * T**2
    assert found == pytest.approx(free, rel=1e-3)  # e^{-ε/T_g} is one in the paper
    twice = attraction.ripplon_pairs(LENGTH, MODES, "twice")
    assert twice == pytest.approx(2 * attraction.ripplon_pairs(LENGTH, MODES), rel=1e-15)


@pytest.mark.parametrize("T_g", [0.05, 2.0, 4.4, 300.0])
def test_attraction_of_ripplons_and_two_level_systems(T_g):
    with mpmath.workdps(25):
        total = sum(
            int(g) * mpmath.quad(lambda y, w=w: mpmath.exp(-y) / (w / T_g + y),
                                 [0, min(w / T_g, 1), 5, 80])
            for w, g in zip(*MODES, strict=True)
        )  # fmt: skip
    T = 1.0  # n_active = ln2 T/T_g, linear in T
    free = shells() * T_g**2 * LENGTH**-6 * np.log(2) * T / T_g * float(total) / T_g
    assert attraction.mixed_pairs(LENGTH, T_g, MODES) == pytest.approx(free, rel=1e-9)


@pytest.mark.parametrize("ratio", [1e-9, 1e-3, 1.0, 9.0, 25.0, 99.9, 100.1, 150.0, 1e3, 1e6])
def test_one_ripplon_and_two_level_systems(ratio):
    """(2/3) ln 2 (a/ξ)⁶ eˣ E1(x) for one mode with x = ω/T_g, and 1/x where it is large."""
    with mpmath.workdps(25):
        exact = float(mpmath.hyperu(1, 1, ratio))
    one = np.array([1.3 * ratio]), np.array([1.0])
    found = attraction.mixed_pairs(2.0, 1.3, one) / (2 / 3 * np.log(2) / 2**6)
    assert found == pytest.approx(exact, rel=1e-13)


def test_closed_form_is_an_integral_over_the_wall():
    """2l for 2l + 1, ω_l ∝ l/2 and the two leading orders, from l = 0 to l_max."""
    top = np.pi * (3 / (4 * np.pi)) ** (1 / 3) * LENGTH
    slope = 1.342857 * LENGTH**-1.25 / 2

    def summand(order):
        return 2 * order * (np.log(T_G / (slope * order)) - np.euler_gamma)

    total = integrate.quad(summand, 0, top)[0]
    found = attraction.mixed_pairs(LENGTH, T_G)
    assert found == pytest.approx(2 / 3 * np.log(2) * LENGTH**-6 * total, rel=1e-10)


def test_printed_forms():
    volume = -3.0 * np.log(2) ** 2 * np.pi**2 * LENGTH**-1.75
    pairs = attraction.ripplon_pairs(LENGTH, pairs="twice")
    assert gruneisen.expansion(0.01, pairs) == pytest.approx(volume * 0.01, rel=1e-12)
    plain = gruneisen.gruneisen(volume * 0.01, 0.01, T_G, heat="plain")
    assert plain == pytest.approx(volume * T_G, rel=1e-13)
    flat = gruneisen.gruneisen(volume * 0.01, 0.01, T_G)
    assert flat == pytest.approx(plain * 6 / np.pi**2, rel=1e-13)
    mixed = attraction.mixed_pairs(LENGTH, T_G, printed=True)
    printed = -1.0 * LENGTH**-4 * np.log(2.0 * T_G * LENGTH**0.25)
    assert gruneisen.expansion(0.01, 0.0, mixed) == pytest.approx(printed, rel=1e-13)


@pytest.mark.parametrize("t", [1e-3, 0.03, 0.5, 4.0])
def test_two_level_pairs_by_a_double_integral(t):
    def inner(x):
        return integrate.quad(lambda y: attraction.virtual(x, y, t) * np.exp(-y), 0.0 + 1e-14, 50,
                              points=[x, t], epsabs=1e-12, epsrel=1e-10, limit=300)[0]  # fmt: skip

    nodes, weights = np.polynomial.legendre.leggauss(120)
    v = np.log(1e-9) + (nodes + 1) / 2 * np.log(45 / 1e-9)
    x = np.exp(v)
    mean = sum(w * np.exp(-y) * y * inner(y) for w, y in zip(weights, x, strict=True))
    mean *= np.log(45 / 1e-9) / 2
    found = attraction.two_level_pairs(t * T_G, LENGTH, T_G) / (LENGTH**-6 * T_G / 3)
    assert found == pytest.approx(mean, rel=3e-7)


def test_minimum_of_the_energy():
    """The expansion by a search for the volume with the least energy."""
    a, b, K = 0.013, 0.002, 1e3

    def best(T):
        v = np.linspace(-1, 1, 2001) * 1e-4
        energy = K * v**2 / 2 - (a * T**2 + b * T) * (1 - 2 * v)
        return np.roots(np.polyder(np.polyfit(v * 1e4, energy, 2)))[0] * 1e-4

    slope = (best(0.31) - best(0.29)) / 0.02
    assert gruneisen.expansion(0.30, a, b) / K == pytest.approx(slope, rel=1e-6)


def test_units():
    alpha = gruneisen.linear_expansion(-2.0, 1.2e10, 20.0)
    assert alpha == pytest.approx(-2.0 * constants.k / (3 * 1.2e10 * 8e-27), rel=1e-14)
    assert gruneisen.bulk_modulus(2200.0, 4100.0) == pytest.approx(1.2327e10, rel=1e-4)
    assert gruneisen.direct_bound() == pytest.approx(8.4277, rel=1e-5)


def test_breakdown():
    """b T equals the free energy ∫ T ln(1 + e^{-ε/T}) dε/T_g of the systems."""
    mixed = attraction.mixed_pairs(LENGTH, T_G, MODES)
    T = attraction.breakdown_temperature(mixed, T_G)
    free = integrate.quad(lambda e: T * np.log1p(np.exp(-e / T)) / T_G, 0, 60 * T)[0]
    assert mixed * T == pytest.approx(free, rel=1e-9)


def test_shapes():
    x = np.full((2, 3), 0.1)
    for call in (
        lambda x: attraction.virtual(x, 0.3, x),
        lambda x: attraction.ripplon_attraction(x, 0.2, x, 0.3, 0.5),
        lambda x: attraction.mixed_attraction(x, 0.2, x, 0.5),
        lambda x: attraction.two_level_pairs(x, LENGTH, T_G),
        lambda x: gruneisen.expansion(x, 1.0, 2.0),
        lambda x: gruneisen.gruneisen(-x, x, T_G),
        lambda x: gruneisen.linear_expansion(-x, 1e10, 20.0),
        lambda x: gruneisen.bulk_modulus(x, 4100.0),
        gruneisen.direct_bound,
    ):
        assert isinstance(call(0.1), float)
        np.testing.assert_allclose(call(x), np.full((2, 3), call(0.1)), rtol=1e-14)
        assert call(np.empty((0, 2))).shape == (0, 2)
