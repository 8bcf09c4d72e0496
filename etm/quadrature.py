"""Gauss nodes on finite intervals, and the running mean over a periodic flux."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike, NDArray

from etm.checks import Array, Values

__all__ = [
    "gauss",
    "groups_of_close",
    "logarithms_between",
    "nodes_between",
    "on_grid",
    "powers_between",
    "running_mean",
]


BLOCK = 100
"""Fields whose integrands are held at a time: they fit in the processor's cache."""


@cache
def gauss(n: int) -> tuple[Array, Array]:
    """Gauss–Legendre nodes and weights on [0, 1].

    Parameters
    ----------
    n : int
        Number of nodes.

    Returns
    -------
    nodes, weights : ndarray, shape (n,)
    """
    x, w = np.polynomial.legendre.leggauss(n)
    return (x + 1) / 2, w / 2


def nodes_between(low: ArrayLike, high: ArrayLike, n: int) -> tuple[Array, Array]:
    """Gauss–Legendre nodes and weights on many intervals at once.

    Parameters
    ----------
    low, high : array_like, shape (...)
        Ends of the intervals; an interval with high <= low is empty and gets
        zero weights.
    n : int
        Number of nodes.

    Returns
    -------
    nodes, weights : ndarray, shape (..., n)

    Examples
    --------
    >>> x, w = nodes_between(0.0, [1.0, 2.0], 4)
    >>> (x**3 * w).sum(axis=-1).round(12)  # ∫ x³ dx
    array([0.25, 4.  ])
    """
    x, w = gauss(n)
    length = np.maximum(np.subtract(high, low), 0.0)[..., None]
    return np.asarray(low)[..., None] + length * x, length * w


def logarithms_between(low: ArrayLike, high: ArrayLike, n: int) -> tuple[Array, Array]:
    """The same as `nodes_between` with the nodes Gaussian in the logarithm.

    Parameters
    ----------
    low, high : array_like, shape (...)
        Ends of the intervals, low > 0; empty where high <= low.
    n : int
        Number of nodes.

    Returns
    -------
    nodes, weights : ndarray, shape (..., n)
    """
    low = np.asarray(low, dtype=float)
    v, dv = nodes_between(np.log(low), np.log(np.maximum(high, low)), n)
    nodes = np.exp(v)
    return nodes, nodes * dv


def powers_between(low: ArrayLike, high: ArrayLike, n: int) -> tuple[Array, Array]:
    """The same as `nodes_between` with the nodes crowding quadratically at `low`.

    Parameters
    ----------
    low, high : array_like, shape (...)
        Ends of the intervals; empty where high <= low.
    n : int
        Number of nodes.

    Returns
    -------
    nodes, weights : ndarray, shape (..., n)
    """
    x, w = gauss(n)
    length = np.maximum(np.subtract(high, low), 0.0)[..., None]
    return np.asarray(low)[..., None] + length * x * x, 2 * length * x * w


def on_grid(
    function: Callable[..., Values], T: Values, a: Values, b: Values, *arguments: Any
) -> Values:
    """Apply a function of temperature and field energies in cache-sized blocks.

    Where T and the field energies vary along different axes, temperatures
    within a factor of four share the nodes of one block.

    Parameters
    ----------
    function : callable
        Called as ``function(T, a, b, *arguments)`` with T of shape (n, 1) or
        (1, m) and a, b of shape (m,); returns n rows of shape (m,).
    T : ndarray
        Positive.
    a, b : ndarray
        Of one shape; they broadcast against T.

    Returns
    -------
    ndarray or float
        Of the broadcast shape.
    """
    shape = np.broadcast_shapes(T.shape, a.shape)
    if T.size * a.size != np.prod(shape, dtype=int):
        T, a, b = (np.broadcast_to(x, shape) for x in (T, a, b))
        rows = _in_blocks(function, T.reshape(1, -1), a.ravel(), b.ravel(), *arguments)
        return rows.reshape(shape)
    rows = np.empty((T.size, a.size))
    for group in groups_of_close(T.ravel()):
        rows[group] = _in_blocks(function, T.ravel()[group, None], a.ravel(), b.ravel(), *arguments)
    where_T = np.arange(T.size).reshape(T.shape)
    where_B = np.arange(a.size).reshape(a.shape)
    return rows[where_T, where_B][()]


def groups_of_close(values: Array, factor: float = 4) -> list[NDArray[np.intp]]:
    """Indices of positive values in groups, within each of which they differ by < `factor`.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Positive numbers.
    factor : float, optional
        How far apart two values of one group may be.

    Returns
    -------
    list of ndarray of int
        Groups of ascending values; together all indices.
    """
    if values.size == 0:
        return []
    order = np.argsort(values)
    step = np.floor(np.log(values[order] / values.min()) / np.log(factor))
    return np.split(order, np.flatnonzero(np.diff(step)) + 1)


def _in_blocks(function, T, a, b, *arguments):
    result = np.empty((T.shape[0], a.size))
    for start in range(0, a.size, BLOCK):
        part = slice(start, start + BLOCK)
        rows = T[:, part] if T.shape[1] > 1 else T
        result[:, part] = function(rows, a[part], b[part], *arguments)
    return result


def running_mean(
    function: Callable[..., Values], upper: Array, period: float, scale: float, n: int = 64
) -> Array:
    """Mean of a periodic, even function over [0, upper], for many uppers.

    Parameters
    ----------
    function : callable
        Takes points of shape (n,) in [0, period/2] and returns an array of
        shape (..., n).
    upper : ndarray, shape (m,)
        Ends of the intervals, >= 0.
    period : float
        Period of the function; it is even about 0 and so about period/2.
    scale : float
        Width of the narrowest structure about 0; nodes crowd there.
    n : int, optional
        Number of Chebyshev nodes.

    Returns
    -------
    ndarray, shape (..., m)

    Notes
    -----
    With φ = scale · sinh v the function is interpolated in v and integrated
    exactly.  Whole half-periods contribute their mean.
    """
    upper = np.asarray(upper, dtype=float)
    half = period / 2
    reach = min(half, float(upper.max(initial=0.0)))
    at_zero = function(np.zeros(1))
    if reach == 0:
        return np.broadcast_to(at_zero, (*at_zero.shape[:-1], upper.size))
    end = np.arcsinh(reach / scale)
    v = (chebyshev.chebpts1(n) + 1) / 2 * end
    values = function(scale * np.sinh(v)) * (scale * np.cosh(v))
    coefficients = _chebyshev_coefficients(values)
    whole, rest = np.divmod(upper, half)
    back = whole % 2 == 1
    integral = chebyshev.chebint(np.moveaxis(coefficients, -1, 0), lbnd=-1, scl=end / 2)

    def area(point):
        return chebyshev.chebval(2 * np.arcsinh(point / scale) / end - 1, integral)

    full = area(np.array([reach]))
    total = (whole + back) * full + np.where(back, -1, 1) * area(np.where(back, half - rest, rest))
    return np.where(upper > 0, total / np.where(upper > 0, upper, 1.0), at_zero)


def _chebyshev_coefficients(values):
    """Coefficients of the interpolant through values at the first-kind points."""
    n = values.shape[-1]
    vandermonde = chebyshev.chebvander(chebyshev.chebpts1(n), n - 1)
    coefficients = values @ vandermonde * (2 / n)
    coefficients[..., 0] /= 2
    return coefficients
