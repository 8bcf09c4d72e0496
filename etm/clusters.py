"""Particles that tunnel together: N equal systems of two or three wells with an attraction.

The energy of a configuration is -U for every pair in wells of the same name; one
particle hops at a time, with the amplitude -Δ0.  Equal particles keep what is
symmetric in them symmetric: the configurations then are the numbers in the wells.
"""

from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, eigsh, norm

from etm.checks import (
    Array,
    Values,
    broadcastable,
    choice,
    finite,
    integer,
    non_negative,
    number,
    positive,
)

__all__ = ["hamiltonian", "joint_amplitude", "lowest_levels", "symmetric_hamiltonian"]

DENSE = 600
"""Up to this size a matrix is diagonalised whole."""


def hamiltonian(
    tunneling: ArrayLike,
    attraction: float,
    asymmetries: ArrayLike | None = None,
    wells: Literal[2, 3] = 2,
) -> csr_array:
    """Hamiltonian of N particles, each in two or three wells.

    Parameters
    ----------
    tunneling : array_like, shape (N,)
        Amplitudes Δ0 of the particles [K].
    attraction : float
        U [K]: each pair in wells of the same name has the energy -U.
    asymmetries : array_like, shape (N, wells), optional
        Energies of the wells [K], 0 unless given.
    wells : {2, 3}, optional
        Wells of each particle.

    Returns
    -------
    scipy.sparse.csr_array, shape (wells^N, wells^N)
        Particle 0 varies slowest; its hops have the sign -Δ0.

    Raises
    ------
    ValueError
        For numbers that are not finite, wrong shapes, or more than 20 000 states.

    Notes
    -----
    Source: Jug & Paliienko 2013, eqs 44, 47 and 49, with the hop of each direction
    counted once.
    """
    tunneling, U = finite("tunneling", tunneling), number("attraction", attraction)
    wells = _wells(wells)
    if tunneling.ndim != 1 or not wells <= wells**tunneling.size <= 20_000:
        raise ValueError(
            f"tunneling has shape {tunneling.shape}: must be (N,) with N >= 1 and {wells}^N <= 20000"
        )
    N = tunneling.size
    energies = np.zeros((N, wells)) if asymmetries is None else finite("asymmetries", asymmetries)
    if energies.shape != (N, wells):
        raise ValueError(f"asymmetries has shape {energies.shape}: must be {(N, wells)}")
    states = np.array(list(product(range(wells), repeat=N)))
    counts = (states[:, :, None] == np.arange(wells)).sum(axis=1)
    own = energies[np.arange(N), states].sum(axis=1)
    H = sparse.diags_array(own - U / 2 * (counts * (counts - 1)).sum(axis=1))
    hop = np.ones((wells, wells)) - np.eye(wells)
    for k, amplitude in enumerate(tunneling):
        before, after = sparse.eye_array(wells**k), sparse.eye_array(wells ** (N - k - 1))
        H = H - amplitude * sparse.kron(sparse.kron(before, hop), after)
    return H.tocsr()


def symmetric_hamiltonian(
    N: int, tunneling: float, attraction: float, wells: Literal[2, 3] = 2
) -> csr_array:
    """The same for N equal particles and equal wells, in states symmetric in the particles.

    Parameters
    ----------
    N : int
        Particles, >= 1.
    tunneling, attraction : float
        Δ0 and U [K].
    wells : {2, 3}, optional
        Wells of each particle.

    Returns
    -------
    scipy.sparse.csr_array
        Of N + 1 states with two wells, of (N + 1)(N + 2)/2 with three.

    Raises
    ------
    ValueError
        As in `hamiltonian`.

    Notes
    -----
    Source: Jug & Paliienko 2013, eqs 47 and 49; the ground state and the joint states
    are symmetric in the particles.
    """
    N, wells = integer("N", N, 1), _wells(wells)
    delta, U = number("tunneling", tunneling), number("attraction", attraction)
    numbers = [n for n in product(range(N + 1), repeat=wells - 1) if sum(n) <= N]
    counts = np.array([(*n, N - sum(n)) for n in numbers])
    place = {tuple(n): k for k, n in enumerate(counts.tolist())}
    rows, columns, values = [], [], []
    for n, k in place.items():
        for i, j in product(range(wells), repeat=2):
            if i != j and n[i] > 0:
                moved = list(n)
                moved[i], moved[j] = moved[i] - 1, moved[j] + 1
                rows.append(place[tuple(moved)])
                columns.append(k)
                values.append(-delta * np.sqrt(n[i] * (n[j] + 1)))
    H = sparse.coo_array((values, (rows, columns)), shape=(len(place), len(place)))
    return (H + sparse.diags_array(-U / 2 * (counts * (counts - 1)).sum(axis=1))).tocsr()


def lowest_levels(H: Any, count: int) -> Array:
    """The lowest levels of a real symmetric matrix.

    Parameters
    ----------
    H : scipy.sparse array, shape (n, n)
        Hamiltonian.
    count : int
        How many, 1 to n.

    Returns
    -------
    ndarray, shape (count,)
        Ascending.

    Raises
    ------
    ValueError
        If `H` is not a square sparse array, or `count` is out of range.

    Notes
    -----
    Source: diagonalisation; a matrix of more than 600 states by Lanczos iteration,
    repeated until every copy of a degenerate level is found.
    """
    if not sparse.issparse(H) or H.ndim != 2 or H.shape[0] != H.shape[1]:
        raise ValueError(f"H = {H!r}: must be a square sparse array")
    (size, _), count = H.shape, integer("count", count, 1)
    if count > size:
        raise ValueError(f"count = {count}: must be between 1 and {size}")
    if size <= DENSE or count > size // 4:
        return eigh(H.toarray(), eigvals_only=True, subset_by_index=(0, count - 1))
    return _lanczos(H, count)


def joint_amplitude(N: int, tunneling: ArrayLike, attraction: ArrayLike) -> Values:
    """Amplitude with which N particles tunnel together when their attraction is strong.

    Parameters
    ----------
    N : int
        Particles, >= 1.
    tunneling : array_like
        Δ0 of each [K], >= 0.
    attraction : array_like
        U [K], > 0 and large against Δ0 / √N.

    Returns
    -------
    ndarray or float
        N Δ0^N / ((N-1)! U^(N-1)) [K], half the splitting of two wells.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: perturbation theory of order N in place of Jug & Paliienko 2013, eq. 41.
    """
    N = integer("N", N, 1)
    delta, U = non_negative("tunneling", tunneling), positive("attraction", attraction)
    broadcastable(tunneling=delta, attraction=U)
    factors = (delta / U)[..., None] / np.arange(1, N)
    return (N * delta * factors.prod(axis=-1))[()]


def _lanczos(H, count):
    """Each run is in what is orthogonal to the states found before, until none of it is lower."""
    (size, _), rng = H.shape, np.random.default_rng(1)
    largest = norm(H, np.inf)
    if largest == 0:
        return np.zeros(count)
    levels, states = np.empty(0), np.empty((size, 0))
    while True:

        def lifted(v, states=states):
            return H @ v + 3 * largest * (states @ (states.T @ v))

        rest = LinearOperator(H.shape, matvec=lifted, dtype=float)
        more, vectors = eigsh(rest, count + 3, which="SA", v0=rng.random(size))
        if levels.size and more.min() > levels[count - 1] - 1e-12 * largest:
            return levels[:count]
        states = np.hstack([states, vectors])
        levels = np.sort(np.append(levels, more))


def _wells(wells):
    return int(choice("wells", wells, (2, 3)))
