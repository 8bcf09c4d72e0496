"""Magnetization of anomalous tunneling systems and of paramagnetic ions.

All functions take T [K] and B [T], which broadcast against each other, and
return A m²/g, which is J/(T g); `etm.units` converts to emu and oersted.
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
from etm.ensembles import ORIENTATIONS, AnomalousTunnelingSystems, Orientation
from etm.field_average import THERMAL_WINDOW, field_average
from etm.quadrature import groups_of_close, nodes_between
from etm.three_level_current import current_average
from etm.units import BOHR_MAGNETON, BOHR_MAGNETON_IN_KELVIN, BOLTZMANN, PHASE_ENERGY

__all__ = [
    "ats",
    "ats_susceptibility",
    "entropy",
    "free_energy",
    "larmor",
    "paramagnet",
    "saturation_moment",
]

REACH = 1e30
"""Temperatures [K] down to its inverse and fields [T] up to it have squares that are floats."""

SATURATED = 1e4
"""In a field of this many k_B T per μ_B the ions are saturated to all digits."""

LARGEST_SPIN = 1000
"""2J; a sum over 2J + 1 levels."""

SPAN = 100.0
"""Fields further apart than this are averaged apart."""


def ats(
    T: ArrayLike,
    B: ArrayLike,
    ats: AnomalousTunnelingSystems,
    orientation: Orientation = "average",
    levels: Literal[2, 3] = 2,
) -> Values:
    """Magnetization of anomalous tunneling systems.

    Parameters
    ----------
    T : array_like
        Temperature [K], from 1e-30 to 1e30.
    B : array_like
        Magnetic field [T], from -1e30 to 1e30.
    ats : AnomalousTunnelingSystems
        The population.
    orientation : {"average", "parallel", "rms"}
        Exact average over directions (default), all loops facing the field, or
        the papers' shortcut φ → φ/√3.
    levels : {2, 3}
        2: effective two-level systems of gap √(D² + D0² φ²), as in the papers.
        3: the currents of all three levels of the exact Hamiltonian; needs
        `ats.flux_area`.

    Returns
    -------
    ndarray or float
        [A m²/g], odd in B.

    Raises
    ------
    ValueError
        For T or B outside their ranges, an unknown option, or ``levels=3``
        without a flux area.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 93, with the prefactor π/2 that follows
    from -∂F/∂B of the free energy whose heat capacity is eq. 17; π is printed.

    Examples
    --------
    >>> import etm
    >>> duran = etm.glasses.load("Duran").at(1.23)
    >>> (1e6 * ats(1.23, [0.1, 1.0], duran)).round(2)
    array([1.02, 8.86])
    """
    T, B = _temperature(T), _field(B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    if choice("levels", levels, (2, 3)) == 3:
        energy = current_average(T, B, ats, orientation)
    else:
        energy = _average(_work, T, B, ats, orientation)
    with np.errstate(divide="ignore", invalid="ignore"):
        moment = 2 * np.pi * ats.density * BOLTZMANN * energy / B
    return np.where(B == 0, 0.0, moment)[()]


def ats_susceptibility(T: ArrayLike, ats: AnomalousTunnelingSystems) -> Values:
    """Susceptibility of anomalous tunneling systems, averaged over directions.

    Parameters
    ----------
    T : array_like
        Temperature [K], from 1e-30 to 1e30.
    ats : AnomalousTunnelingSystems
        The population.

    Returns
    -------
    ndarray or float
        Limit of M/B for weak fields [A m²/(g T)].  It is constant for
        T << D_min and falls as [ln(2T/D_min) + 0.790494638…] / 2T for T >> D_min.

    Raises
    ------
    ValueError
        For T outside its range.

    Notes
    -----
    Source: Jug & Recchia 2021, eq. 12; eq. 13 prints its high-temperature limit
    without the logarithm.
    """
    T = _temperature(T)
    instance("ats", ats, AnomalousTunnelingSystems)
    top = np.maximum(THERMAL_WINDOW * T, ats.D_min)
    length = np.log(top / ats.D_min)
    v, dv = nodes_between(np.zeros_like(T), length, 30 + int(5 * length.max(initial=0.0)))
    E = ats.D_min * np.exp(v)
    integral = (np.tanh(E / (2 * T[..., None])) / E * dv).sum(axis=-1) + 1 / top
    spread = PHASE_ENERGY**2 * (ats.D0_max - ats.D0_min) * (ats.D0_max + ats.D0_min)
    return (np.pi / 6 * ats.density * BOLTZMANN * spread * integral)[()]


def free_energy(
    T: ArrayLike, B: ArrayLike, ats: AnomalousTunnelingSystems, orientation: Orientation = "average"
) -> Values:
    """What the field adds to the free energy of anomalous tunneling systems.

    Parameters
    ----------
    T, B, ats, orientation
        As in `ats`.

    Returns
    -------
    ndarray or float
        F(T, B) - F(T, 0) of the effective two-level systems [J/g], <= 0.

    Raises
    ------
    ValueError
        As in `ats`.

    Notes
    -----
    Source: -k_B T ln Z of the levels ±E/2 with the distribution of Jug 2018, eq. 10.
    """
    T, B = _temperature(T), _field(B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    change = _average(_log_cosh_change, T, B, ats, orientation)
    return -2 * np.pi * ats.density * BOLTZMANN * T * change


def entropy(
    T: ArrayLike, B: ArrayLike, ats: AnomalousTunnelingSystems, orientation: Orientation = "average"
) -> Values:
    """What the field adds to the entropy of anomalous tunneling systems.

    Parameters
    ----------
    T, B, ats, orientation
        As in `ats`.

    Returns
    -------
    ndarray or float
        S(T, B) - S(T, 0) of the effective two-level systems [J/(g K)], <= 0.  To ten
        digits for T > D_min/20; below, to 1e-17 of k_B times the density, more than it is
        worth at T = D_min/40.

    Raises
    ------
    ValueError
        As in `ats`.

    Notes
    -----
    Source: -∂F/∂T of `free_energy`.
    """
    T, B = _temperature(T), _field(B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    change = _average(_entropy_change, T, B, ats, orientation)
    return 2 * np.pi * ats.density * BOLTZMANN * change


def saturation_moment(D0_qS: ArrayLike) -> Values:
    """Moment of one anomalous tunneling system in its ground state, D0 φ >> D.

    Parameters
    ----------
    D0_qS : array_like
        D0 |q/e| S_Δ [K Å²].

    Returns
    -------
    ndarray or float
        (π/φ0) D0 |q/e| S_Δ [A m²].

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 89.
    """
    return BOLTZMANN * PHASE_ENERGY / 2 * finite("D0_qS", D0_qS)


def larmor(B: ArrayLike, chi_L: ArrayLike) -> Values:
    """Larmor diamagnetism of the closed shells.

    Parameters
    ----------
    B : array_like
        Magnetic field [T], from -1e30 to 1e30.
    chi_L : array_like
        Its susceptibility, with the sign of the papers, >= 0 [A m²/(g T)];
        ``chi_L * etm.units.EMU_PER_OERSTED`` for a chi_L in emu/(g Oe).

    Returns
    -------
    ndarray or float
        -χ_L B [A m²/g], the same at every temperature.

    Raises
    ------
    ValueError
        For B outside its range, or a negative chi_L.

    Notes
    -----
    Source: Jug & Recchia 2021, eq. 17.
    """
    B, chi_L = _field(B), non_negative("chi_L", chi_L)
    broadcastable(B=B, chi_L=chi_L)
    return (0.0 - chi_L * B)[()]


def paramagnet(T: ArrayLike, B: ArrayLike, density: ArrayLike, J: float, g: float = 2.0) -> Values:
    """Magnetization of paramagnetic ions.

    Parameters
    ----------
    T, B : array_like
        Temperature [K] and field [T].
    density : array_like
        Ions per gram, >= 0.
    J : float
        Spin; 2J must be a whole number up to 1000 (J is 2 for Fe²⁺, 5/2 for Fe³⁺).
    g : float, optional
        Landé factor.

    Returns
    -------
    ndarray or float
        n g μ_B J B_J(z), z = g μ_B B J / k_B T [A m²/g].

    Raises
    ------
    ValueError
        For T or B outside the ranges of `ats`, a negative density or 2J that is not a
        whole number from 0 to 1000.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 90-91, as the mean over the 2J + 1
    levels, in pairs ±m, which keeps every digit at small z.
    """
    T, B, density = _temperature(T), _field(B), non_negative("density", density)
    broadcastable(T=T, B=B, density=density)
    count = integer("2 J", 2 * number("J", J), 0)
    if count > LARGEST_SPIN:
        raise ValueError(f"2 J = {count}: must be from 0 to {LARGEST_SPIN}")
    g = number("g", g)
    with np.errstate(over="ignore"):
        z = np.clip(g * BOHR_MAGNETON_IN_KELVIN * (B / T), -SATURATED, SATURATED)
    m = J - np.arange((count + 1) // 2)
    x = np.abs(z)[..., None] * m
    top = np.abs(z) * J
    up = np.exp(x - top[..., None])
    down = np.exp(-x - top[..., None])
    total = (up + down).sum(axis=-1) + (0.0 if count % 2 else np.exp(-top))
    mean = (m * up * -np.expm1(-2 * x)).sum(axis=-1) / total
    return (density * (g * BOHR_MAGNETON) * np.sign(z) * mean)[()]


def _temperature(T):
    T = positive("T", T)
    outside = (T < 1 / REACH) | (T > REACH)
    if np.any(outside):
        raise ValueError(f"T = {T[outside].flat[0]}: must be from {1 / REACH:g} to {REACH:g}")
    return T


def _field(B):
    B = finite("B", B)
    outside = np.abs(B) > REACH
    if np.any(outside):
        raise ValueError(f"B = {B[outside].flat[0]}: must be from {-REACH:g} to {REACH:g}")
    return B


def _average(change, T, B, ats, orientation):
    """Field average in which weak fields share no nodes with strong ones, whose rounding hides them."""
    choice("orientation", orientation, ORIENTATIONS)
    strength = np.abs(B)
    fields = np.unique(strength[strength > 0])
    total = np.zeros(np.broadcast_shapes(T.shape, B.shape))
    for group in groups_of_close(fields, SPAN):
        alone = np.where(np.isin(strength, fields[group]), strength, 0.0)
        total += field_average(change, T, alone, ats, orientation)
    return total[()]


def _work(D, s, T):
    """-B ∂F/∂B of one system: s² tanh(E/2T) / 2E."""
    E = np.hypot(D, s)
    return s * s * np.tanh(E / (2 * T)) / (2 * E)


def _log_cosh_change(D, s, T):
    """ln cosh(E/2T) - ln cosh(D/2T), without cancellation."""
    a, b = np.hypot(D, s) / (2 * T), D / (2 * T)
    rise = s * s / (4 * T * T * (a + b))  # a - b
    far = b > 15
    low, small = np.where(far, 1.0, b), np.where(far | (rise > 15), 1.0, rise)
    near = np.log1p(2 * np.sinh(low + small / 2) * np.sinh(small / 2) / np.cosh(low))
    plain = rise + np.log1p(np.exp(-2 * a)) - np.log1p(np.exp(-2 * b))
    return np.where(far | (rise > 15), plain, near)


def _entropy_change(D, s, T):
    """ln 2cosh x - x tanh x at E/2T less at D/2T, without cancellation."""
    a, b = np.hypot(D, s) / (2 * T), D / (2 * T)
    rise = s * s / (4 * T * T * (a + b))
    p, q = np.exp(-2 * b), np.exp(-2 * a)
    fall = np.expm1(-2 * rise) * p  # q - p
    tanh_change = -2 * fall / ((1 + q) * (1 + p))
    cold = np.log1p(fall / (1 + p)) + 2 * rise * q / (1 + q) - b * tanh_change
    warm = _log_cosh_change(D, s, T) - rise * np.tanh(a) - b * tanh_change
    return np.where(b > 1, cold, warm)
