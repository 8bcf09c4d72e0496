"""Heat capacity of tunneling systems, phonons and paramagnetic ions.

All functions take T [K] and B [T], which broadcast against each other
(``T[:, None], B[None, :]`` gives a surface), and return J/(g K).
"""

import numpy as np

from etm.checks import choice, finite, integer, non_negative, positive
from etm.quadrature import gauss, join, logarithms_between, nodes_between, on_grid, powers_between
from etm.thermal import level_schottky, schottky, schottky_integral
from etm.three_level import thermal_average
from etm.units import BOHR_MAGNETON_IN_KELVIN, BOLTZMANN

__all__ = ["ats", "ats_zero_field", "paramagnet", "phonon", "two_level"]

THERMAL_WINDOW = 40.0
"""Gaps more than this many T above the lowest one are left out (e^-40 = 4e-18)."""


def ats(T, B, ats, orientation="average", levels=2):
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
    """
    T, B = positive("T", T), finite("B", B)
    choice("levels", levels, (2, 3))
    if levels == 3:
        return BOLTZMANN * thermal_average(level_schottky, T, B, ats, orientation)
    a, b = ats.field_energies(B, orientation)
    return BOLTZMANN * on_grid(_ats_block, T, a, b, ats, orientation)


def ats_zero_field(T, ats):
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
    scale = 2 * np.pi * ats.density * BOLTZMANN * np.log(ats.D0_max / ats.D0_min)
    return scale * schottky_integral(ats.D_min / (2 * T))


def two_level(T, tls):
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
    total = _arcosh_schottky(T, tls.D0_min)
    if np.isfinite(tls.D0_max):
        total = total - _arcosh_schottky(T, tls.D0_max)
    return (BOLTZMANN * tls.density * total)[()]


def phonon(T, coefficient):
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
    """
    return non_negative("coefficient", coefficient) * positive("T", T) ** 3


def paramagnet(T, B, density, J, g=2.0):
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
    """
    T, B = positive("T", T), finite("B", B)
    m = np.arange(integer("2 J", 2 * J, 0) + 1)
    z = finite("g", g) * BOHR_MAGNETON_IN_KELVIN * np.abs(B) / T
    weight = np.exp(-z[..., None] * m)
    weight /= weight.sum(axis=-1, keepdims=True)
    spread = m - (weight * m).sum(axis=-1, keepdims=True)
    variance = (weight * spread * spread).sum(axis=-1)
    return (BOLTZMANN * non_negative("density", density) * z * z * variance)[()]


def _ats_block(T, a, b, ats, orientation):
    s, dE = _gap_nodes(T.min(axis=0), T.max(axis=0), a, b, ats.D_min, orientation)
    s = np.maximum(s, np.finfo(float).tiny)
    weight = ats.density_at_reach(s, a[:, None], b[:, None], orientation) * dE
    x = np.sqrt(s * s + ats.D_min**2) / 2
    return (schottky(x / T[..., None]) * weight).sum(axis=-1)


def _gap_nodes(T_low, T_high, a, b, D_min, orientation):
    """Nodes s = √(E² - D_min²) and weights dE on the smooth pieces of the gap axis.

    The density has kinks at s = a and s = b, and logarithms that become
    infinite just below them.  With E² = m² + y² and the right m they are
    smooth in ln y: m = max(a, D_min) between the kinks and m = b beyond them.
    Below the first kink (directions averaged) s = D_min sinh v is smooth.
    The nodes serve all temperatures between T_low and T_high, a factor of two
    apart; their numbers were chosen so that the relative error of C stays below
    1e-10 from 1 mK to 300 K and up to 20 T.
    """
    first = np.zeros_like(a) if orientation == "average" else a
    window = THERMAL_WINDOW * T_high
    last2 = first * first + window * (2 * np.hypot(D_min, first) + window)
    middle = np.maximum(a, D_min)
    shift = (D_min - middle) * (D_min + middle)
    y_end = np.sqrt(np.maximum(np.minimum(b * b, last2) + shift, 0.0))
    t_start = np.full_like(a, D_min)
    t_end = np.sqrt(np.maximum(last2 + D_min**2 - b * b, 0.0))
    knee = np.minimum(D_min + 4 * T_low, t_end)

    y, dy = powers_between(np.minimum(a, D_min), y_end, 32)
    t, dt = join(logarithms_between(t_start, knee, 32), powers_between(knee, t_end, 24))
    E, E_tail = np.hypot(middle[:, None], y), np.hypot(b[:, None], t)
    s = [
        np.sqrt(np.maximum(y * y - shift[:, None], 0.0)),
        np.sqrt((E_tail - D_min) * (E_tail + D_min)),
    ]
    dE = [y * dy / E, t * dt / E_tail]
    if orientation == "average":
        top = np.arcsinh(np.minimum(a, np.sqrt(last2)) / D_min)
        v, dv = nodes_between(np.zeros_like(top), top, 40)
        s.append(D_min * np.sinh(v))
        dE.append(s[-1] * dv)
    return np.concatenate(s, axis=-1), np.concatenate(dE, axis=-1)


def _arcosh_schottky(T, lowest):
    """∫ arcosh(E/lowest) schottky(E/2T) dE from lowest to infinity."""
    u, w = gauss(48)
    T = T[..., None]
    top = np.arccosh(1 + THERMAL_WINDOW * T / lowest)
    v = top * u
    E = lowest * np.cosh(v)
    return (v * schottky(E / (2 * T)) * lowest * np.sinh(v) * top * w).sum(axis=-1)
