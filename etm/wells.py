"""Tunneling Hamiltonians of two, three and four wells in a magnetic field.

Energies may be in any unit, the same for all arguments; phases are in
radians.  The last axis of `asymmetries` runs over the wells; every other
axis broadcasts.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etm.checks import Array, Values, broadcastable, finite

__all__ = [
    "asymmetries_from_polar",
    "square_well",
    "tetrahedron",
    "tetrahedron_face_phases",
    "three_well",
    "three_well_gap",
    "three_well_levels",
    "two_well",
    "two_well_levels",
    "weak_field_gap",
]


def two_well(asymmetry: ArrayLike, tunneling: ArrayLike) -> Array:
    """Hamiltonian of a double well in the basis of its wells.

    Parameters
    ----------
    asymmetry, tunneling : array_like, shape (...)
        Δ and Δ0.

    Returns
    -------
    ndarray, shape (..., 2, 2)
        -½ [[Δ, Δ0], [Δ0, -Δ]].

    Notes
    -----
    Source: Jug 2018, eq. 1.
    """
    asymmetry, tunneling = finite("asymmetry", asymmetry), finite("tunneling", tunneling)
    broadcastable(asymmetry=asymmetry, tunneling=tunneling)
    asymmetry, tunneling = np.broadcast_arrays(asymmetry, tunneling)
    rows = [[-asymmetry, -tunneling], [-tunneling, asymmetry]]
    return 0.5 * np.moveaxis(np.array(rows), (0, 1), (-2, -1))


def two_well_levels(asymmetry: ArrayLike, tunneling: ArrayLike) -> Array:
    """Levels ∓½ √(Δ² + Δ0²) of a double well, ascending.

    Parameters
    ----------
    asymmetry, tunneling : array_like, shape (...)
        Δ and Δ0.

    Returns
    -------
    ndarray, shape (..., 2)

    Notes
    -----
    Source: Jug 2018, text below eq. 4.

    Examples
    --------
    >>> two_well_levels([0.0, 3.0], 4.0)
    array([[-2. ,  2. ],
           [-2.5,  2.5]])
    """
    asymmetry, tunneling = finite("asymmetry", asymmetry), finite("tunneling", tunneling)
    broadcastable(asymmetry=asymmetry, tunneling=tunneling)
    half = 0.5 * np.hypot(asymmetry, tunneling)
    return np.stack([-half, half], axis=-1)


def three_well(
    asymmetries: ArrayLike, tunneling: ArrayLike, phase: ArrayLike
) -> NDArray[np.complex128]:
    """Hamiltonian of three wells threaded by a magnetic flux.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 3)
        Energies E1, E2, E3 of the wells.
    tunneling : array_like, shape (...)
        D0 between each pair of wells (of either sign).
    phase : array_like, shape (...)
        Aharonov–Bohm phase φ = (q/ħ) ∮ **A**·d**l** of the loop 1 → 2 → 3 → 1.

    Returns
    -------
    ndarray, shape (..., 3, 3), complex
        Element (i, j) carries the phase (q/ħ) ∫ **A**·d**l** of the step
        i → j, here φ/3 for each step of the loop.  The conjugate matrix, with
        the steps j → i, has the same levels.

    Notes
    -----
    Source: Jug 2018, eq. 6.
    """
    asymmetries = _vector("asymmetries", asymmetries, 3)
    tunneling, phase = finite("tunneling", tunneling), finite("phase", phase)
    _together(asymmetries, tunneling=tunneling, phase=phase)
    hop = tunneling * np.exp(1j * phase / 3)
    return _hermitian(asymmetries, {(0, 1): hop, (1, 2): hop, (2, 0): hop})


def three_well_levels(asymmetries: ArrayLike, tunneling: ArrayLike, phase: ArrayLike) -> Array:
    """Exact levels of `three_well`, ascending, in closed form.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 3)
        Energies of the wells; their mean shifts all levels.
    tunneling, phase : array_like, shape (...)
        D0 and φ.

    Returns
    -------
    ndarray, shape (..., 3)

    Notes
    -----
    Source: Jug 2018, eq. 8 (Viète).  The printed sum over i ≠ j runs over
    *ordered* pairs, each pair twice, and both denominators are 6; Jug &
    Paliienko 2013, eq. 7 prints 6 and 3.  The angle θ is taken from its sine
    and cosine together: its cosine alone loses half of the digits near a
    degeneracy.

    Examples
    --------
    >>> three_well_levels([0.0, 0.0, 0.0], tunneling=1.0, phase=0.0).round(12)
    array([-1., -1.,  2.])
    """
    mean, radius, theta = _viete(asymmetries, tunneling, phase)
    turns = 2 * np.pi / 3 * np.array([1.0, -1.0, 0.0])
    levels = np.cos(theta[..., None] / 3 + turns)
    levels *= 2 * radius[..., None]
    levels += mean[..., None]
    return np.sort(levels, axis=-1)


def three_well_gap(asymmetries: ArrayLike, tunneling: ArrayLike, phase: ArrayLike) -> Array:
    """Exact gap between the two lowest levels, free of cancellation.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 3)
        Energies of the wells.
    tunneling, phase : array_like, shape (...)
        D0 and φ.

    Returns
    -------
    ndarray, shape (...)
        2√3 r sin(θ/3), with r and θ of the Viète solution.

    Notes
    -----
    Source: difference of two roots of Jug 2018, eq. 8.

    Examples
    --------
    >>> gap = three_well_gap([0.0, 0.0, 0.0], tunneling=1.0, phase=[0.0, np.pi / 2, np.pi])
    >>> gap.round(3)  # degenerate without flux
    array([0.   , 1.732, 3.   ])
    """
    _, radius, theta = _viete(asymmetries, tunneling, phase)
    return 2 * np.sqrt(3) * radius * np.sin(theta / 3)


def weak_field_gap(D: ArrayLike, D0: ArrayLike, phase: ArrayLike) -> Values:
    """Gap of the effective two-level system, √(D² + D0² φ²).

    Parameters
    ----------
    D, D0 : array_like
        *Rescaled* asymmetry and tunneling energy: D² = ⅔ (E1² + E2² + E3²)
        and D0 = 2/√3 times the hopping element of `three_well`.
    phase : array_like
        Aharonov–Bohm phase φ.

    Returns
    -------
    ndarray or float

    Notes
    -----
    Source: Jug 2018, eq. 9.  First correction: a relative
    -E1 E2 E3 / (hopping · ΣE²) at small φ, and -φ²/54 at D = 0.
    """
    D, D0, phase = finite("D", D), finite("D0", D0), finite("phase", phase)
    broadcastable(D=D, D0=D0, phase=phase)
    return np.hypot(D, D0 * phase)


def asymmetries_from_polar(D: ArrayLike, angle: ArrayLike) -> Array:
    """Well energies with ΣE = 0 from the rescaled asymmetry and an angle.

    Parameters
    ----------
    D : array_like, shape (...)
        Rescaled asymmetry, √⅔ times the norm of (E1, E2, E3).
    angle : array_like, shape (...)
        Direction in the plane ΣE = 0 [rad].

    Returns
    -------
    ndarray, shape (..., 3)
        E_k = D cos(angle + 2πk/3).

    Notes
    -----
    Source: the "trivial rescaling" of Jug 2018, eq. 9, written out.
    """
    D, angle = finite("D", D), finite("angle", angle)
    broadcastable(D=D, angle=angle)
    D, angle = np.broadcast_arrays(D, angle)
    turns = 2 * np.pi / 3 * np.arange(3)
    return D[..., None] * np.cos(angle[..., None] + turns)


def square_well(
    asymmetries: ArrayLike, nearest: ArrayLike, diagonal: ArrayLike, phase: ArrayLike
) -> NDArray[np.complex128]:
    """Hamiltonian of four wells on a square threaded by a flux.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 4)
        Energies of the wells, in order around the square.
    nearest, diagonal : array_like, shape (...)
        Hopping along a side (D1) and across the square (D2).
    phase : array_like, shape (...)
        Aharonov–Bohm phase φ of the whole square, 1 → 2 → 3 → 4 → 1.

    Returns
    -------
    ndarray, shape (..., 4, 4), complex
        Sides carry φ/4; element (i, j) belongs to the step i → j.  A diagonal passes through the centre and carries no
        phase, so that each half-square collects φ/2.  The symmetrised form
        of the paper is obtained with ``diagonal * cos(phase / 2)``.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 33, where entries (3,1) and (2,4) are
    misprinted (the matrix as printed is not Hermitian).
    """
    asymmetries = _vector("asymmetries", asymmetries, 4)
    nearest, diagonal = finite("nearest", nearest), finite("diagonal", diagonal)
    phase = finite("phase", phase)
    _together(asymmetries, nearest=nearest, diagonal=diagonal, phase=phase)
    side = nearest * np.exp(0.25j * phase)
    bonds = {(0, 1): side, (1, 2): side, (2, 3): side, (3, 0): side}
    return _hermitian(asymmetries, bonds | {(0, 2): diagonal, (1, 3): diagonal})


def tetrahedron(
    asymmetries: ArrayLike, tunneling: ArrayLike, face_phases: ArrayLike
) -> NDArray[np.complex128]:
    """Hamiltonian of four wells on a tetrahedron in a field of any direction.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 4)
        Energies of the wells.
    tunneling : array_like, shape (...)
        Hopping D0 along each of the six edges.
    face_phases : array_like, shape (..., 4)
        Aharonov–Bohm phase of the face opposite each well, all counted
        outward.  No flux is created inside, so the four add up to zero.

    Returns
    -------
    ndarray, shape (..., 4, 4), complex
        Element (i, j) carries the phase of the step i → j, (f_l - f_k)/4,
        where (i, j, k, l) is an even permutation of the wells; around each
        face these add up to its phase.

    Raises
    ------
    ValueError
        If the face phases of a system do not add up to zero.

    Notes
    -----
    Source: the four-welled potential of Jug 2018, Sect. 2, whose Hamiltonian
    the papers announce but do not print.
    """
    asymmetries = _vector("asymmetries", asymmetries, 4)
    f = _vector("face_phases", face_phases, 4)
    total = f.sum(axis=-1)
    if np.any(np.abs(total) > 1e-9 * (1 + np.abs(f).max(axis=-1))):
        worst = total.flat[int(np.argmax(np.abs(total)))]
        raise ValueError(f"face_phases sum to {worst}: the four outward phases must sum to 0")
    tunneling = finite("tunneling", tunneling)
    _together(asymmetries, tunneling=tunneling, **{"face_phases[..., 0]": f[..., 0]})
    even = [(0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2), (1, 2, 0, 3), (3, 1, 0, 2), (2, 3, 0, 1)]
    bonds = {(i, j): tunneling * np.exp(0.25j * (f[..., m] - f[..., k])) for i, j, k, m in even}
    return _hermitian(asymmetries, bonds)


def tetrahedron_face_phases(phase_vector: ArrayLike) -> Array:
    """Outward phases of the four faces of a regular tetrahedron.

    Parameters
    ----------
    phase_vector : array_like, shape (..., 3)
        2π **B** S |q/e| / (h/e), with S the area of one face; its norm is the
        phase of a face normal to the field.  The wells sit at (1, 1, 1),
        (1, -1, -1), (-1, 1, -1) and (-1, -1, 1), up to a factor.

    Returns
    -------
    ndarray, shape (..., 4)

    Notes
    -----
    Source: Jug 2018, eq. 7, for each face.
    """
    phase_vector = _vector("phase_vector", phase_vector, 3)
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    return -(phase_vector @ corners.T) / np.sqrt(3)


def _vector(name, value, count):
    array = finite(name, value)
    if array.ndim == 0 or array.shape[-1] != count:
        raise ValueError(f"{name} has shape {array.shape}: the last axis must have length {count}")
    return array


def _together(asymmetries, **others):
    broadcastable(**{"asymmetries[..., 0]": asymmetries[..., 0]}, **others)


def _hermitian(diagonal, bonds):
    shape = np.broadcast_shapes(diagonal.shape[:-1], *(np.shape(b) for b in bonds.values()))
    size = diagonal.shape[-1]
    matrix = np.zeros((*shape, size, size), dtype=complex)
    matrix[..., range(size), range(size)] = diagonal
    for (i, j), hop in bonds.items():
        matrix[..., i, j] = hop
        matrix[..., j, i] = np.conj(hop)
    return matrix


def _viete(asymmetries, tunneling, phase):
    """Mean, radius r and angle θ of the levels mean + 2 r cos(θ/3 + 2πk/3).

    With a = ΣE²/6 and b = E1E2E3/2 (after the mean is taken out) the cubic is
    x³ - 3 r² x - 2 r³ cos θ = 0, r² = D0² + a, r³ cos θ = D0³ cos φ + b, and
    r⁶ sin²θ = D0⁶ sin²φ + D0² (3 a D0² - 2 b D0 cos φ + 3 a²) + v² with
    v² = a³ - b² = Π(E_i - E_j)²/108: no term cancels the sum of the others.
    """
    E = _vector("asymmetries", asymmetries, 3)
    D0, phase = finite("tunneling", tunneling), finite("phase", phase)
    _together(E, tunneling=D0, phase=phase)
    mean = E.mean(axis=-1)
    d12, d23, d31 = E[..., 0] - E[..., 1], E[..., 1] - E[..., 2], E[..., 2] - E[..., 0]
    E1, E2, E3 = (d12 - d31) / 3, (d23 - d12) / 3, (d31 - d23) / 3
    scale = np.maximum(np.abs(D0), np.maximum(np.abs(E1), np.maximum(np.abs(E2), np.abs(E3))))
    scale = np.where(scale > 0, scale, 1.0)
    E1, E2, E3, D0 = E1 / scale, E2 / scale, E3 / scale, D0 / scale
    a = (E1 * E1 + E2 * E2 + E3 * E3) / 6
    b = E1 * E2 * E3 / 2
    v = d12 / scale * (d23 / scale) * (d31 / scale)
    cos_phase = np.cos(phase)
    cross = D0 * D0 * (3 * a * D0 * D0 - 2 * b * D0 * cos_phase + 3 * a * a)
    sine = np.sqrt((D0**3 * np.sin(phase)) ** 2 + cross + v * v / 108)
    theta = np.arctan2(sine, D0**3 * cos_phase + b)
    radius = scale * np.sqrt(D0 * D0 + a)
    return np.broadcast_arrays(mean, radius, theta)
