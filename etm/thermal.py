"""Thermal factors of a system with given levels; energies and T in kelvin."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Values

__all__ = ["level_schottky", "schottky", "schottky_integral"]


def schottky(x: ArrayLike) -> Values:
    """Heat capacity of a two-level system in units of k_B, x² / cosh² x.

    Parameters
    ----------
    x : array_like
        E / 2T, >= 0.

    Returns
    -------
    ndarray or float

    Notes
    -----
    Source: Jug 2018, eq. 15.  Written with e^{-2x}, so that it underflows to
    zero instead of overflowing.
    """
    x = np.asarray(x, dtype=float)
    decay = np.exp(-2 * np.abs(x))
    return np.square(2 * x / (1 + decay)) * decay


def schottky_integral(x: ArrayLike) -> Values:
    """∫ from x to infinity of y / cosh² y dy = ln 2 - x tanh x + ln cosh x.

    Parameters
    ----------
    x : array_like
        Lower limit, >= 0.

    Returns
    -------
    ndarray or float
        2x / (e^{2x} + 1) + ln(1 + e^{-2x}), the same without cancellation.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 19, where ln 2 - I(x) stands.
    """
    x = np.asarray(x, dtype=float)
    decay = np.exp(-2 * x)
    return 2 * x * decay / (1 + decay) + np.log1p(decay)


def level_schottky(gaps: Sequence[ArrayLike], T: ArrayLike) -> Values:
    """Heat capacity in units of k_B of systems with any number of levels.

    Parameters
    ----------
    gaps : sequence of array_like
        Heights of the excited levels above the ground level [K], >= 0.
    T : array_like
        Temperature [K].

    Returns
    -------
    ndarray or float
        Variance of the energy over T².

    Notes
    -----
    Source: -T ∂²F/∂T² of F = -T ln Z.
    """
    T = np.asarray(T, dtype=float)
    Z = np.ones(())
    first, second = np.zeros(()), np.zeros(())
    for gap in gaps:
        x = np.asarray(gap, dtype=float) / T
        weight = np.exp(-x)
        Z = Z + weight
        weight = weight * x
        first = first + weight
        second = second + weight * x
    mean = first / Z
    return second / Z - mean * mean
