"""Cells and voids of a polycluster: sizes from densities, potentials, glass transition.

Lengths are in Å, or in the unit of what goes in.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import constants

from etm.checks import (
    Array,
    Values,
    broadcastable,
    choice,
    finite,
    non_negative,
    number,
    ordered,
    positive,
)

__all__ = [
    "cell_radius",
    "coulomb_potential",
    "fastest_cooling",
    "glass_transition",
    "void_volume",
]

VOID = 2 * np.sqrt(2) / 3 - 4 / 3 * np.arccos(23 / 27)
"""Volume of the void between four touching spheres over the cube of their radius."""

STEPS = 200
"""Bisections: they end when the interval is one float wide."""


def void_volume(radius: ArrayLike) -> Values:
    """Volume of the tetrahedral void between four touching spheres.

    Parameters
    ----------
    radius : array_like
        Of the spheres, >= 0.

    Returns
    -------
    ndarray or float
        [2√2/3 - (4/3) arccos(23/27)] radius³ = 0.20776 radius³.

    Raises
    ------
    ValueError
        For a negative radius.

    Notes
    -----
    Source: Jug & Recchia 2021, eq. 1.

    Examples
    --------
    >>> round(float(void_volume(1.0)), 5)
    0.20776
    """
    return (VOID * non_negative("radius", radius) ** 3)[()]


def cell_radius(
    ats_density: ArrayLike, mass_density: ArrayLike, logarithms: ArrayLike = 1.0
) -> Values:
    """Radius of the cells, if four anomalous tunneling systems sit among four cells.

    Parameters
    ----------
    ats_density : array_like
        P* n_ATS [1/g], > 0.
    mass_density : array_like
        ρ [g/cm³], > 0.
    logarithms : array_like, optional
        ln(D_max/D_min) ln(D0_max/D0_min), > 0; D_max is unknown, and 1 the papers' guess.

    Returns
    -------
    ndarray or float
        ξ = [3 / (π √2 · logarithms · P* n ρ)]^{1/3} [Å].

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Jug 2018, eqs 38 to 40: one tetrahedron of four centres, of volume
    2√2 ξ³/3, for every four systems.
    """
    density, rho = positive("ats_density", ats_density), positive("mass_density", mass_density)
    logarithms = positive("logarithms", logarithms)
    broadcastable(ats_density=density, mass_density=rho, logarithms=logarithms)
    volume = 3 / (np.pi * np.sqrt(2) * logarithms * density * rho) * 1e24  # Å³ in a cm³
    return np.cbrt(volume)[()]


def coulomb_potential(
    points: ArrayLike, charges: ArrayLike, places: ArrayLike, permittivity: float = 1.0
) -> Array:
    """Electrostatic energy of a unit charge among point charges.

    Parameters
    ----------
    points : array_like, shape (..., 3)
        Where the unit charge is [Å].
    charges : array_like, shape (n,)
        Charges in units of e.
    places : array_like, shape (n, 3)
        Where they are [Å].
    permittivity : float, optional
        ε_r, > 0.

    Returns
    -------
    ndarray, shape (...)
        [K].

    Raises
    ------
    ValueError
        For wrong shapes, numbers that are not finite, or a point on a charge.

    Notes
    -----
    Source: third term of Jug & Recchia 2021, eq. 2.
    """
    points, charges = finite("points", points), finite("charges", charges)
    places, permittivity = finite("places", places), number("permittivity", permittivity, positive)
    if charges.ndim != 1 or places.shape != (charges.size, 3) or points.shape[-1:] != (3,):
        raise ValueError(
            f"points, charges, places have shapes {points.shape}, {charges.shape},"
            f" {places.shape}: must be (..., 3), (n,), (n, 3)"
        )
    unit = constants.e**2 / (4 * np.pi * constants.epsilon_0 * 1e-10 * constants.k * permittivity)
    total = np.zeros(points.shape[:-1])
    for charge, place in zip(charges, places, strict=True):
        distance = np.linalg.norm(points - place, axis=-1)
        if not np.all(distance > 0):
            raise ValueError(f"points: one lies on the charge at {place}")
        total += charge / distance
    return unit * total[()]


def fastest_cooling(
    barrier: float, T_c: float, tau0: float, theta: float = 0.0
) -> tuple[float, float]:
    """Largest cooling rate for which the transition equation has a solution.

    Parameters
    ----------
    barrier, T_c, tau0, theta
        As in `glass_transition`, single numbers.

    Returns
    -------
    rate, temperature : float
        κ_max [K/s] and the T_g at which it is reached [K].

    Raises
    ------
    ValueError
        As in `glass_transition`.

    Notes
    -----
    Source: Jug 2018, eq. 37: dκ/dT_g = 0 where barrier (T_c - T_g) = (T_g - Θ)².
    """
    barrier, T_c, tau0, theta = _transition_input(barrier, T_c, tau0, theta)
    above, below = _turn(barrier, T_c - theta)
    rate = np.exp(np.log(below) - barrier / above - np.log(tau0))
    return float(rate), float(theta + above)


def glass_transition(
    cooling_rate: ArrayLike,
    barrier: float,
    T_c: float,
    tau0: float,
    theta: float = 0.0,
    branch: Literal["lower", "upper"] = "lower",
) -> Values:
    """Glass transition temperature of a polycluster that consolidates while it cools.

    Parameters
    ----------
    cooling_rate : array_like
        κ [K/s], > 0, up to `fastest_cooling`.
    barrier : float
        w0 / k_B [K], > 0.
    T_c : float
        Temperature at which cells begin to form [K].
    tau0 : float
        Microscopic time of rearrangement [s], > 0.
    theta : float, optional
        Curie-Weiss temperature Θ of interacting cells [K], 0 <= Θ < T_c.
    branch : {"lower", "upper"}
        The lower solution rises with κ, as a glass does; the upper one falls.

    Returns
    -------
    ndarray or float
        T_g [K].

    Raises
    ------
    ValueError
        For arguments outside of these ranges, and if cooling is too fast for a solution.

    Notes
    -----
    Source: Jug 2018, eqs 36 and 37: ln[(T_c - T_g)/κτ0] = barrier/(T_g - Θ).
    """
    rate = positive("cooling_rate", cooling_rate)
    barrier, T_c, tau0, theta = _transition_input(barrier, T_c, tau0, theta)
    choice("branch", branch, ("lower", "upper"))
    fastest, _ = fastest_cooling(barrier, T_c, tau0, theta)
    if np.any(rate > fastest):
        raise ValueError(
            f"cooling_rate = {rate.max()}: must not exceed {fastest:.6g} K/s, beyond which the"
            " equation has no solution"
        )
    target = np.log(rate) + np.log(tau0)
    above, below = _turn(barrier, T_c - theta)
    ends = (np.log(above), -800.0) if branch == "lower" else (np.log(below), -2000.0)
    inside, outside = (np.full(rate.shape, end) for end in ends)
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        distance = np.exp(middle)  # from Θ on the lower branch, from T_c on the upper
        above = distance if branch == "lower" else T_c - theta - distance
        left = middle if branch == "upper" else np.log(T_c - theta - distance)
        high = left - barrier / above > target
        inside, outside = np.where(high, middle, inside), np.where(high, outside, middle)
    distance = np.exp((inside + outside) / 2)
    return (theta + distance if branch == "lower" else T_c - distance)[()]


def _turn(barrier, room):
    """T_g - Θ and T_c - T_g where both branches meet."""
    above = 2 * room / (1 + np.sqrt(1 + 4 * room / barrier))
    return above, above * (above / barrier)


def _transition_input(barrier, T_c, tau0, theta):
    barrier, T_c = number("barrier", barrier, positive), number("T_c", T_c, positive)
    theta = number("theta", theta, non_negative)
    ordered("theta", theta, "T_c", T_c)
    return barrier, T_c, number("tau0", tau0, positive), theta
