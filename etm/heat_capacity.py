"""Heat capacity of tunneling systems, phonons and paramagnetic ions.

All functions take T [K] and B [T], which broadcast against each other
(``T[:, None], B[None, :]`` gives a surface), and return J/(g K).
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import (
    Values,
    broadcastable,
    choice,
    finite,
    instance,
    integer,
    non_negative,
    number,
    positive,
)
from etm.ensembles import AnomalousTunnelingSystems, Orientation, TwoLevelSystems
from etm.quadrature import logarithms_between, nodes_between, on_grid
from etm.thermal import level_schottky, schottky, schottky_integral
from etm.three_level import thermal_average
from etm.units import BOHR_MAGNETON_IN_KELVIN, BOLTZMANN

__all__ = ["ats", "ats_zero_field", "paramagnet", "phonon", "polaron", "two_level"]

THERMAL_WINDOW = 36.0
"""Gaps more than this many T above the lowest one are left out (e^-36 = 2e-16)."""

POLARON_WINDOW, POLARON_NODES = 60.0, 150
"""The integrand falls as e^-u and has its poles at least π away from the real axis."""

TINY = 1e-150
"""A number whose square is still positive."""


def ats(
    T: ArrayLike,
    B: ArrayLike,
    ats: AnomalousTunnelingSystems,
    orientation: Orientation = "average",
    levels: Literal[2, 3] = 2,
) -> Values:
    """Heat capacity of anomalous tunneling systems in a magnetic field.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    B : array_like
        Magnetic field [T].
    ats : AnomalousTunnelingSystems
        The population.
    orientation : {"average", "parallel", "rms"}
        Exact average over directions (default), all loops normal to the
        field, or the papers' shortcut φ → φ/√3.
    levels : {2, 3}
        2: effective two-level systems of gap √(D² + D0² φ²), as in the
        papers.  3: all three levels of the exact Hamiltonian, averaged over D,
        the direction of the asymmetries, D0 and the direction of the loop;
        needs `ats.flux_area`.

    Returns
    -------
    ndarray or float
        [J/(g K)].

    Raises
    ------
    ValueError
        For T <= 0, entries that are not finite, an unknown option, or
        ``levels=3`` without a flux area.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 17, averaged over directions.  The
    gap density is in closed form; one integral over the gap remains, split
    at its two kinks, each part in the variable in which it is smooth.

    Examples
    --------
    >>> import etm
    >>> duran = etm.glasses.load("Duran").at(1.23)
    >>> C = ats(1.23, [0.0, 0.1, 1.0], duran)  # one temperature, three fields
    >>> (1e6 * C).round(2)  # µJ/(g K)
    array([ 8.18,  8.22, 10.3 ])
    """
    T, B = positive("T", T), finite("B", B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    choice("levels", levels, (2, 3))
    if levels == 3:
        return BOLTZMANN * thermal_average(level_schottky, T, B, ats, orientation)
    a, b = ats.field_energies(B, orientation)
    return BOLTZMANN * on_grid(_ats_block, T, a, b, ats, orientation)


def ats_zero_field(T: ArrayLike, ats: AnomalousTunnelingSystems) -> Values:
    """Heat capacity of anomalous tunneling systems without a field.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    ats : AnomalousTunnelingSystems
        The population.

    Returns
    -------
    ndarray or float
        2π P* n k_B ln(D0max/D0min) [ln 2 - x tanh x + ln cosh x] with
        x = D_min / 2T [J/(g K)].

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 19 at B = 0, where E_c2 = D_min.
    """
    T = positive("T", T)
    instance("ats", ats, AnomalousTunnelingSystems)
    scale = 2 * np.pi * ats.density * BOLTZMANN * np.log(ats.D0_max / ats.D0_min)
    return scale * schottky_integral(ats.D_min / (2 * T))


def two_level(T: ArrayLike, tls: TwoLevelSystems) -> Values:
    """Heat capacity of the two-level systems of the standard tunneling model.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    tls : TwoLevelSystems
        The population.

    Returns
    -------
    ndarray or float
        [J/(g K)].

    Notes
    -----
    Source: Jug 2018, eqs 12, 14, 15 with the exact gap density.  With
    E = Δ0min cosh v the density is P̄ n v.
    """
    T = positive("T", T)
    instance("tls", tls, TwoLevelSystems)
    total = _arcosh_schottky(T, tls.D0_min)
    if np.isfinite(tls.D0_max):
        total = total - _arcosh_schottky(T, tls.D0_max)
    return (BOLTZMANN * tls.density * total)[()]


def phonon(T: ArrayLike, coefficient: ArrayLike) -> Values:
    """Debye heat capacity, coefficient · T³.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    coefficient : array_like
        [J/(g K⁴)], >= 0.

    Returns
    -------
    ndarray or float
        [J/(g K)].

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 21.

    Examples
    --------
    >>> float(phonon(2.0, 1e-7))
    8e-07
    """
    T, coefficient = positive("T", T), non_negative("coefficient", coefficient)
    broadcastable(T=T, coefficient=coefficient)
    return coefficient * T**3


def paramagnet(T: ArrayLike, B: ArrayLike, density: ArrayLike, J: float, g: float = 2.0) -> Values:
    """Heat capacity of paramagnetic ions in a field.

    Parameters
    ----------
    T, B : array_like
        Temperature [K], > 0, and field [T].
    density : array_like
        Ions per gram, >= 0.
    J : float
        Spin; 2J must be a whole number (2 for Fe²⁺, 5/2 for Fe³⁺).
    g : float, optional
        Landé factor.

    Returns
    -------
    ndarray or float
        [J/(g K)].

    Raises
    ------
    ValueError
        For T <= 0, a negative density or 2J that is not a whole number >= 0.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 16, with z = g μ_B B / k_B T (the J
    printed in z belongs to the magnetization).  The difference of inverse
    squared sinh is written as the variance it is: no digits cancel at small z.

    Examples
    --------
    >>> C = paramagnet(1.0, [0.0, 1.0, 5.0], density=1e17, J=5 / 2)
    >>> (1e6 * C).round(2)  # a peak where the splitting is near k_B T
    array([0.  , 1.16, 0.08])
    """
    T, B, density = positive("T", T), finite("B", B), non_negative("density", density)
    broadcastable(T=T, B=B, density=density)
    m = np.arange(integer("2 J", 2 * number("J", J), 0) + 1)
    z = np.abs(number("g", g) * B) * BOHR_MAGNETON_IN_KELVIN / T
    weight = np.exp(-z[..., None] * m)
    weight /= weight.sum(axis=-1, keepdims=True)
    spread = m - (weight * m).sum(axis=-1, keepdims=True)
    variance = (weight * spread * spread).sum(axis=-1)
    return (BOLTZMANN * density * z * z * variance)[()]


def polaron(T: ArrayLike, density: ArrayLike, V0: ArrayLike) -> Values:
    """Heat capacity of [FeO4]⁰ centres: a hole bound to the spin of Fe³⁺.

    The two levels ±(5/4)|V| of a centre are E = (5/2)|V| apart, and |V| has the gamma
    distribution 4 V² e^{-2V/V0} / V0³.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    density : array_like
        Centres per gram, >= 0.
    V0 : array_like
        Most probable |V| [K], > 0; the three broadcast.

    Returns
    -------
    ndarray or float
        [J/(g K)].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Jug & Paliienko 2013, eqs 27 to 30, with the splitting and the k_B corrected;
    the printed eq. 30 is this with half of its V0.
    """
    T, density, V0 = positive("T", T), non_negative("density", density), positive("V0", V0)
    broadcastable(T=T, density=density, V0=V0)
    half_gap = 5 / 8 * (V0 / T)[..., None]  # E/2T for t = 2V/V0 = 1
    u, du = nodes_between(0.0, POLARON_WINDOW, POLARON_NODES)
    fall = 1 + 2 * half_gap
    t = u / fall
    mean = (t * t / 2 * np.exp(-t) * schottky(half_gap * t) * du / fall).sum(axis=-1)
    return (BOLTZMANN * density * mean)[()]


def _ats_block(T, a, b, ats, orientation):
    gaps, weights = [], []
    for m, y, dy in _gap_pieces(T.max(axis=0), a, b, ats.D_min, orientation):
        E = np.sqrt(m * m + y * y)
        density = ats.density_beyond(m, y, a[:, None], b[:, None], orientation)
        gaps.append(E)
        weights.append(density * y / E * dy)
    half_gap, weight = np.hstack(gaps) / 2, np.hstack(weights)
    return [np.einsum("jk,jk->j", schottky(half_gap / row[:, None]), weight) for row in T]


def _gap_pieces(T, a, b, D_min, orientation):
    """Smooth pieces of the gap axis as (m, y, dy) with E² = m² + y², up to the window of T.

    The density has kinks at s = a and s = b, s² = E² - D_min², and logarithms that
    become infinite just below them.  All these logarithms, and the poles of the
    thermal factor, lie on the imaginary y axis if m = max(a, D_min) between the
    kinks and m = b beyond them: there ln y is a smooth variable.  Below the first
    kink (directions averaged) it is v with y = D_min sinh v and m = D_min.
    """
    first = np.zeros_like(a) if orientation == "average" else a
    window = THERMAL_WINDOW * T
    last = np.sqrt(first * first + window * (2 * np.hypot(D_min, first) + window))

    def logarithmic(m, y_low, s_high):
        y2_high = s_high * s_high - (m - D_min) * (m + D_min)
        y_low = np.maximum(y_low, TINY)
        y_high = np.sqrt(np.maximum(y2_high, y_low * y_low))
        return m[:, None], *logarithms_between(y_low, y_high, _count(np.log(y_high / y_low)))

    bottom = np.full_like(a, D_min)
    between = logarithmic(np.maximum(a, D_min), np.minimum(a, D_min), np.minimum(b, last))
    beyond = logarithmic(b, bottom, last)
    if orientation != "average":
        return between, beyond
    v_end = np.arcsinh(np.minimum(a, last) / D_min)
    v, dv = nodes_between(np.zeros_like(a), v_end, _count(v_end))
    return (bottom[:, None], D_min * np.sinh(v), D_min * np.cosh(v) * dv), between, beyond


def _count(lengths):
    """Gauss nodes for the longest of some intervals of v or ln y.

    The poles are π/2 away from the real axis, and a thermal factor falls by up to
    e^-144 over an interval (temperatures up to a factor of four apart share nodes).
    The relative error of C stays below 1e-11 from 1 mK to 300 K and up to 20 T.
    """
    return 30 + int(4 * lengths.max(initial=0.0))


def _arcosh_schottky(T, lowest):
    """∫ arcosh(E/lowest) schottky(E/2T) dE from lowest to infinity, in E = lowest cosh v."""
    v_end = np.arccosh(1 + THERMAL_WINDOW * T / lowest)
    v, dv = nodes_between(np.zeros_like(v_end), v_end, _count(v_end))
    E = lowest * np.cosh(v)
    return (v * schottky(E / (2 * T[..., None])) * lowest * np.sinh(v) * dv).sum(axis=-1)
