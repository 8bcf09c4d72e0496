"""Dielectric constant and loss of two-level and anomalous tunneling systems.

Changes are relative, Δε′/ε′, or loss tangents.  T [K], the angular frequency
omega [rad/s] and B [T] broadcast; strengths carry what multiplies an integral.
"""

import numpy as np

from etm.checks import (
    broadcastable,
    finite,
    instance,
    non_negative,
    number,
    ordered,
    positive,
)
from etm.ensembles import AnomalousTunnelingSystems
from etm.field_average import THERMAL_WINDOW, field_average
from etm.quadrature import nodes_between
from etm.relaxation import time_over_gamma

__all__ = [
    "ats_loss",
    "ats_permittivity",
    "ats_permittivity_zero_field",
    "dipole_correlator",
    "two_level_loss",
    "two_level_permittivity",
]

TWO_LEVEL_WIDTH = np.pi / 6
"""ωτ ∝ E^-3 reaches ±i this far from the real axis of ln E."""

ATS_WIDTH = np.pi / 10
"""ωτ ∝ E^-5 reaches ±i this far from the real axis."""


def two_level_permittivity(T, omega, strength, gamma, D0_min, D0_max):
    """Permittivity of two-level systems: resonant and relaxational part.

    Parameters
    ----------
    T, omega : array_like
        Temperature [K] and angular frequency [rad/s], > 0; they broadcast.
    strength : float
        A = P̄ p0² / (ε0 εr), for asymmetries Δ >= 0, dimensionless.
    gamma : float
        Elastic constant γ [s K³].
    D0_min, D0_max : float
        Cutoffs of Δ0, and of the gap, [K].

    Returns
    -------
    resonant, relaxational : ndarray or float
        Relative changes Δε′/ε′, both > 0; their sum counts.

    Raises
    ------
    ValueError
        For an argument that is not finite and > 0, or cutoffs out of order.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 8 (Jug, Bonfanti & Kob 2016, eq. 35, prints
    twice the relaxational part).  The integral over τ is in closed form.
    """
    T, omega, strength, gamma = _two_level_input(T, omega, strength, gamma, D0_min, D0_max)
    E, dv, y = _two_level_nodes(T, D0_min, D0_max)
    resonant = 2 / 3 * strength * (y * y * np.tanh(E / (2 * T[..., None])) * dv).sum(axis=-1)
    relaxational = _two_level_relaxation(T, omega, strength, gamma, E, dv, y).real
    shape = np.broadcast_shapes(T.shape, omega.shape)
    return np.broadcast_to(resonant, shape)[()], relaxational[()]


def two_level_loss(T, omega, strength, gamma, D0_min, D0_max):
    """Relaxational loss tangent of two-level systems.

    Parameters
    ----------
    T, omega, strength, gamma, D0_min, D0_max
        As in `two_level_permittivity`.

    Returns
    -------
    ndarray or float
        tan δ, > 0.

    Raises
    ------
    ValueError
        As in `two_level_permittivity`.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 35 with the prefactor P̄ p0² / (6 ε0 εr k_B T).
    """
    T, omega, strength, gamma = _two_level_input(T, omega, strength, gamma, D0_min, D0_max)
    E, dv, y = _two_level_nodes(T, D0_min, D0_max)
    return -_two_level_relaxation(T, omega, strength, gamma, E, dv, y).imag[()]


def dipole_correlator(E, s, wells=3):
    """Averaged disorder correlator of the wells' dipoles, in units of p1².

    Parameters
    ----------
    E : array_like
        Gap [K], > 0.
    s : array_like
        Field energy D0 |φ| [K], between 0 and E.
    wells : int
        Number of wells of a regular polygon, >= 2.

    Returns
    -------
    ndarray or float
        (1/3) n/(n-1) [(n-2) E² + s²] / E².

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 45.
    """
    E, s = positive("E", E), non_negative("s", s)
    broadcastable(E=E, s=s)
    if wells != int(wells) or wells < 2:
        raise ValueError(f"wells = {wells}: must be a whole number >= 2")
    if np.any(s > E):
        raise ValueError(f"s = {np.max(s)}: must not exceed the gap E")
    return wells / (3 * (wells - 1)) * (wells - 2 + (s / E) ** 2)


