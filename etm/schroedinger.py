"""Wells on a grid: the Schrödinger equation behind the tunneling Hamiltonians.

Lengths are in units of ℓ = √(ħ/mΩ), energies in ħΩ and fields in ħ/(|q| ℓ²),
with Ω the frequency of one parabolic well; nothing here knows about glasses.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import LinearOperator, eigsh, splu
from scipy.special import logsumexp

from etm.checks import Array, Values, broadcastable, finite, integer, non_negative, positive

__all__ = [
    "double_well",
    "overlap_in_field",
    "parabolic_splitting",
    "plane_states",
    "three_parabolas",
    "well_centres",
]


def parabolic_splitting(barrier: ArrayLike) -> Values:
    """Splitting of two joined parabolas, to leading order in the overlap.

    Parameters
    ----------
    barrier : array_like
        Height V0 of the barrier [ħΩ].

    Returns
    -------
    ndarray or float
        √(8 V0/π) e^{-2 V0} [ħΩ].

    Notes
    -----
    Source: Jug 2018, eq. 4 with the overlap of the two wells taken into
    account; the printed form is the matrix element between wells that are
    not orthogonal.  Within 2.5 % of the exact splitting for 0.5 ≤ V0 ≤ 8.
    """
    barrier = positive("barrier", barrier)
    return np.sqrt(8 * barrier / np.pi) * np.exp(-2 * barrier)


def double_well(
    barrier: float, spacing: float = 0.01, count: int = 2
) -> tuple[Array, Array, Array]:
    """Lowest states of the joined parabolas ½ (|x| - a)², a = √(2 V0).

    Parameters
    ----------
    barrier : float
        Height V0 = a²/2 of the barrier [ħΩ].
    spacing : float
        Step of the grid [ℓ].
    count : int
        Number of states.

    Returns
    -------
    x : ndarray, shape (n,)
        The grid [ℓ].
    levels : ndarray, shape (count,)
        Ascending [ħΩ].
    states : ndarray, shape (n, count)
        Normalised, ∫ψ² dx = 1.

    Notes
    -----
    Source: the potential of Jug 2018, eq. 4.
    """
    minimum = np.sqrt(2 * float(positive("barrier", barrier)))
    spacing, count = float(positive("spacing", spacing)), integer("count", count, 1)
    half = int(np.ceil((minimum + 7) / spacing))
    x = spacing * np.arange(-half, half + 1, dtype=np.float64)
    levels, states = eigh_tridiagonal(
        1 / spacing**2 + 0.5 * (np.abs(x) - minimum) ** 2,
        np.full(x.size - 1, -0.5 / spacing**2),
        select="i",
        select_range=(0, count - 1),
    )
    return x, levels, states / np.sqrt(spacing)


def well_centres(distance: float) -> Array:
    """Centres of three wells on an equilateral triangle, one of them on the y axis.

    Parameters
    ----------
    distance : float
        From the centre of the triangle to each well [ℓ].

    Returns
    -------
    ndarray, shape (3, 2)

    Notes
    -----
    Source: the geometry of Jug 2018, fig. 5.
    """
    angle = np.pi / 2 + 2 * np.pi / 3 * np.arange(3)
    return float(positive("distance", distance)) * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def overlap_in_field(distance: ArrayLike, field: ArrayLike) -> Values:
    """Overlap of two round wells in a field, relative to the overlap without it.

    Parameters
    ----------
    distance : array_like, shape (...)
        From one well to the other, d [ℓ].
    field : array_like, shape (...)
        b = |q| B ℓ²/ħ, the cyclotron frequency over Ω.

    Returns
    -------
    ndarray or float, shape (...)
        exp{-(d²/4) [w + b²/(4w) - 1]} with w = √(1 + b²/4).

    Notes
    -----
    Source: the Hamiltonian of Jug 2018, eq. 6, in which D0 is constant, with
    the Gaussian ground state of each well in a field put in.  The field
    squeezes it, and the phase of the gauge makes the product of two of them
    oscillate between the wells; D0(B)/D0(0) follows this overlap.
    """
    distance, field = positive("distance", distance), non_negative("field", field)
    broadcastable(distance=distance, field=field)
    width = np.sqrt(1 + field**2 / 4)
    return np.exp(-(distance**2) / 4 * (width + field**2 / (4 * width) - 1))


def three_parabolas(x: ArrayLike, y: ArrayLike, distance: float, sharpness: float = 3.0) -> Array:
    """Three parabolic wells on an equilateral triangle, smoothly joined.

    Parameters
    ----------
    x, y : array_like
        Place [ℓ].
    distance : float
        From the centre of the triangle to each well [ℓ].
    sharpness : float
        β of the smooth minimum -ln(Σ e^{-βv})/β of the parabolas v; the
        seams become sharp as it grows [1/ħΩ].

    Returns
    -------
    ndarray
        The potential [ħΩ].

    Notes
    -----
    Source: a potential of the kind drawn in Jug 2018, fig. 5, whose formula
    is not printed.
    """
    x, y = np.broadcast_arrays(finite("x", x), finite("y", y))
    sharpness = float(positive("sharpness", sharpness))
    parabolas = [0.5 * ((x - u) ** 2 + (y - v) ** 2) for u, v in well_centres(distance)]
    return -logsumexp(-sharpness * np.array(parabolas), axis=0) / sharpness


def plane_states(
    potential: Callable[..., Values],
    radius: float,
    spacing: float = 0.15,
    field: float = 0.0,
    count: int = 3,
) -> tuple[Array, Array, Array, Array]:
    """Lowest states of a particle in a plane with a field across it.

    Parameters
    ----------
    potential : callable
        potential(x, y) [ħΩ]: two arrays of shape (n,) in, one out, finite.
    radius : float
        The particle stays within this distance of the origin [ℓ].
    spacing : float
        Distance of neighbouring points of the triangular lattice [ℓ].
    field : float
        b = |q| B ℓ²/ħ, the cyclotron frequency over Ω.
    count : int
        Number of states.

    Returns
    -------
    x, y : ndarray, shape (n,)
        The lattice [ℓ].
    levels : ndarray, shape (count,)
        Ascending [ħΩ].
    states : ndarray, shape (n, count)
        Normalised, ∫|ψ|² dx dy = 1; complex if there is a field.

    Notes
    -----
    The lattice has the threefold symmetry of the wells, so that degeneracies
    due to symmetry are exact.  Each bond carries the Peierls phase of the
    symmetric gauge, as in Jug 2018, eq. 6.  The error is of second order in
    the spacing.
    """
    radius, spacing = float(positive("radius", radius)), float(positive("spacing", spacing))
    field, count = float(non_negative("field", field)), integer("count", count, 1)
    reach = int(2 * radius / spacing)
    i, j = np.meshgrid(*2 * [np.arange(-reach, reach + 1)], indexing="ij")
    x, y = spacing * (i + 0.5 * j), spacing * np.sqrt(0.75) * j
    inside = i * i + i * j + j * j < (radius / spacing) ** 2  # whole numbers keep the symmetry
    if inside.sum() < count + 2:
        raise ValueError(f"radius = {radius}: must hold {count + 2} points of the lattice or more")
    number = np.full(i.shape, -1)
    number[inside] = np.arange(inside.sum())
    x, y = x[inside], y[inside]
    values = finite("potential", potential(x, y))
    if values.shape != x.shape:
        raise ValueError(f"potential has shape {values.shape}: must be {x.shape}, one per point")
    bottom = values.min()  # no level is lower, so the levels nearest to it are the lowest
    pairs = [np.stack([number, np.roll(number, s, (0, 1))]) for s in ((1, 0), (0, 1), (-1, 1))]
    start, end = np.concatenate([p[:, (p >= 0).all(axis=0)] for p in pairs], axis=1)
    kinetic = 1 / (3 * spacing**2)
    hops = np.full(start.size, -kinetic, dtype=complex if field else float)
    if field:
        hops *= np.exp(0.5j * field * (x[start] * y[end] - y[start] * x[end]))
    bonds = coo_array((hops, (start, end)), shape=(x.size, x.size))
    matrix = bonds + bonds.conj().T + diags_array(6 * kinetic + values - bottom)
    solve = splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A").solve
    inverse = LinearOperator(matrix.shape, matvec=solve, dtype=hops.dtype)
    begin = np.random.default_rng(0).normal(size=x.size).astype(hops.dtype)  # without symmetry
    levels, states = eigsh(
        matrix, count, sigma=0.0, OPinv=inverse, v0=begin, ncv=8 * count, tol=1e-12
    )
    order = np.argsort(levels)
    return x, y, bottom + levels[order], states[:, order] / np.sqrt(np.sqrt(0.75) * spacing**2)
