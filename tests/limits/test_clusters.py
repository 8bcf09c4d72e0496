"""How N particles tunnel together: strong, weak and any attraction, two wells and three."""

from itertools import permutations

import numpy as np
import pytest

from etm import clusters

N_MOST = {2: 200, 3: 24}
"""Particles of two and of three wells in these tests."""


def joint_splitting(N, U, delta=1.0, wells=2):
    """From the ground level to the next one that belongs to the joint states."""
    levels = clusters.lowest_levels(clusters.symmetric_hamiltonian(N, delta, U, wells), wells)
    return levels[-1] - levels[0]


def amplitude(N, U, delta=1.0, wells=2):
    """Half of the splitting of two wells, a third of that of three: Δ0 for one particle."""
    return joint_splitting(N, U, delta, wells) / wells


@pytest.mark.parametrize("N", [2, 3, 4, 5, 6])
def test_strong_attraction_gives_the_law_of_order_n(N):
    """The exact amplitude over N Δ0^N / ((N-1)! U^(N-1)) goes to 1, with an error as (Δ0/U)²."""
    U = np.array([10.0, 20.0, 40.0]) * (1 if N < 6 else 0.5)
    exact = np.array([amplitude(N, u) for u in U])
    off = 1 - exact / clusters.joint_amplitude(N, 1.0, U)
    assert np.all(np.diff(np.abs(off)) < 0)
    rounding = 1e-15 * U * N**2 / exact
    assert abs(off[1]) < 60 / U[1] ** 2 + rounding[1]
    if rounding[1] < 1e-6:
        assert off[0] / off[1] == pytest.approx(4, rel=0.25)


def test_pair_at_any_attraction():
    """Two particles: the splitting is √(U²/4 + 4Δ0²) - U/2 exactly."""
    U = np.array([0.0, 0.1, 1.0, 10.0, 1000.0])
    exact = [joint_splitting(2, u) for u in U]
    stated = np.sqrt(U**2 / 4 + 4) - U / 2
    np.testing.assert_allclose(exact, stated, atol=1e-12)
    # two different particles
    first, second = 0.3, 0.8
    for u in U:
        levels = clusters.lowest_levels(clusters.hamiltonian([first, second], u), 2)
        roots = np.sqrt(u**2 / 4 + (first + second) ** 2) - np.sqrt(
            u**2 / 4 + (first - second) ** 2
        )
        assert np.diff(levels)[0] == pytest.approx(roots, abs=1e-12)


@pytest.mark.parametrize("N", [2, 3, 10, 60])
def test_weak_attraction_takes_a_quarter_of_u_for_each_partner(N):
    """Δ0 - (N-1) U/4, with an error as U²."""
    U = np.array([1e-3, 2e-3]) / N
    off = 1 - (N - 1) * U / 4 - np.array([amplitude(N, u) for u in U])
    assert np.all(np.abs(off) < (N * U) ** 2)
    assert np.all(np.abs(off) < 0.01 * (N - 1) * U / 4)
    assert off[1] / off[0] > 3.9  # 4, and 8 for N = 3, where U² is absent


@pytest.mark.parametrize("wells", [2, 3])
def test_joint_amplitude_never_exceeds_that_of_one_particle(wells):
    """At any U > 0 and any N up to 200 (three wells: 24) it falls with U and with N from Δ0."""
    U = np.array([0.0, 1e-3, 0.03, 0.3, 1.0, 5.0])
    numbers = [1, 2, 5, 12, 24] + ([60, 200] if wells == 2 else [])
    table = np.array([[amplitude(N, u, wells=wells) for u in U] for N in numbers])
    assert max(numbers) == N_MOST[wells]
    rounding = 1e-13 * np.array(numbers)[:, None] ** 2 * (1 + U)
    assert np.all(table <= 1 + rounding)
    assert np.all(np.diff(table, axis=0) <= 2 * rounding[1:])
    assert np.all(np.diff(table, axis=1) <= 2 * rounding[:, 1:])
    assert np.all(table[1:, -1] < 0.75)


def test_unequal_particles_stay_below_the_fastest():
    """Random amplitudes: the first gap of the cluster is at most that of its slowest particle alone."""
    rng = np.random.default_rng(1)
    for _ in range(40):
        N = int(rng.integers(2, 7))
        delta, U = rng.uniform(0.1, 1, N), 10 ** rng.uniform(-2, 1)
        levels = clusters.lowest_levels(clusters.hamiltonian(delta, U), 2)
        assert levels[1] - levels[0] <= 2 * delta.min() + 1e-12


def test_asymmetries_add_and_hide_the_tunneling():
    """The joint states of strongly bound particles lie 2ΣΔ_i apart; one far-off asymmetry pins them."""
    rng = np.random.default_rng(2)
    for N in (2, 4, 6):
        lean = rng.uniform(-0.2, 0.3, N)
        energies = np.stack([lean, -lean], axis=1)
        H = clusters.hamiltonian(np.full(N, 1e-3), 5.0, energies)
        levels = clusters.lowest_levels(H, 2)
        assert levels[1] - levels[0] == pytest.approx(2 * abs(lean.sum()), abs=1e-5)


@pytest.mark.parametrize("N", [1, 2, 3, 4])
@pytest.mark.parametrize("sign", [1, -1])
def test_three_wells_in_lowest_order(N, sign):
    """Joint states of three wells have the element of the law of two wells; with hops -Δ0 it is
    negative, with hops +D0, as in the papers, its sign is (-1)^(N-1).  A negative one gives a single
    ground level, a positive one a doublet.  The third well corrects it by a share of order Δ0/U."""
    off = []
    for U in (40.0, 80.0):
        levels = clusters.lowest_levels(clusters.symmetric_hamiltonian(N, sign, U, 3), 3)
        doublet_below = levels[1] - levels[0] < levels[2] - levels[1]
        assert doublet_below == (sign < 0 and N % 2 == 1)
        law = clusters.joint_amplitude(N, 1.0, U)
        off.append((levels[2] - levels[0]) / 3 / law - 1)
    if N > 1:
        assert off[0] / off[1] == pytest.approx(2, rel=0.35)
    assert abs(off[1]) <= abs(off[0]) + 1e-14 < 0.3


def test_order_of_the_particles_does_not_matter():
    rng = np.random.default_rng(3)
    delta, energies = rng.random(3), rng.normal(size=(3, 3))
    first = clusters.lowest_levels(clusters.hamiltonian(delta, 0.7, energies, 3), 27)
    for order in permutations(range(3)):
        there = clusters.hamiltonian(delta[list(order)], 0.7, energies[list(order)], 3)
        np.testing.assert_allclose(clusters.lowest_levels(there, 27), first, atol=1e-12)


def test_sign_of_the_hops_is_a_choice_of_two_wells_only():
    """Δ0 → -Δ0 leaves the levels of two wells, and turns those of three over."""
    two = [clusters.lowest_levels(clusters.symmetric_hamiltonian(5, d, 0.4), 6) for d in (1, -1)]
    np.testing.assert_allclose(*two, atol=1e-12)
    three = [
        clusters.lowest_levels(clusters.symmetric_hamiltonian(5, d, 0, 3), 21) for d in (1, -1)
    ]
    np.testing.assert_allclose(three[0], -three[1][::-1], atol=1e-12)
    assert np.abs(three[0] - three[1]).max() > 1
