"""How fast tunneling systems relax: rates, times and their distribution."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etm.checks import (
    Array,
    Values,
    broadcastable,
    finite,
    instance,
    non_negative,
    number,
    positive,
)
from etm.ensembles import AnomalousTunnelingSystems

__all__ = ["ats_rate", "ats_time_density", "debye_integral", "time_over_gamma", "two_level_rate"]


def two_level_rate(E: ArrayLike, tunneling: ArrayLike, T: ArrayLike, gamma: float) -> Values:
    """One-phonon relaxation rate of a two-level system.

    Parameters
    ----------
    E, tunneling : array_like
        Gap and tunneling energy Δ0 [K], > 0.
    T : array_like
        Temperature [K], > 0.
    gamma : float
        Elastic constant γ [s K³], > 0.

    Returns
    -------
    ndarray or float
        1/τ = E Δ0² / (γ tanh(E/2T)) [1/s].

    Raises
    ------
    ValueError
        For an argument that is not finite and > 0, or Δ0 > E.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 9.
    """
    E, tunneling, T = positive("E", E), positive("tunneling", tunneling), positive("T", T)
    gamma = number("gamma", gamma, positive)
    broadcastable(E=E, tunneling=tunneling, T=T)
    _below_gap("tunneling", tunneling, E)
    return E * tunneling**2 / (gamma * np.tanh(E / (2 * T)))


def ats_rate(E: ArrayLike, D: ArrayLike, T: ArrayLike, Gamma: float) -> Values:
    """Relaxation rate of an anomalous tunneling system.

    Parameters
    ----------
    E, D : array_like
        Gap and rescaled asymmetry [K], 0 <= D <= E, E > 0.
    T : array_like
        Temperature [K], > 0.
    Gamma : float
        Elastic constant Γ [s K⁵], > 0.

    Returns
    -------
    ndarray or float
        1/τ = E³ (D0²φ² + D²/2) / (Γ tanh(E/2T)) [1/s], with D0²φ² = E² - D².

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 55, where 5/6 is printed for 1/2.  The
    power of E in front is the papers'; the matrix element gives the bracket.
    """
    E, D, T = positive("E", E), non_negative("D", D), positive("T", T)
    broadcastable(E=E, D=D, T=T)
    _below_gap("D", D, E)
    return 1 / (number("Gamma", Gamma, positive) * time_over_gamma(E, D, T))


def ats_time_density(
    E: ArrayLike,
    tau: ArrayLike,
    T: ArrayLike,
    B: ArrayLike,
    ats: AnomalousTunnelingSystems,
    Gamma: float,
) -> Values:
    """Number of systems per gram, kelvin and second with gap E and relaxation time τ.

    All loops face the field; the average over directions has no closed form.

    Parameters
    ----------
    E, tau : array_like
        Gap [K] and relaxation time [s], > 0.
    T, B : array_like
        Temperature [K], > 0, and field [T], not 0: without a field all systems of one
        gap have one relaxation time, 2 Γ tanh(E/2T) / E⁵, and there is no density.
    ats : AnomalousTunnelingSystems
        The population.
    Gamma : float
        Elastic constant Γ [s K⁵], > 0.

    Returns
    -------
    ndarray or float
        π P* n τmin / [E (τ - τmin)(τmax - τ)] [1/(K s g)] where the cutoffs allow
        E and τ, else 0; τmin = Γ tanh(E/2T) / E⁵ and τmax = 2 τmin.

    Raises
    ------
    ValueError
        For E, τ, T or Γ not finite and > 0, and for a field that is 0 or not finite.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 57, with the 1/2 of eq. 55 (printed: a 5
    in the denominator and τmax = 6/5 τmin).
    """
    E, tau, T, B = positive("E", E), positive("tau", tau), positive("T", T), finite("B", B)
    broadcastable(E=E, tau=tau, T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    if np.any(B == 0):
        raise ValueError("B = 0.0: must not be 0, where each gap has one relaxation time")
    fastest = number("Gamma", Gamma, positive) * time_over_gamma(E, 0.0, T)
    share = 2 * (1 - fastest / tau)  # D²/E²
    a, b = ats.field_energies(B, "parallel")
    s2 = (1 - share) * E**2
    inside = (share * E**2 > ats.D_min**2) & (s2 > a * a) & (s2 < b * b)
    tau_safe = np.where(inside, tau, 1.5 * fastest)
    spread = (tau_safe - fastest) * (2 * fastest - tau_safe)
    return np.where(inside, np.pi * ats.density * fastest / (E * spread), 0.0)[()]


def debye_integral(y: Array, q: Array, k: Array) -> NDArray[np.complex128]:
    """Debye responses of the two-level systems of one gap, whose times are distributed.

    Parameters
    ----------
    y, q : ndarray
        √(1 - Δ0min²/E²) and 1 - y², both given so that neither loses digits, between 0 and 1.
    k : ndarray
        ωτmin, >= 0; the three broadcast.

    Returns
    -------
    ndarray, complex
        ∫ dτ/τ √(1 - τmin/τ) / (1 + iωτ) from τmin to τmin/q, as ∫ 2x² / (1 + ik - x²) dx
        from 0 to y.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 8, the integral over τ in closed form.  With
    z = y / √(1 + ik) it is 2√(1 + ik) (artanh z - z).  Small z has its series, and
    where z is close to 1 the artanh is written with 1 + ik - y² = q + ik.
    """
    c = np.sqrt(1 + 1j * k)
    z = y / c
    w = y * y / (1 + 1j * k)
    series = 2 * y * w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9 + w / 11))))
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.arctanh(z)
    large = np.log(c + y) - 0.5 * np.log(q + 1j * k)
    closed = 2 * c * (np.where(np.abs(z) < 0.5, middle, large) - z)
    return np.where(np.abs(z) < 0.03, series, closed)


def time_over_gamma(E: Values, D: Values | float, T: Values) -> Values:
    """Relaxation time of an anomalous tunneling system over Γ, without checks.

    Parameters
    ----------
    E, D, T : ndarray
        As in `ats_rate`; they broadcast.

    Returns
    -------
    ndarray
        τ/Γ [1/K⁵].

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 55, as in `ats_rate`.
    """
    return np.tanh(E / (2 * T)) / (E**3 * ((E - D) * (E + D) + D * D / 2))


def _below_gap(name, value, E):
    value, E = np.broadcast_arrays(value, E)
    if np.any(value > E):
        raise ValueError(f"{name} = {value[value > E][0]}: must not exceed the gap E")
