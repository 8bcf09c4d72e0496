"""Exact averages over the three-level ensemble of anomalous tunneling systems.

All three levels of the Hamiltonian are kept, for any asymmetry and flux.  A
thermal quantity f(gaps, T) is averaged over the asymmetries (polar
coordinates D, α in the plane ΣE = 0), the tunneling energy D0 and the
direction of the loop.  At fixed D0 the flux enters through the phase alone,
so the average over directions is a running mean over one period.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Array, Values, choice, instance, integer, number, positive
from etm.ensembles import ORIENTATIONS, AnomalousTunnelingSystems, Orientation
from etm.quadrature import groups_of_close, nodes_between, powers_between, running_mean
from etm.wells import (
    asymmetries_from_polar,
    three_well_gap,
    three_well_levels,
    weak_field_gap,
)

__all__ = ["counted_ratio", "mean_log_asymmetry", "thermal_average"]

THERMAL_WINDOW = 40.0
"""Gaps more than this many T above the lowest one are left out."""

DRAWN_AT_ONCE = 200_000
"""Systems of a count that are held in memory together."""

NODES = 40, 30, 12, 36
"""Nodes in ln D, α, 1/D and x: the averages then hold to 5e-9."""


def thermal_average(
    function: Callable[..., Values],
    T: Array,
    B: Array,
    ats: AnomalousTunnelingSystems,
    orientation: Orientation = "average",
) -> Values:
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
    assert ats.flux_area is not None  # or there would be no phase
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


def mean_log_asymmetry(E: ArrayLike) -> Values:
    """Mean over the angle of ln D(E, α), where D(E, α) gives the gap E without a field.

    The systems with gap below E are those with D < D(E, α), so that at one D0
    and far from the cutoff the number of systems in a bin of the gap is
    proportional to the difference of this function.

    Parameters
    ----------
    E : array_like
        Gap in units of the rescaled tunneling energy D0.

    Returns
    -------
    ndarray or float
        By bisection, D in units of D0; ln E when E is small.

    Notes
    -----
    Source: levels of Jug 2018, eq. 8, at φ = 0, where the gap grows with D at
    every angle.
    """
    E = positive("E", E)
    angle, weight = powers_between(0.0, np.pi / 3, 400)
    low = np.log(E / 2)[..., None]
    high = low + 30.0
    for _ in range(50):
        middle = (low + high) / 2
        gap = three_well_gap(asymmetries_from_polar(np.exp(middle), angle), np.sqrt(0.75), 0.0)
        below = gap < E[..., None]
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low @ weight * 3 / np.pi)[()]


def counted_ratio(
    ats: AnomalousTunnelingSystems,
    B: float,
    edges: ArrayLike,
    size: int,
    rng: np.random.Generator,
    orientation: Orientation = "average",
    D_max: float = 3000.0,
) -> tuple[Array, Array]:
    """Exact over approximate density of states in bins of the gap, by counting.

    Only the systems which the exact gap moves to another bin than the weak-field gap
    are counted; those which stay make no noise.

    Parameters
    ----------
    ats : AnomalousTunnelingSystems
        Needs `flux_area`.
    B : float
        Magnetic field [T].
    edges : array_like, shape (n + 1,)
        Ends of the bins [K], ascending.
    size : int
        How many systems to draw.
    rng : numpy.random.Generator
        Source of random numbers.
    orientation : {"average", "parallel", "rms"}
        Directions of the loops, as in `gap_density`.
    D_max : float, optional
        Largest asymmetry drawn [K].

    Returns
    -------
    ratio, error : ndarray, shape (n,)
        The ratio and its standard error.

    Raises
    ------
    ValueError
        If `edges` do not ascend or another argument is out of range.

    Notes
    -----
    Source: distribution of Jug 2018, eq. 10, with the levels of eq. 8 and the gap of eq. 9.
    """
    choice("orientation", orientation, ORIENTATIONS)
    edges = positive("edges", edges)
    if edges.ndim != 1 or edges.size < 2 or np.any(np.diff(edges) <= 0):
        raise ValueError(f"edges = {edges}: must be two or more ascending gaps [K]")
    turned = 1 / np.sqrt(3) if orientation == "rms" else 1.0
    full_phase = ats.phase(number("B", B))
    assert ats.flux_area is not None  # or there would be no phase
    size = integer("size", size, 1)
    instance("rng", rng, np.random.Generator)
    moved, noise = np.zeros((2, edges.size - 1))
    for start in range(0, size, DRAWN_AT_ONCE):
        count = min(DRAWN_AT_ONCE, size - start)
        D, angle, D0_qS, cosine = ats.sample(count, rng, D_max)
        D0 = D0_qS / ats.flux_area
        phase = full_phase * (cosine if orientation == "average" else turned)
        exact = three_well_gap(asymmetries_from_polar(D, angle), np.sqrt(0.75) * D0, phase)
        gains, losses = (
            np.searchsorted(edges, gap, side="right") - 1
            for gap in (exact, weak_field_gap(D, D0, phase))
        )
        for index, sign in ((gains, 1), (losses, -1)):
            index = index[(gains != losses) & (index >= 0) & (index < moved.size)]
            hits = np.bincount(index, minlength=moved.size)
            moved += sign * hits
            noise += hits
    drawn_from = np.log(D_max / ats.D_min) * np.log(ats.D0_max / ats.D0_min)
    one_system = 2 * np.pi * ats.density * drawn_from / size
    gap, dgap = nodes_between(edges[:-1], edges[1:], 24)
    known = np.sum(ats.gap_density(gap, B, orientation) * dgap, axis=-1)
    return 1 + moved * one_system / known, np.sqrt(noise) * one_system / known


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

    For any asymmetry the lower gap is at least √3/π = 0.551 D0 times the phase, and the
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
