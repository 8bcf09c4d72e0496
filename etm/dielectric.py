"""Dielectric constant and loss of two-level and anomalous tunneling systems.

Changes are relative, Δε′/ε′, or loss tangents.  T [K], the angular frequency
omega [rad/s] and B [T] broadcast; strengths carry what multiplies an integral.
"""

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import (
    Values,
    broadcastable,
    finite,
    instance,
    integer,
    non_negative,
    number,
    ordered,
    positive,
)  # fmt: skip
from etm.ensembles import AnomalousTunnelingSystems, Orientation
from etm.field_average import THERMAL_WINDOW, Geometry, field_average
from etm.quadrature import nodes_between
from etm.relaxation import debye_integral, time_over_gamma

__all__ = [
    "ats_loss",
    "ats_permittivity",
    "ats_permittivity_relaxing",
    "ats_permittivity_zero_field",
    "dipole_correlator",
    "two_level_loss",
    "two_level_permittivity",
]

TWO_LEVEL_WIDTH = np.pi / 6
"""ωτ ∝ E^-3 reaches ±i this far from the real axis of ln E."""

BLOCK = 1000
"""Points whose integrands are held at a time."""

ATS_WIDTH = np.pi / 10
"""The same for ωτ ∝ E^-5."""


def two_level_permittivity(
    T: ArrayLike, omega: ArrayLike, strength: float, gamma: float, D0_min: float, D0_max: float
) -> tuple[Values, Values]:
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
    resonant = 2 / 3 * strength * _in_blocks(_two_level_resonance, T, D0_min, D0_max)
    relaxational = _in_blocks(_two_level_relaxation, T, omega, gamma, D0_min, D0_max).real
    shape = np.broadcast_shapes(T.shape, omega.shape)
    return np.broadcast_to(resonant, shape)[()], (strength / 6 * relaxational)[()]


def two_level_loss(
    T: ArrayLike, omega: ArrayLike, strength: float, gamma: float, D0_min: float, D0_max: float
) -> Values:
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
    response = _in_blocks(_two_level_relaxation, T, omega, gamma, D0_min, D0_max)
    return (-strength / 6 * response.imag)[()]


def dipole_correlator(E: ArrayLike, s: ArrayLike, wells: int = 3) -> Values:
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
    wells = integer("wells", wells, 2)
    if np.any(s > E):
        raise ValueError(
            f"s = {np.broadcast_to(s, (s > E).shape)[s > E][0]}: must not exceed the gap E"
        )
    return wells / (3 * (wells - 1)) * (wells - 2 + (s / E) ** 2)


def ats_permittivity(
    T: ArrayLike, B: ArrayLike, ats: AnomalousTunnelingSystems, strength: float,
    orientation: Orientation = "average", geometry: Geometry = "isotropic",
) -> Values:  # fmt: skip
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
        [ε′(T, B) - ε′(T, 0)] / ε′ of the resonant part, which the papers take alone.

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


def ats_permittivity_zero_field(
    T: ArrayLike, omega: ArrayLike, strength: float, Gamma: float, D_min: float
) -> tuple[Values, Values]:
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
    resonant = _in_blocks(_ats_resonance, T, D_min)
    relaxational = _in_blocks(_ats_relaxation, T, omega, Gamma, D_min)
    shape = np.broadcast_shapes(T.shape, omega.shape)
    return np.broadcast_to(strength / 3 * resonant, shape)[()], (strength / 3 * relaxational)[()]


def ats_loss(
    T: ArrayLike, B: ArrayLike, ats: AnomalousTunnelingSystems, strength: float, Gamma: float,
    omega: float, orientation: Orientation = "average", geometry: Geometry = "isotropic",
) -> Values:  # fmt: skip
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
    return _relaxing(True, T, B, ats, strength, Gamma, omega, orientation, geometry)


def ats_permittivity_relaxing(
    T: ArrayLike, B: ArrayLike, ats: AnomalousTunnelingSystems, strength: float, Gamma: float,
    omega: float, orientation: Orientation = "average", geometry: Geometry = "isotropic",
) -> Values:  # fmt: skip
    """Change by a field of the relaxational part of the permittivity.

    Parameters
    ----------
    T, B, ats, strength, Gamma, omega, orientation, geometry
        As in `ats_loss`.

    Returns
    -------
    ndarray or float
        What adds to `ats_permittivity`: strength / (4 T) times the average of
        (D/E)² sech²(E/2T) / (1 + ω²τ²), less its value without a field.

    Raises
    ------
    ValueError
        As in `ats_loss`.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 31, 42 and 54, with the constant of eq. 42
    left in the strength; the papers leave this part of ε′ out.
    """
    return _relaxing(False, T, B, ats, strength, Gamma, omega, orientation, geometry)


