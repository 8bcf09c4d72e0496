"""Exact averages over the three-level ensemble of anomalous tunneling systems.

All three levels of the Hamiltonian are kept, for any asymmetry and flux.  A
thermal quantity f(gaps, T) is averaged over the asymmetries (polar
coordinates D, α in the plane ΣE = 0), the tunneling energy D0 and the
direction of the loop.  At fixed D0 the flux enters through the phase alone,
so the average over directions is a running mean over one period.
"""

import numpy as np

from etm.checks import choice
from etm.ensembles import ORIENTATIONS
from etm.quadrature import groups_of_close, nodes_between, powers_between, running_mean
from etm.wells import asymmetries_from_polar, three_well_levels

__all__ = ["thermal_average"]

THERMAL_WINDOW = 40.0
"""Gaps more than this many T above the lowest one are left out."""

NODES = 40, 30, 12, 36
"""Nodes in ln D, α, 1/D and x: the averages then hold to 5e-9."""


def thermal_average(function, T, B, ats, orientation="average"):
    """Average a thermal quantity over the population.

    Parameters
    ----------
    function : callable
        Called as function(gaps, T) with gaps a pair of arrays (heights of the
        two upper levels [K]) and T a number; returns an array like a gap.
        It must vanish like e^{-gap/T} when the lower gap is large.
    T, B : ndarray
        Temperature [K] and field [T]; they broadcast.
    ats : AnomalousTunnelingSystems
        Needs `flux_area`.
    orientation : {"average", "parallel", "rms"}

    Returns
    -------
    ndarray or float
        Sum over the systems in one gram.

    Notes
    -----
    Source: levels of Jug 2018, eq. 8 with the distribution of eq. 10.
    """
    choice("orientation", orientation, ORIENTATIONS)
    phases = np.abs(ats.phase(B))
    if orientation == "rms":
        phases = phases / np.sqrt(3)
    grid_T, where_T = np.unique(T, return_inverse=True)
    grid_phase, where_phase = np.unique(phases, return_inverse=True)
    values = np.empty((grid_T.size, grid_phase.size))
    for group in groups_of_close(grid_T, 2):
        group_T = grid_T[group]

        def at(phase, group_T=group_T):
            return _at_phases(function, group_T, phase, ats)

        if orientation == "average":
            scale = min(ats.D_min, np.sqrt(ats.D_min * group_T[0])) / (ats.D0_max / ats.flux_area)
            values[group] = running_mean(at, grid_phase, 2 * np.pi, scale)
        else:
            values[group] = at(grid_phase)
    return values[where_T.reshape(np.shape(T)), where_phase.reshape(np.shape(B))][()]


def _at_phases(function, T, phases, ats):
    """Averages over D, α and D0 at each phase: shape (T.size, phases.size)."""
    result = np.zeros((T.size, phases.size))
    for column, phase in enumerate(phases):
        for D0, weight in zip(*_tunneling_nodes(T, phase, ats), strict=True):
            D, angle, measure = _plane_nodes(T, D0, phase, ats.D_min)
            levels = three_well_levels(asymmetries_from_polar(D, angle), np.sqrt(0.75) * D0, phase)
            gaps = levels[:, 1] - levels[:, 0], levels[:, 2] - levels[:, 0]
            counts = gaps[0] < gaps[0].min() + THERMAL_WINDOW * T.max()
            gaps, measure = [gap[counts] for gap in gaps], measure[counts]
            for row, temperature in enumerate(T):
                result[row, column] += weight * np.sum(measure * function(gaps, temperature))
    return 2 * np.pi * ats.density * result


def _tunneling_nodes(T, phase, ats):
    """Nodes D0 and weights of dD0/D0, up to the D0 whose gaps leave the thermal window.

    For any asymmetry the lower gap is at least 0.55 D0 times the phase, and the
    thermal factor falls exponentially with D0 times the phase over T.
    """
    low, high = ats.D0_min / ats.flux_area, ats.D0_max / ats.flux_area
    turned = _turned(phase)
    lowest = np.hypot(ats.D_min, low * turned)
    if turned > 0:
        high = max(min(high, (lowest + THERMAL_WINDOW * T.max()) / (0.55 * turned)), low)
    fall = (high - low) * turned / T.min()
    log_D0, weights = nodes_between(np.log(low), np.log(high), 8 + int(2 * np.sqrt(fall)))
    return np.exp(log_D0), weights


def _turned(phase):
    """The phase turned back into [0, π]; the levels are even and periodic in it."""
    return np.abs(np.mod(phase + np.pi, 2 * np.pi) - np.pi)


def _plane_nodes(T, D0, phase, D_min):
    """Nodes (D, α) and weights of dD/D dα·3/π over D > D_min, 0 < α < π/3.

    Up to D_far polar coordinates serve.  Beyond it only systems whose two
    lower wells are degenerate within the thermal window count; with
    x = D sin α and 1/D as coordinates their number is smooth down to 1/D = 0.
    """
    lowest = np.hypot(D_min, D0 * _turned(phase))
    width = min(D_min, T.min() * lowest / D_min)
    x_end = THERMAL_WINDOW * T.max() / np.sqrt(3) + 2 * D0
    D_far = D_min + x_end / np.sin(np.pi / 3)
    v, dv = nodes_between(0.0, np.log1p((D_far - D_min) / width), NODES[0])
    D = D_min + width * np.expm1(v)
    near = dv * width * np.exp(v) / D
    angle, dangle = powers_between(0.0, np.pi / 3, NODES[1])
    D, angle = (x.ravel() for x in np.meshgrid(D, angle, indexing="ij"))
    near = np.outer(near, dangle).ravel()

    inverse, dinverse = nodes_between(0.0, 1 / D_far, NODES[2])
    x, dx = nodes_between(0.0, x_end, NODES[3])
    far_angle = np.arcsin(np.outer(inverse, x)).ravel()
    far = np.outer(dinverse, dx).ravel() / np.cos(far_angle)
    D_tail = np.repeat(1 / inverse, x.size)
    return (
        np.concatenate([D, D_tail]),
        np.concatenate([angle, far_angle]),
        np.concatenate([near, far]) * 3 / np.pi,
    )
