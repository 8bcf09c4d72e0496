"""Clusters against second quantisation, the symmetric sector against the whole space, limits."""

from functools import reduce
from itertools import product
from math import factorial

import numpy as np
import pytest
from scipy import sparse
from scipy.special import comb

from etm import clusters

SIZES = [(1, 2), (2, 2), (3, 2), (4, 2), (1, 3), (2, 3), (3, 3)]
"""Particles and wells that fermions in all modes can hold."""


def annihilators(modes):
    """One matrix for each mode: fermions by Jordan and Wigner, in a space of 2^modes states."""
    lower, sign, one = np.array([[0, 1], [0, 0]]), np.diag([1, -1]), np.eye(2)
    return [
        sparse.csr_array(reduce(np.kron, [sign] * k + [lower] + [one] * (modes - k - 1)))
        for k in range(modes)
    ]


def second_quantised(tunneling, U, energies):
    """Eqs 44, 47 and 49 with n_ia = c†_ia c_ia in all of Fock space, then one particle per system."""
    N, wells = energies.shape
    c = np.array(annihilators(N * wells), dtype=object).reshape(N, wells)
    n = np.array([[a.T @ a for a in row] for row in c], dtype=object).reshape(N, wells)
    H = 0 * n[0, 0]
    for i, a in product(range(N), range(wells)):
        H = H + energies[i, a] * n[i, a]
        for b in range(wells):
            if b != a:
                H = H - tunneling[i] * (c[i, a].T @ c[i, b])
        for j in range(i):
            H = H - U * (n[i, a] @ n[j, a])
    each = [sum(n[i]).diagonal() for i in range(N)]
    allowed = np.flatnonzero(np.all(np.array(each) == 1, axis=0))
    place = sum(
        wells ** (N - 1 - i) * a * n[i, a].diagonal()[allowed]
        for i, a in product(range(N), range(wells))
    )
    allowed = allowed[np.argsort(place)]
    H = sparse.csr_array(H)
    outside = np.setdiff1d(np.arange(H.shape[0]), allowed)
    assert abs(H[allowed][:, outside]).sum() == 0
    return H[allowed][:, allowed].toarray()


def isometry(N, wells):
    """Columns: equal sums of all states with the same numbers in the wells."""
    states = list(product(range(wells), repeat=N))
    numbers = [n for n in product(range(N + 1), repeat=wells - 1) if sum(n) <= N]
    S = np.zeros((len(states), len(numbers)))
    for row, state in enumerate(states):
        S[row, numbers.index(tuple(state.count(a) for a in range(wells - 1)))] = 1
    return S / np.linalg.norm(S, axis=0)


@pytest.mark.parametrize(("N", "wells"), SIZES)
def test_hamiltonian_equals_second_quantisation(N, wells):
    """Every element, for random amplitudes of both signs, asymmetries and attractions."""
    rng = np.random.default_rng(10 * N + wells)
    tunneling, energies, U = rng.normal(size=N), rng.normal(size=(N, wells)), rng.normal()
    H = clusters.hamiltonian(tunneling, U, energies, wells).toarray()
    np.testing.assert_allclose(H, second_quantised(tunneling, U, energies), atol=1e-14)
    np.testing.assert_array_equal(H, H.T)


