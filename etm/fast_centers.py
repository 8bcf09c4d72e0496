"""Fast two-level systems, whose bias is lost to quantum mixing: scattering and heat capacity.

Energies, amplitudes and temperatures are in units of the Debye temperature; times
enter as t ω_D (T/T_D)³, as in `etm.rfot.heat_capacity_factor`.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from etm.checks import Values, broadcastable, non_negative, number, ordered, positive
from etm.quadrature import nodes_between, powers_between

__all__ = [
    "conductivity",
    "heat_capacity_factor",
    "mean_free_path",
    "normalization",
    "ordinary_scatterers",
]

FAR = 40.0
"""Boltzmann factors beyond e^-40 do not count."""


def normalization(B: float, T_g: float, exponent: float, lowest: float, highest: float) -> float:
    """Constant A_1 of the joint distribution of bias and amplitude.

    Parameters
    ----------
    B, exponent : float
        Mixing and c of `etm.rfot.tunneling_exponent`, >= 0; c below 2.
    T_g, lowest, highest : float
        Glass transition, Δ_min and Δ_max, > 0.

    Returns
    -------
    float
        A_1, with which n(ε̃, Δ) = (A_1/T_g ξ³) (Δ_max/Δ)^c Δ^{-1} [BΔ² δ(ε̃) + e^{-ε̃/T_g}]
        holds one center in ξ³.

    Raises
    ------
    ValueError
        For arguments outside of these ranges, or Δ_min >= Δ_max.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, text below eq. 67, where Δ_max^c and 2 - c are missing.
    """
    B, T_g = number("B", B, non_negative), number("T_g", T_g, positive)
    c, low, high = _range(exponent, lowest, highest)
    fast = B * (high**2 - high**c * low ** (2 - c)) / ((2 - c) * T_g)
    ratio = np.log(high / low)
    return float(1 / (fast + ratio * special.exprel(c * ratio)))


def ordinary_scatterers(E: ArrayLike, exponent: float, lowest: float) -> Values:
    """What ordinary two-level systems add in the bracket where fast ones add B E.

    Parameters
    ----------
    E : array_like
        Energy of a phonon, > 0.
    exponent : float
        c, >= 0 and below 2.
    lowest : float
        Δ_min, > 0.

    Returns
    -------
    ndarray or float
        ∫_{Δ_min/E}^1 x^{1-c}/√(1-x²) dx, zero for E < Δ_min.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 68; an incomplete beta function.
    """
    E, low = positive("E", E), number("lowest", lowest, positive)
    a = 1 - _exponent(exponent) / 2
    share = special.betaincc(a, 0.5, np.minimum(low / E, 1.0) ** 2)
    return (special.beta(a, 0.5) / 2 * share)[()]


def mean_free_path(
    E: ArrayLike,
    B: float,
    T_g: float,
    exponent: float,
    lowest: float,
    highest: float,
    length: float = 5.8,
    T: ArrayLike | None = None,
) -> Values:
    """Mean free path of a phonon over its wavelength, with fast two-level systems.

    Parameters
    ----------
    E : array_like
        Energy of the phonon, > Δ_min.
    B, T_g, exponent, lowest, highest : float
        As in `normalization`.
    length : float, optional
        ξ/a, > 0.
    T : array_like, optional
        Temperature, > 0, for the factor tanh(E/2T) that the paper drops.

    Returns
    -------
    ndarray or float
        l/λ = E τ_E/2π with 1/τ_E = (π/3) A_1 (a/ξ)³ E (Δ_max/E)^c [B E + `ordinary_scatterers`].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 68.
    """
    E, length = positive("E", E), number("length", length, positive)
    A = normalization(B, T_g, exponent, lowest, highest)
    bracket = B * E + ordinary_scatterers(E, exponent, lowest)
    if np.any(number("lowest", lowest, positive) >= E):
        raise ValueError(f"E = {E.min()}: must exceed lowest = {lowest}")
    rate = np.pi / 3 * A * length**-3 * (highest / E) ** exponent * bracket
    if T is not None:
        T = positive("T", T)
        broadcastable(E=E, T=T)
        rate = rate * np.tanh(E / (2 * T))
    return (1 / (2 * np.pi * rate))[()]


def conductivity(
    T: ArrayLike,
    B: float,
    T_g: float,
    exponent: float,
    lowest: float,
    highest: float,
    length: float = 5.8,
    saturated: bool = False,
) -> Values:
    """Thermal conductivity over K, limited by ordinary and fast two-level systems.

    Parameters
    ----------
    T : array_like
        Temperature, > 0.
    B, T_g, exponent, lowest, highest : float
        As in `normalization`.
    length : float, optional
        ξ/a, > 0.
    saturated : bool, optional
        Whether to keep the factor tanh(E/2T) that the paper drops.

    Returns
    -------
    ndarray or float
        κ/K = T² ∫ x³ eˣ/(eˣ - 1)² (l/λ) dx over Δ_min/T < x < 40.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Phonons below Δ_min, on which nothing scatters here, are left out.

    Source: Lubchenko & Wolynes 2004, eq. 68 and text below it; K = k_B³ T_D² / (π ħ² c_s).
    """
    T = positive("T", T)
    low = np.minimum(number("lowest", lowest, positive) / T, FAR)
    v, dv = powers_between(np.log(low), np.full(T.shape, np.log(FAR)), 200)
    x = np.exp(v)
    hot = T[..., None] if saturated else None
    path = mean_free_path(
        np.maximum(x * T[..., None], np.nextafter(lowest, np.inf)),
        B, T_g, exponent, lowest, highest, length, hot,
    )  # fmt: skip
    kernel = x**3 / (4 * np.sinh(x / 2) ** 2)
    return (T**2 * (kernel * path * x * dv).sum(axis=-1))[()]


def heat_capacity_factor(tT3: ArrayLike, exponent: float, T_g: float) -> Values:
    """Heat taken up by the fast two-level systems within a time t.

    Parameters
    ----------
    tT3 : array_like
        t ω_D (T/T_D)³, > 0.
    exponent : float
        c, >= 0 and below 2.
    T_g : float
        Glass transition, > 0.

    Returns
    -------
    ndarray or float
        F = ∫ x^{3-c} / (4 cosh²(x/2)) dx over τ_min(x T) < t.  Beside the J of
        `etm.rfot.heat_capacity_factor` it enters as J + B T F.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 69, first term in the bracket.
    """
    tT3, T_g = positive("tT3", tT3), number("T_g", T_g, positive)
    c = _exponent(exponent)
    low, high = np.full(tT3.shape, -300.0), np.full(tT3.shape, 300.0)
    target = -np.log(9 * np.pi * T_g) - np.log(tT3)
    for _ in range(70):  # τ_min = t at x = e^v
        middle = (low + high) / 2
        slower = 3 * middle - np.log(np.tanh(np.exp(middle) / 2)) < target
        low, high = np.where(slower, (middle, high), (low, middle))
    first = np.exp(high)
    ends = np.stack([first + s for s in (0.0, 1.0, 4.0, 12.0, 30.0, 60.0)], axis=-1)
    u, du = nodes_between(np.sqrt(ends[..., :-1]), np.sqrt(ends[..., 1:]), 40)
    decay = np.exp(-u * u)
    weight = decay / (1 + decay) ** 2 * 2 * u * du
    return (weight * u ** (2 * (3 - c))).sum(axis=(-2, -1))[()]


def _exponent(exponent):
    c = number("exponent", exponent, non_negative)
    if c >= 2:
        raise ValueError(f"exponent = {c}: must be below 2")
    return c


def _range(exponent, lowest, highest):
    c = _exponent(exponent)
    low, high = number("lowest", lowest, positive), number("highest", highest, positive)
    ordered("lowest", low, "highest", high)
    return c, low, high
