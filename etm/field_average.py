"""Averages over anomalous tunneling systems in a field, of any function of D and D0 φ.

What one system contributes is a function of its asymmetry D and of its field
energy s = D0 |φ|.  Summed over the population it becomes an integral over s with
a known weight: cutoffs, field and geometry enter there and nowhere else.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.polynomial import chebyshev

from etm.checks import Array, Values, choice
from etm.ensembles import AnomalousTunnelingSystems, Orientation
from etm.quadrature import nodes_between

__all__ = ["GEOMETRIES", "field_average"]

Geometry: TypeAlias = Literal["isotropic", "parallel", "perpendicular"]
GEOMETRIES: dict[Geometry, tuple[float, float]] = {
    "isotropic": (1.0, 0.0),
    "parallel": (1.5, -1.5),
    "perpendicular": (0.75, 0.75),
}
"""Weight w0 + w2 cos²β of a loop whose normal makes the angle β with **B**, by the direction of **E**."""

THERMAL_WINDOW = 40.0
"""Above this many T, tanh(E/2T) is 1 and 1/cosh(E/2T) is 0 to all digits."""

TINY = 1e-140
"""Below this the square of s / D_min would be lost."""

SMOOTH = np.pi / 2
"""How far from the real axis of ln D and arsinh(s/D_min) a thermal factor has its poles."""


def field_average(
    change: Callable[..., Values],
    T: Array,
    B: Array,
    ats: AnomalousTunnelingSystems,
    orientation: Orientation = "average",
    geometry: Geometry = "isotropic",
    width: float = SMOOTH,
) -> Values:
    """∫∫ dD/D dD0/D0 ⟨w(cos β) change(D, D0 |φ cos β|, T)⟩ over a population.

    Parameters
    ----------
    change : callable
        change(D, s, T) with D and s arrays [K] and T a number [K]: what the field
        changes in one system, of order s² for small s, even and smooth in s.
    T, B : ndarray
        Temperature [K], > 0, and field [T]; they broadcast.
    ats : AnomalousTunnelingSystems
        The population; its density does not enter.
    orientation : {"average", "parallel", "rms"}
        Of the loops to **B**, as in `AnomalousTunnelingSystems.gap_density`.
    geometry : {"isotropic", "parallel", "perpendicular"}
        Of the measuring field **E** to **B**: a loop answers to the part of
        **E** in its plane.  "isotropic" drops the correlation.
    width : float, optional
        Distance of the nearest singularity of `change` from the real axes of
        ln D and arsinh(s/D_min).

    Returns
    -------
    ndarray or float
        In units of `change`.

    Raises
    ------
    ValueError
        For an unknown orientation or geometry.

    Notes
    -----
    Source: measure of Jug 2018, eq. 10, rescaled as in eq. 9; geometry ours.
    The integral over D is taken at Chebyshev points of v = arsinh(s/D_min), even
    in v, once a temperature; the integrals of the Chebyshev polynomials with the
    weight of s, once a field.  A surface is then a product of two matrices.
    """
    w0, w2 = GEOMETRIES[choice("geometry", geometry, tuple(GEOMETRIES))]
    fields, where_B = np.unique(np.abs(B), return_inverse=True)
    temperatures, where_T = np.unique(T, return_inverse=True)
    a, b = ats.field_energies(fields, orientation)
    end = np.arcsinh(b.max(initial=0.0) / ats.D_min)
    shape = np.broadcast_shapes(np.shape(T), np.shape(B))
    if end < TINY or temperatures.size == 0:
        return np.zeros(shape)[()]
    count = 30 + int(10 * end / width)
    coefficients = [_coefficients(change, t, ats.D_min, end, count, width) for t in temperatures]
    cutoffs = np.transpose([a, b])
    if orientation == "average":
        moments = [_moments(x, y, ats.D_min, w0, w2, end, count, width) for x, y in cutoffs]
    else:
        seen = w0 + w2 * (1 / 3 if orientation == "rms" else 1.0)
        moments = [seen * _facing(x, y, ats.D_min, end, count, width) for x, y in cutoffs]
    coefficients, moments = np.stack(coefficients), np.stack(moments)
    where_T, where_B = where_T.reshape(np.shape(T)), where_B.reshape(np.shape(B))
    if temperatures.size * fields.size <= 4 * np.prod(shape):
        return (coefficients @ moments.T)[where_T, where_B][()]
    return np.einsum("...k,...k->...", coefficients[where_T], moments[where_B])


def _coefficients(change, T, D_min, end, count, width):
    """Chebyshev coefficients in 2(v/end)² - 1 of ∫ dD/D change / tanh² v."""
    x = chebyshev.chebpts1(count)
    v = end * np.sqrt((x + 1) / 2)
    values = _over_asymmetry(change, T, D_min * np.sinh(v), D_min, width) / np.tanh(v) ** 2
    result = values @ chebyshev.chebvander(x, count - 1) * (2 / count)
    result[0] /= 2
    return result


def _over_asymmetry(change, T, s, D_min, width):
    """∫ change dD/D from D_min for an array of s: in ln D, and in 1/D where D leads."""
    warm = np.log1p(THERMAL_WINDOW * T / D_min)
    last = np.maximum(warm, np.log(np.maximum(s, D_min) / D_min))
    u, du = nodes_between(0.0, warm, _count(warm, width))
    total = change(D_min * np.exp(u), s[:, None], T) @ du
    u, du = nodes_between(np.full_like(s, warm), last, _count(last.max() - warm, width))
    total += (change(D_min * np.exp(u), s[:, None], T) * du).sum(axis=-1)
    turn = D_min * np.exp(last)
    x, dx = nodes_between(0.0, 1.0, 30)
    return total + (change(turn[:, None] / x, s[:, None], T) * dx / x).sum(axis=-1)


def _moments(a, b, D_min, w0, w2, end, count, width):
    """∫ ds W(s) tanh² v T_n, W(s) the weight of s when D0 and β are averaged over."""
    total = np.zeros(count)
    for low, high, inside in ((0.0, a, True), (a, b, False)):
        s, ds, basis = _nodes(low, high, D_min, end, count, width)
        if high > low:
            start = a if inside else s
            plain, ratio = (b - start) / b, start / b
            square = (s / start) ** 2 * plain * (1 + ratio + ratio**2) / 3
            total += ds / start * (w0 * plain + w2 * square) @ basis
    return total


def _facing(a, b, D_min, end, count, width):
    """∫ ds/s tanh² v T_n from a to b."""
    s, ds, basis = _nodes(a, b, D_min, end, count, width)
    return (ds / s) @ basis if b > a else np.zeros(count)


def _nodes(low, high, D_min, end, count, width):
    """Nodes in s from low to high, weights ds, and tanh² v T_n there."""
    low, high = np.arcsinh(low / D_min), np.arcsinh(high / D_min)
    v, dv = nodes_between(low, high, _count(high - low, width))
    basis = chebyshev.chebvander(2 * (v / end) ** 2 - 1, count - 1) * np.tanh(v)[:, None] ** 2
    return D_min * np.sinh(v), D_min * np.cosh(v) * dv, basis


def _count(length, width):
    """Gauss nodes for an interval with singularities `width` away: the error falls as e^-26."""
    return 30 + int(6.5 * length / width)
