"""The currents of all three levels: -B ∂F/∂B of the exact three-level ensemble.

With the levels x_k of the Hamiltonian, dx/dφ = -2 D0³ sin φ / Π(x - x_l), and
the thermal mean is a divided difference of the Boltzmann factor: smooth even
where levels meet.
"""

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Array, Values, broadcastable, choice, finite, positive
from etm.ensembles import ORIENTATIONS, AnomalousTunnelingSystems, Orientation
from etm.quadrature import nodes_between, powers_between
from etm.wells import asymmetries_from_polar, three_well_levels

__all__ = ["current", "current_average"]

REACH = 30.0
"""Asymmetries this many times D0, T and D_min are far: there 1/D is the variable."""

NODES = 12
"""Nodes in 1/D of the far systems, crowding at 1/D = 0, where the current has a logarithm."""


def current(asymmetries: ArrayLike, tunneling: ArrayLike, phase: ArrayLike, T: ArrayLike) -> Array:
    """-∂F/∂φ of one three-well system.

    Parameters
    ----------
    asymmetries : array_like, shape (..., 3)
        Energies of the wells, of sum zero [K].
    tunneling, phase : array_like, shape (...)
        Hopping element D0 of the Hamiltonian [K] and phase φ.
    T : array_like, shape (...)
        Temperature [K], > 0.

    Returns
    -------
    ndarray, shape (...)
        [K], odd and periodic in the phase.

    Raises
    ------
    ValueError
        For T <= 0 or entries that are not finite.

    Notes
    -----
    Source: derivative of the levels of Jug 2018, eq. 8, with respect to φ.
    """
    tunneling, phase, T = finite("tunneling", tunneling), finite("phase", phase), positive("T", T)
    levels = three_well_levels(asymmetries, tunneling, phase)
    broadcastable(levels=levels[..., 0], T=T)
    low, high = levels[..., 1] - levels[..., 0], levels[..., 2] - levels[..., 0]
    first, second = np.exp(-low / T), np.exp(-high / T)
    difference = (_slope(low, T) - first * _slope(high - low, T)) / high
    return 2 * tunneling**3 * np.sin(phase) * difference / (1 + first + second)


def current_average(
    T: Array, B: Array, ats: AnomalousTunnelingSystems, orientation: Orientation = "average"
) -> Values:
    """Sum of -B ∂F/∂B over a population, in units of 2π P* n kelvin.

    Parameters
    ----------
    T, B : ndarray
        Temperature [K] and field [T]; they broadcast.
    ats : AnomalousTunnelingSystems
        Needs `flux_area`.
    orientation : {"average", "parallel", "rms"}

    Returns
    -------
    ndarray or float
        [K].

    Notes
    -----
    Source: levels of Jug 2018, eq. 8, with the distribution of eq. 10.
    """
    choice("orientation", orientation, ORIENTATIONS)
    phases = np.abs(ats.phase(B)) / (np.sqrt(3) if orientation == "rms" else 1.0)
    T, phases = np.broadcast_arrays(T, phases)
    result = np.empty(T.shape)
    for index in np.ndindex(T.shape):
        result[index] = _one(T[index], phases[index], ats, orientation)
    return result[()]


def _one(T, phase, ats, orientation):
    if phase == 0:
        return 0.0
    if orientation != "average":
        return phase * _at_phases(T, np.array([phase]), ats)[0]
    whole, rest = divmod(phase, np.pi)
    total = 0.0
    if whole:
        current, moment = _half_period(T, 0.0, np.pi, ats)
        total = whole * moment - (np.pi * whole * current if whole % 2 == 0 else 0.0)
    if whole % 2 == 0:
        current, moment = _half_period(T, 0.0, rest, ats)
        total += moment + np.pi * whole * current
    else:
        current, moment = _half_period(T, np.pi - rest, np.pi, ats)
        total += moment - np.pi * (whole + 1) * current
    return total / phase


def _half_period(T, low, high, ats):
    """∫ I dφ and ∫ φ I dφ of the current I from `low` to `high`, within 0 to π.

    Nodes crowd at 0, where two levels meet and the current turns within D_min/D0.  Every
    other half-period has the same currents, turned over about a multiple of 2π.
    """
    knee = ats.D_min * ats.flux_area / ats.D0_max
    low, high = np.arcsinh(low / knee), np.arcsinh(high / knee)
    v, dv = nodes_between(low, high, 20 + int(4 * (high - low)))
    phases = knee * np.sinh(v)
    currents = knee * np.cosh(v) * dv * _at_phases(T, phases, ats)
    return currents.sum(), np.sum(phases * currents)


def _at_phases(T, phases, ats):
    """∫ dD0/D0 ∫ dD/D of the mean current over the plane, at each phase."""
    low, high = ats.D0_min / ats.flux_area, ats.D0_max / ats.flux_area
    log_D0, weights = nodes_between(np.log(low), np.log(high), 5 + int(5 * np.log(high / low)))
    total = np.zeros(phases.size)
    for D0, weight in zip(np.exp(log_D0), weights, strict=True):
        D, angle, measure = _plane_nodes(T, D0, ats.D_min)
        wells, tunneling = asymmetries_from_polar(D, angle), np.sqrt(0.75) * D0
        for i, phase in enumerate(phases):
            total[i] += weight * np.sum(measure * current(wells, tunneling, phase, T))
    return total


def _plane_nodes(T, D0, D_min):
    """Nodes (D, α) and weights of dD/D dα·3/π over D > D_min, 0 < α < π/3.

    The two lower wells meet at α = 0; there the current varies over D0/D.
    """
    far = REACH * max(D0, T, D_min)
    length = np.log(far / D_min)
    u, du = nodes_between(0.0, length, 15 + int(4 * length))
    x, dx = powers_between(0.0, 1.0, NODES)
    D = np.concatenate([D_min * np.exp(u), far / x])
    measure = np.concatenate([du, dx / x])
    width = np.minimum(1.0, D0 / D)
    end = np.arcsinh(np.pi / 3 / width)
    v, dv = nodes_between(np.zeros_like(end), end, 10 + int(4 * np.log(2 * REACH)))
    angle = width[:, None] * np.sinh(v)
    measure = measure[:, None] * width[:, None] * np.cosh(v) * dv * 3 / np.pi
    return np.repeat(D, v.shape[1]), angle.ravel(), measure.ravel()


def _slope(gap, T):
    """(1 - e^{-gap/T}) / gap."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap > 0, -np.expm1(-gap / T) / gap, 1 / T)
