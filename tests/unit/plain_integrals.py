"""The same averages by the longest way: plain integrals over the distribution.

Nothing here uses the gap density, the quadrature or the thermal factors of `etm`.
`heat_capacity` integrates over the distribution itself, in floating point;
`heat_capacity_mpmath` integrates the gap density over the gap, with 30 digits.
"""

import mpmath
import numpy as np

import etm

FACTOR = 1.519267447878626e-5
"""D0 φ [K] of 1 K Å² in 1 T, retyped."""

BOLTZMANN = 1.380649e-23
"""k_B [J/K], exact since 2019, retyped."""

PUBLISHED = [
    glass.populations[temperature]
    for glass in map(etm.glasses.load, etm.glasses.available())
    for temperature in glass.temperatures
]
"""Every published fit of the heat capacity."""

EXTREMES = [
    etm.ATS(*cutoffs, 5e16)
    for cutoffs in [
        # Jug 2016, Tables 5, 6, 8, 10 and 11
        (0.0227, 1.767e5, 2.248e5),
        (0.0150, 7.60e1, 3.047e4),
        (0.0486, 3.035e3, 7.616e4),
        (0.01774, 2.13e4, 9.22e6),
        (0.01676, 1.34e4, 8.91e6),
        (0.0801, 1.31e5, 2.44e5),
        (0.0535, 2.00e5, 2.81e5),
        # Jug 2021, Tables 3 and 4
        (0.02671, 2.717e5, 2.925e5),
        (0.05238, 2.107e5, 2.160e5),
        (0.0599, 8.87e4, 1.200e5),
        # cutoffs that all but meet
        (0.32, 5.30e4, 5.30e4 * (1 + 1e-4)),
    ]
]
"""Cutoffs of other observables: small D_min, wide and narrow ranges of D0."""