def _relaxing(loss, T, B, ats, strength, Gamma, omega, orientation, geometry):
    T, B = positive("T", T), finite("B", B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    strength = number("strength", strength, positive)
    slowness = number("omega", omega, positive) * number("Gamma", Gamma, positive)

    def change(D, s, T):
        return _relaxing_change(D, s, T, slowness, loss)

    coldest = max(T.min(initial=np.inf) / ats.D_min, 1 / 700)
    width = min(ATS_WIDTH, np.sqrt(7 * coldest))  # where e^(-E/T) has grown by e^(7/2)
    average = field_average(change, T, B, ats, orientation, geometry, width)
    return strength / (4 * T) * average


def _resonant_change(D, s, T):
    """tanh(E/2T)/E (1 + s²/E²) - tanh(D/2T)/D, E² = D² + s², without cancellation."""
    E = np.hypot(D, s)
    low, high = np.tanh(D / (2 * T)), np.tanh(E / (2 * T))
    shift = s * s / (E + D)  # E - D
    decay = np.exp(-D / T)
    rise = -2 * np.expm1(-shift / T) * decay / ((1 + np.exp(-E / T)) * (1 + decay))
    return rise / E - low * shift / (E * D) + high * s * s / E**3


def _relaxing_change(D, s, T, slowness, loss):
    """(D/E)² sech²(E/2T) / (1 + ω²τ²), for the loss times ωτ, less that at s = 0, from their ratio."""
    before = slowness * time_over_gamma(D, D, T)
    at_rest = _sech2(D / (2 * T)) * (before if loss else 1.0) / (1 + before**2)
    ratio2 = (s / D) ** 2
    E = np.hypot(D, s)
    decay, fall = np.exp(-D / T), np.expm1(-s * s / ((E + D) * T))
    sech2 = -s * s / ((E + D) * T) - 2 * np.log1p(decay * fall / (1 + decay))
    tanh = np.log1p(decay * fall / np.expm1(-D / T)) - np.log1p(decay * fall / (1 + decay))
    slower = tanh - 1.5 * np.log1p(ratio2) - np.log1p(2 * ratio2)
    near = np.log1p(before**2 / (1 + before**2) * np.expm1(2 * np.maximum(slower, -0.5)))
    far = np.log1p((before * np.exp(slower)) ** 2) - np.log1p(before**2)
    damping = np.where(slower > -0.5, near, far)
    return at_rest * np.expm1(sech2 + loss * slower - np.log1p(ratio2) - damping)


def _ats_nodes(T, D_min):
    """Asymmetries up to the thermal window and weights dD/D."""
    length = np.log1p(THERMAL_WINDOW * T / D_min).ravel()
    u, du = nodes_between(np.zeros_like(length), length, _count(length, ATS_WIDTH))
    return D_min * np.exp(u), du


def _ats_resonance(T, D_min):
    """D_min ∫ dD/D² tanh(D/2T), where tanh is 1 beyond the window."""
    D, du = _ats_nodes(T, D_min)
    beyond = D_min / (D_min + THERMAL_WINDOW * T)
    return (D_min / D * np.tanh(D / (2 * T)) * du).sum(axis=-1) + beyond.ravel()


def _ats_relaxation(T, omega, Gamma, D_min):
    """D_min/2T ∫ dD/D sech²(D/2T) / (1 + ω²τ²)."""
    D, du = _ats_nodes(T, D_min)
    phase = omega * Gamma * np.tanh(D / (2 * T)) / D**5
    return (D_min / (2 * T) * _sech2(D / (2 * T)) / (1 + phase**2) * du).sum(axis=-1)


def _two_level_input(T, omega, strength, gamma, D0_min, D0_max):
    T, omega = positive("T", T), positive("omega", omega)
    broadcastable(T=T, omega=omega)
    ordered("D0_min", number("D0_min", D0_min, positive),
            "D0_max", number("D0_max", D0_max, positive))  # fmt: skip
    return T, omega, number("strength", strength, positive), number("gamma", gamma, positive)


def _in_blocks(function, *arguments):
    """Apply a function of points, to be evaluated on many nodes each, to a few at a time."""
    grid = np.broadcast(*arguments)
    flat = [np.broadcast_to(x, grid.shape).ravel()[:, None] for x in arguments]
    result = [function(*(x[k : k + BLOCK] for x in flat)) for k in range(0, grid.size, BLOCK)]
    return np.concatenate(result or [np.empty(0)]).reshape(grid.shape)


def _two_level_nodes(D0_min, top):
    """Gaps E = Δ0min cosh v up to the top, weights dE/E = y dv / y with y = tanh v."""
    v_end = np.arccosh(np.maximum(top / D0_min, 1.0)).ravel()
    v, dv = nodes_between(np.zeros_like(v_end), v_end, _count(v_end, TWO_LEVEL_WIDTH))
    return D0_min * np.cosh(v), dv, np.tanh(v)


def _two_level_resonance(T, D0_min, D0_max):
    """∫ dE/E √(1 - Δ0min²/E²) tanh(E/2T)."""
    E, dv, y = _two_level_nodes(D0_min, D0_max)
    return (y * y * np.tanh(E / (2 * T)) * dv).sum(axis=-1)


def _two_level_relaxation(T, omega, gamma, D0_min, D0_max):
    """∫ dE/T sech²(E/2T) ∫ dτ/τ √(1 - τmin/τ) / (1 + iωτ)."""
    E, dv, y = _two_level_nodes(D0_min, np.minimum(D0_max, D0_min + THERMAL_WINDOW * T))
    shortest = gamma * np.tanh(E / (2 * T)) / E**3
    debye = debye_integral(y, (D0_min / E) ** 2, omega * shortest)
    return (_sech2(E / (2 * T)) * debye * E / T * y * dv).sum(axis=-1)


def _sech2(x):
    decay = np.exp(-2 * x)
    return 4 * decay / (1 + decay) ** 2


def _count(length, width):
    return 30 + int(6.5 * np.max(length) / width)