@pytest.mark.parametrize("wells", [2, 3])
def test_joint_states_have_no_direct_element(wells):
    """⟨a…a|H|b…b⟩ = 0 for two particles and more, and ⟨a…a|H|a…a⟩ = ΣE_a - U N(N-1)/2."""
    rng = np.random.default_rng(2)
    for N in (2, 3, 5):
        energies = rng.normal(size=(N, wells))
        H = clusters.hamiltonian(rng.random(N), 0.7, energies, wells).toarray()
        joint = [a * (wells**N - 1) // (wells - 1) for a in range(wells)]
        stated = np.diag(energies.sum(axis=0) - 0.7 * N * (N - 1) / 2)
        np.testing.assert_allclose(H[np.ix_(joint, joint)], stated, atol=1e-13)


@pytest.mark.parametrize(("N", "wells"), [(1, 2), (2, 2), (6, 2), (9, 2), (1, 3), (2, 3), (5, 3)])
def test_symmetric_sector_is_a_part_of_the_whole(N, wells):
    """Symmetric states stay symmetric, and their matrix is the given one, to 1e-12."""
    for U in (0.0, 0.4, 3.0, -1.0):
        S = isometry(N, wells)
        whole = clusters.hamiltonian(np.full(N, 0.8), U, wells=wells)
        sector = clusters.symmetric_hamiltonian(N, 0.8, U, wells).toarray()
        np.testing.assert_allclose(S.T @ (whole @ S), sector, atol=1e-12)
        np.testing.assert_allclose(whole @ S, S @ sector, atol=1e-12)


@pytest.mark.parametrize(("N", "wells"), [(2, 2), (8, 2), (10, 2), (3, 3), (6, 3)])
@pytest.mark.parametrize("U", [0.3, 2.0])
def test_joint_levels_are_symmetric(N, wells, U):
    """The lowest levels of all, as many as wells, are those of the symmetric sector, to 1e-12."""
    whole = clusters.lowest_levels(clusters.hamiltonian(np.full(N, 0.3), U, wells=wells), wells)
    sector = clusters.lowest_levels(clusters.symmetric_hamiltonian(N, 0.3, U, wells), wells)
    if U == 2.0:
        np.testing.assert_allclose(sector, whole, atol=1e-12 * U * N**2)
    assert sector[0] == pytest.approx(whole[0], abs=1e-12 * U * N**2)


@pytest.mark.parametrize("U", [0.0, 5.0, -2.0])
def test_one_particle(U):
    """Two wells have ±√(Δ²/4 + Δ0²), three equal wells -2Δ0 and Δ0 twice, whatever U."""
    H = clusters.hamiltonian([0.7], U, [[0.4, -0.4]])
    np.testing.assert_allclose(
        clusters.lowest_levels(H, 2), np.hypot(0.4, 0.7) * np.array([-1, 1]), rtol=1e-14
    )
    for H in (
        clusters.hamiltonian([0.7], U, wells=3),
        clusters.symmetric_hamiltonian(1, 0.7, U, 3),
    ):
        np.testing.assert_allclose(clusters.lowest_levels(H, 3), [-1.4, 0.7, 0.7], rtol=1e-14)


def test_without_attraction_every_particle_is_alone():
    """Levels are the sums of the levels of the particles."""
    rng = np.random.default_rng(5)
    for wells in (2, 3):
        delta, energies = rng.random(4), rng.normal(size=(4, wells))
        hop = np.eye(wells) - 1
        alone = [
            np.linalg.eigvalsh(np.diag(e) + d * hop) for d, e in zip(delta, energies, strict=True)
        ]
        sums = sorted(sum(levels) for levels in product(*alone))
        H = clusters.hamiltonian(delta, 0.0, energies, wells)
        np.testing.assert_allclose(clusters.lowest_levels(H, wells**4), sums, atol=1e-13)


@pytest.mark.parametrize("N", [1, 7, 200])
def test_symmetric_levels_without_attraction_or_without_hops(N):
    two = clusters.lowest_levels(clusters.symmetric_hamiltonian(N, 0.3, 0.0), N + 1)
    np.testing.assert_allclose(two, 0.3 * np.arange(-N, N + 1, 2), atol=1e-12 * N)
    still = clusters.lowest_levels(clusters.symmetric_hamiltonian(N, 0.0, 0.3), N + 1)
    n = np.arange(N + 1)
    exact = np.sort(-0.3 * (comb(n, 2) + comb(N - n, 2)))
    np.testing.assert_allclose(still, exact, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(("N", "wells"), [(10, 2), (6, 3)])
@pytest.mark.parametrize("U", [-0.3, 0.0, 0.2])
def test_sparse_levels_are_those_of_the_whole_matrix(N, wells, U):
    """Lanczos iteration finds every copy of a level, as equal particles have many."""
    H = clusters.hamiltonian(np.full(N, 0.3), U, wells=wells)
    assert H.shape[0] > clusters.DENSE
    exact = np.linalg.eigvalsh(H.toarray())
    for count in (1, 2, 8, 13):
        np.testing.assert_allclose(clusters.lowest_levels(H, count), exact[:count], atol=1e-11)


@pytest.mark.parametrize("amplitude", [1.0, 0.0, -1.0])
def test_sparse_levels_of_the_symmetric_sector(amplitude):
    H = clusters.symmetric_hamiltonian(36, amplitude, 0.1, 3)
    assert H.shape[0] > clusters.DENSE
    found, exact = clusters.lowest_levels(H, 12), np.linalg.eigvalsh(H.toarray())[:12]
    np.testing.assert_allclose(found, exact, atol=1e-11)


def test_sparse_levels_of_an_empty_and_of_a_random_matrix():
    np.testing.assert_array_equal(clusters.lowest_levels(sparse.csr_array((700, 700)), 3), 0)
    rng = np.random.default_rng(6)
    H = sparse.random_array((700, 700), density=0.01, rng=rng)
    H = (H + H.T).tocsr()
    exact = np.linalg.eigvalsh(H.toarray())
    for count in (1, 5, 700):
        np.testing.assert_allclose(clusters.lowest_levels(H, count), exact[:count], atol=1e-11)


def test_sparse_levels_beside_a_state_that_nothing_reaches():
    """An empty row and column leave the other levels as they are, and add the level 0."""
    joined = clusters.symmetric_hamiltonian(36, 1.0, 0.1, 3)
    H = sparse.block_array([[joined, None], [None, sparse.csr_array((1, 1))]], format="csr")
    found = clusters.lowest_levels(H, 4)
    exact = np.linalg.eigvalsh(joined.toarray())[:4]
    assert exact[-1] < 0
    np.testing.assert_allclose(found, exact, atol=1e-11)


def test_random_particles_stay_below_the_sum():
    """For any amplitudes, asymmetries and U > 0: the lowest level lies between two plain bounds."""
    rng = np.random.default_rng(7)
    for _ in range(20):
        N, wells = int(rng.integers(2, 6)), int(rng.integers(2, 4))
        delta, energies, U = rng.random(N), rng.normal(size=(N, wells)), rng.random()
        ground = clusters.lowest_levels(clusters.hamiltonian(delta, U, energies, wells), 1)[0]
        alone = clusters.lowest_levels(clusters.hamiltonian(delta, 0, energies, wells), 1)[0]
        assert alone - U * N * (N - 1) / 2 <= ground <= alone


def test_joint_amplitude():
    delta, U = np.array([0.5, 1.0, 0.0]), 20.0
    for N in (1, 2, 3, 7):
        law = N * delta**N / (factorial(N - 1) * U ** (N - 1))
        np.testing.assert_allclose(clusters.joint_amplitude(N, delta, U), law, rtol=1e-13)
    assert isinstance(clusters.joint_amplitude(2, 1, 10), float)
    assert clusters.joint_amplitude(3, delta[:, None], [1.0, 2.0]).shape == (3, 2)
    with np.errstate(all="raise", under="ignore"):
        assert 0 <= clusters.joint_amplitude(200, 1.0, 2.0) < 1e-300


def test_two_hundred_particles_of_two_wells():
    """A matrix of 201 states; the gap above the joint doublet is U(N-1) less the level shifts."""
    N, U = 200, 1.0
    H = clusters.symmetric_hamiltonian(N, 0.1, U)
    assert H.shape == (201, 201)
    levels = clusters.lowest_levels(H, 4)
    assert levels[1] - levels[0] < 1e-9 * U * N**2 / 2
    assert levels[2] - levels[0] == pytest.approx(U * (N - 1), rel=0.01)