def graded(low, high, finest, count):
    """Nodes and weights on [low, high], panels doubling in width from `finest` at `low`."""
    edges = finest * 2.0 ** np.arange(max(0, int(np.ceil(np.log2((high - low) / finest)))))
    edges = np.concatenate([[0.0], edges[edges < high - low], [high - low]])
    x, w = np.polynomial.legendre.leggauss(count)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return low + (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def field_energies(B, ats, orientation):
    field = FACTOR * abs(B) / (np.sqrt(3) if orientation == "rms" else 1)
    return ats.D0_min * field, ats.D0_max * field


def heat_capacity(T, B, ats, orientation, count=16):
    """C [J/(g K)] as ∫ dln D0 ∫ dμ ∫ dln D, in the field energy s = D0 φ μ and the gap E.

    Systems of one direction have the measure ds/s between a and b.  Averaged over
    μ in [0, 1] this is ds (1/max(a, s) - 1/b) between 0 and b.
    """
    a, b = field_energies(B, ats, orientation)
    per_gram = 2 * np.pi * ats.density * BOLTZMANN
    if B == 0:
        at_zero = _over_asymmetry(np.zeros(1), T, ats.D_min, count)[0]
        return per_gram * np.log(ats.D0_max / ats.D0_min) * at_zero
    pieces = [(a, b)] if orientation != "average" else [(0.0, a), (a, b)]
    total, first = 0.0, pieces[0][0]
    for low, high in pieces:
        lowest, base = np.hypot(ats.D_min, first), np.hypot(ats.D_min, low)
        reach = np.sqrt((lowest + 60 * T) ** 2 - ats.D_min**2)
        if reach <= low:
            continue
        scales = [ats.D_min, T, np.sqrt(ats.D_min * T)]
        if low > 0:
            scales += [low, T * base / low]
        s, ds = graded(low, min(high, reach), min(scales) / 8, count)
        measure = 1 / s
        if orientation == "average":
            # 1/max(a, s) - 1/b with the small difference of nearly equal cutoffs kept exact
            width = a * (ats.D0_max - ats.D0_min) / ats.D0_min
            measure = (width - np.maximum(s - a, 0)) / (np.maximum(a, s) * b)
        total += np.sum(ds * measure * _over_asymmetry(s, T, ats.D_min, count))
    return per_gram * total


def _over_asymmetry(s, T, D_min, count):
    """∫ dD/D (E/2T)² / cosh²(E/2T) with E² = D² + s², in E above its lowest value."""
    lowest = np.hypot(D_min, s)[:, None]
    finest = min(T, D_min, D_min**2 / lowest.max()) / 8
    above, weight = graded(0.0, 60 * T, finest, count)
    E = lowest + above
    measure = E / (D_min**2 + above * (E + lowest))
    decay = np.exp(-E / T)
    return (weight * measure * (E / T) ** 2 * decay / (1 + decay) ** 2).sum(axis=1)


def two_level_heat_capacity(T, D0_min, D0_max, density):
    """C [J/(g K)] of two-level systems as ∫ dΔ0/Δ0 ∫ dΔ, Δ >= 0."""
    top = min(D0_max, np.hypot(D0_min, 60 * T) + D0_min)
    D0, dD0 = graded(D0_min, top, min(D0_min, T) / 8, 16)
    asymmetry, width = graded(0.0, 60 * T + np.sqrt(120 * T * top), min(D0_min, T) / 8, 16)
    total = 0.0
    for tunneling, weight in zip(D0, dD0 / D0, strict=True):
        x = np.hypot(asymmetry, tunneling) / T
        decay = np.exp(-x)
        total += weight * np.sum(width * x**2 * decay / (1 + decay) ** 2)
    return density * BOLTZMANN * total


def gap_density_mpmath(E, D, a, b, orientation):
    """E g(E) / (2π P* n) of Jug 2018, eq. 13, and of its average over directions."""
    if orientation != "average":
        inside = (E - a) * (E + a)
        if E > mpmath.hypot(D, b):
            return mpmath.log(b / a * mpmath.sqrt(inside / ((E - b) * (E + b))))
        return mpmath.log(mpmath.sqrt(inside * (E - D) * (E + D)) / (a * D))
    reach = mpmath.sqrt((E - D) * (E + D))
    if reach == 0:
        return mpmath.mpf(0)
    low, top = min(a, reach), min(b, reach)
    return (
        mpmath.log(top / low)
        + mpmath.log((E - low) * (E + low) / ((E - top) * (E + top))) / 2
        + E * (mpmath.atanh(low / E) / a - mpmath.atanh(top / E) / b)
    )


def heat_capacity_mpmath(T, B, ats, orientation):
    """C [J/(g K)] as ∫ dE g(E) k_B (E/2T)² / cosh²(E/2T), Jug 2016, eqs 14, 15 and 17."""
    with mpmath.workdps(30):
        T, field = mpmath.mpf(T), mpmath.mpf(FACTOR) * abs(mpmath.mpf(B))
        if orientation == "rms":
            field /= mpmath.sqrt(3)
        D = mpmath.mpf(ats.D_min)
        a, b = (mpmath.mpf(cutoff) * field for cutoff in (ats.D0_min, ats.D0_max))
        kinks = [mpmath.hypot(D, a), mpmath.hypot(D, b)]
        if orientation == "average":
            kinks.insert(0, D)
        last = kinks[0] + 60 * T

        def integrand(E):
            # (E/2T)² / cosh²(E/2T) times e^{E_first/T}: mpmath's goal is an absolute error
            falling = mpmath.exp((kinks[0] - E) / T) / (1 + mpmath.exp(-E / T)) ** 2
            return gap_density_mpmath(E, D, a, b, orientation) * E / T**2 * falling

        total = mpmath.mpf(0)
        for low, high in zip(kinks, [*kinks[1:], last], strict=True):
            if low < last:
                total += mpmath.quad(integrand, _marks(low, min(high, last), T, D, a))
        total *= mpmath.exp(-kinks[0] / T)
        return float(2 * mpmath.pi * mpmath.mpf(ats.density) * mpmath.mpf(BOLTZMANN) * total)


def _marks(low, high, T, D, a):
    """Ends of the panels of the gap axis, crowding at `low`."""
    step = min(T, D, D * D / low, a * a / low)
    marks = [low]
    while low + step < high:
        marks.append(low + step)
        step *= 3
    return [*marks, high]