def ats_permittivity(T, B, ats, strength, orientation="average", geometry="isotropic"):
    """Change of the permittivity of anomalous tunneling systems by a field.

    Parameters
    ----------
    T, B : array_like
        Temperature [K], > 0, and field [T]; they broadcast.
    ats : AnomalousTunnelingSystems
        Cutoffs of the population; its density is part of `strength`.
    strength : float
        π x_ATS P* p1² / (ε0 εr) [K], > 0.
    orientation : {"average", "parallel", "rms"}
        Of the loops to **B**: exact average (default), all facing the field, or
        the papers' shortcut φ → φ/√3.
    geometry : {"isotropic", "parallel", "perpendicular"}
        Of the measuring field **E** to **B**.  "isotropic", as in the papers,
        drops the correlation of the two through the loop's plane.

    Returns
    -------
    ndarray or float
        [ε′(T, B) - ε′(T, 0)] / ε′ of the resonant part.

    Raises
    ------
    ValueError
        For T <= 0, entries that are not finite, strength <= 0, an unknown option.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 41 and 45-51, with the constant of
    eq. 41 (3/2 of what three wells give) left in the strength.
    """
    T, B = positive("T", T), finite("B", B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    strength = number("strength", strength, positive)
    return strength / 2 * field_average(_resonant_change, T, B, ats, orientation, geometry)


def ats_permittivity_zero_field(T, omega, strength, Gamma, D_min):
    """Permittivity of anomalous tunneling systems without a field.

    Parameters
    ----------
    T, omega : array_like
        Temperature [K] and angular frequency [rad/s], > 0; they broadcast.
    strength : float
        A = π P̃* p1² / (ε0 εr D_min), P̃* = P* ln(D0max/D0min), dimensionless.
    Gamma : float
        Elastic constant Γ [s K⁵] of τ = Γ tanh(D/2T) / D⁵.
    D_min : float
        Smallest asymmetry [K].

    Returns
    -------
    resonant, relaxational : ndarray or float
        Relative changes Δε′/ε′, both > 0; their sum counts.

    Raises
    ------
    ValueError
        For an argument that is not finite and > 0.

    Notes
    -----
    Source: Jug & Paliienko 2013, eqs 14-15, with the prefactor 1/3 in both
    parts, which have one origin (1/2 is printed for the relaxational one).
    """
    T, omega = positive("T", T), positive("omega", omega)
    broadcastable(T=T, omega=omega)
    strength, Gamma = number("strength", strength, positive), number("Gamma", Gamma, positive)
    D_min = number("D_min", D_min, positive)
    top = np.maximum(THERMAL_WINDOW * T, D_min)
    length = np.log(top / D_min)
    u, du = nodes_between(np.zeros_like(T), length, _count(length, ATS_WIDTH))
    D, t = D_min * np.exp(u), T[..., None]
    resonant = (D_min / D * np.tanh(D / (2 * t)) * du).sum(axis=-1) + D_min / top
    phase = omega[..., None] * Gamma * np.tanh(D / (2 * t)) / D**5
    relaxational = (_sech2(D / (2 * t)) / (1 + phase**2) * du).sum(axis=-1) * D_min / (2 * T)
    shape = np.broadcast_shapes(T.shape, omega.shape)
    return strength / 3 * np.broadcast_to(resonant, shape)[()], (strength / 3 * relaxational)[()]


def ats_loss(T, B, ats, strength, Gamma, omega, orientation="average", geometry="isotropic"):
    """Change of the loss tangent of anomalous tunneling systems by a field.

    Parameters
    ----------
    T, B, ats, strength, orientation, geometry
        As in `ats_permittivity`.
    Gamma : float
        Elastic constant Γ [s K⁵]; Table 7 of the source lists 1/Γ.
    omega : float
        Angular frequency [rad/s], > 0.

    Returns
    -------
    ndarray or float
        tan δ(T, B) - tan δ(T, 0).

    Raises
    ------
    ValueError
        As in `ats_permittivity`, and for Gamma or omega <= 0.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 54, 55 and 61, with the rate of
    `etm.relaxation.ats_rate`.
    """
    T, B = positive("T", T), finite("B", B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    strength = number("strength", strength, positive)
    slowness = number("omega", omega, positive) * number("Gamma", Gamma, positive)

    def absorbed(D, E, T):
        phase = slowness * time_over_gamma(E, D, T)
        return (D / E) ** 2 * _sech2(E / (2 * T)) * phase / (1 + phase**2)

    def change(D, s, T):
        return absorbed(D, np.hypot(D, s), T) - absorbed(D, D, T)

    average = field_average(change, T, B, ats, orientation, geometry, ATS_WIDTH)
    return strength / (4 * T) * average


def _resonant_change(D, s, T):
    """tanh(E/2T)/E (1 + s²/E²) - tanh(D/2T)/D, E² = D² + s², without cancellation."""
    E = np.hypot(D, s)
    low, high = np.tanh(D / (2 * T)), np.tanh(E / (2 * T))
    shift = s * s / (E + D)  # E - D
    decay = np.exp(-D / T)
    rise = -2 * np.expm1(-shift / T) * decay / ((1 + np.exp(-E / T)) * (1 + decay))
    return rise / E - low * shift / (E * D) + high * s * s / E**3


def _two_level_input(T, omega, strength, gamma, D0_min, D0_max):
    T, omega = positive("T", T), positive("omega", omega)
    broadcastable(T=T, omega=omega)
    ordered("D0_min", number("D0_min", D0_min, positive),
            "D0_max", number("D0_max", D0_max, positive))  # fmt: skip
    return T, omega, number("strength", strength, positive), number("gamma", gamma, positive)


def _two_level_nodes(T, D0_min, D0_max):
    """Gaps E = Δ0min cosh v up to Δ0max, weights dE/E = y dv / y with y = tanh v."""
    v_end = np.arccosh(D0_max / D0_min)
    v, dv = nodes_between(0.0, v_end, _count(v_end, TWO_LEVEL_WIDTH))
    return D0_min * np.cosh(v), dv, np.tanh(v)


def _two_level_relaxation(T, omega, strength, gamma, E, dv, y):
    """Complex permittivity A/(6T) ∫ dE sech²(E/2T) ∫ dτ/τ √(1 - τmin/τ) / (1 + iωτ)."""
    T, omega = T[..., None], omega[..., None]
    shortest = gamma * np.tanh(E / (2 * T)) / E**3
    debye = _debye_integral(y, omega * shortest)
    return strength / 6 * (_sech2(E / (2 * T)) * debye * E / T * y * dv).sum(axis=-1)


def _debye_integral(y, k):
    """∫ 2x² / (1 + ik - x²) dx from 0 to y: the integral over τ, with k = ωτmin."""
    c = np.sqrt(1 + 1j * k)
    z = y / c
    series = z**3 * (1 / 3 + z * z * (1 / 5 + z * z * (1 / 7 + z * z * (1 / 9 + z * z / 11))))
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = np.arctanh(z) - z
    return 2 * c * np.where(np.abs(z) < 0.03, series, closed)


def _sech2(x):
    decay = np.exp(-2 * x)
    return 4 * decay / (1 + decay) ** 2


def _count(length, width):
    return 30 + int(6.5 * np.max(length) / width)
