"""Relaxation of two-level systems under a sound wave: their rate, and what it does to the sound.

Frequencies, rates, energies and temperatures are in units of the Debye frequency or
temperature.
"""

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Values, broadcastable, number, positive
from etm.quadrature import nodes_between
from etm.rfot import fastest_rate

__all__ = ["relaxation_rate", "sound_change"]

COLDEST, HOTTEST = -25.0, np.log(80.0)  # of ln E/T, beyond which nothing relaxes


def relaxation_rate(E: ArrayLike, amplitude: ArrayLike, T: ArrayLike, T_g: ArrayLike) -> Values:
    """Rate at which a two-level system emits and absorbs phonons.

    Parameters
    ----------
    E, amplitude : array_like
        Splitting and Δ <= E, > 0.
    T, T_g : array_like
        Temperature and glass transition, > 0.

    Returns
    -------
    ndarray or float
        1/τ = 9π T_g E Δ² coth(E/2T) [ω_D].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 57, which is eq. 23, with g of eq. 18.
    """
    E, amplitude = positive("E", E), positive("amplitude", amplitude)
    broadcastable(E=E, amplitude=amplitude)
    if np.any(amplitude > E):
        raise ValueError(f"amplitude = {amplitude.max()}: must not exceed E")
    rate = fastest_rate(E, T, T_g)
    broadcastable(amplitude=amplitude, rate=rate)
    return rate * (amplitude / E) ** 2


def sound_change(frequency: ArrayLike, T: ArrayLike, T_g: float) -> Values:
    """Change of the velocity of sound by relaxation.

    Parameters
    ----------
    frequency, T : array_like
        ω and temperature, > 0; they broadcast.
    T_g : float
        Glass transition, > 0.

    Returns
    -------
    ndarray or float
        (ξ/a)³ δc_s/c_s, negative, for amplitudes distributed as 1/Δ; its slope in ln ω is 1/2
        for slow sound.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 56 with the minus and cosh²(E/2T), averaged over eqs 22
    (c = 0) and 34.  The integral over Δ is Re z artanh(1/z) - 1 with z² = 1 + iωτ_min.
    """
    frequency, T = positive("frequency", frequency), positive("T", T)
    broadcastable(frequency=frequency, T=T)
    T_g = number("T_g", T_g, positive)
    v, dv = nodes_between(COLDEST, HOTTEST, 240)
    x = np.exp(v)
    fastest = fastest_rate(x * T[..., None], T[..., None], T_g)
    slow = _over_amplitudes(frequency[..., None] / fastest)
    thermal = 4 * np.exp(-x) / (1 + np.exp(-x)) ** 2
    return (-0.5 * (thermal * slow * x * dv).sum(axis=-1))[()]


def _over_amplitudes(q):
    """∫_0^1 √(1-u²)/u · u⁴/(u⁴ + q²) du."""
    z = np.sqrt(1 + 1j * q)
    closed = (z * (np.log(z + 1) - np.log(1j * q) / 2)).real - 1
    y = 1 / (1 + 1j * q)
    series = sum(y**k / (2 * k + 1) for k in range(1, 11)).real
    return np.where(q > 50, series, closed)
