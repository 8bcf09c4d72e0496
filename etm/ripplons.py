"""Ripplons, the vibrations of the walls of a frozen mosaic: bump, scattering and plateau.

Frequencies, energies and temperatures are in units of the Debye frequency or
temperature, entropies and heat capacities in k_B, states counted for one domain.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from etm.checks import Array, Values, broadcastable, finite, integer, number, positive
from etm.quadrature import nodes_between

__all__ = [
    "bump",
    "conductivity",
    "debye",
    "domain_heat_capacity",
    "excited_states",
    "frequencies",
    "multisets",
    "scattering_states",
]

COEFFICIENT = 1.342857
"""ω_2 (ξ/a)^{5/4}, see `frequencies`."""

SINGLY, SUMMED = 1.3, 3.0
"""States of the ripplons that the conductivity takes one by one, and in sums."""

FAR = 40.0
"""Boltzmann factors beyond e^-40 do not count."""


def frequencies(length: float = 5.8, l_max: int = 9) -> tuple[Array, NDArray[np.int_]]:
    """Frequencies of the ripplons and how often each occurs.

    Parameters
    ----------
    length : float, optional
        ξ/a, > 0.
    l_max : int, optional
        Highest harmonic, >= 2.

    Returns
    -------
    omega : ndarray, shape (l_max - 1,)
        ω_l of l = 2, 3, … in ω_D.
    copies : ndarray of int
        2l + 1.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 33, with 1.343 for 1.34.
    """
    length = number("length", length, positive)
    order = np.arange(2, integer("l_max", l_max, 2) + 1)
    return COEFFICIENT * length**-1.25 * np.sqrt((order - 1) * (order + 2) / 4), 2 * order + 1


def domain_heat_capacity(energy: ArrayLike, T: ArrayLike, omega: Array, copies: Array) -> Values:
    """Heat capacity of one domain that can go over to an alternative state.

    Parameters
    ----------
    energy : array_like, shape (...)
        ε of the alternative state, of either sign.
    T : array_like, shape (...)
        Temperature, > 0.
    omega, copies : ndarray, shape (n,)
        Of the ripplons, which only the alternative state has.

    Returns
    -------
    ndarray or float, shape (...)
        c_ε / k_B.

    Raises
    ------
    ValueError
        For T <= 0 or energies that are not finite.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 35 and 36.
    """
    energy, T = finite("energy", energy), positive("T", T)
    broadcastable(energy=energy, T=T)
    log_modes, heat, modes = _modes(T, omega, copies)
    return _mixture(energy / T, log_modes, heat, modes)[()]


def bump(T: ArrayLike, T_g: float, omega: Array, copies: Array, both_signs: bool = True) -> Values:
    """Heat capacity of a domain, averaged over the energies of its alternative state.

    Parameters
    ----------
    T : array_like
        Temperature, > 0.
    T_g : float
        Glass transition, > 0.
    omega, copies : ndarray, shape (n,)
        Of the ripplons.
    both_signs : bool, optional
        Average with n(ε) = e^{-|ε|/T_g}/T_g as printed, whose integral is 2; False
        normalises it to 1.

    Returns
    -------
    ndarray or float
        [k_B per domain].

    Raises
    ------
    ValueError
        For T or T_g not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 34 and 36.  The alternative state is taken where
    ε < T ln Π; panels in ε begin there and at 0.
    """
    T, T_g = positive("T", T), number("T_g", T_g, positive)
    log_modes, heat, modes = _modes(T, omega, copies)
    thermal, spread = np.geomspace(0.5, 40, 7), np.geomspace(1, 37, 4) * T_g
    edges = (T * log_modes)[..., None] + T[..., None] * np.concatenate([-thermal, [0.0], thermal])
    fixed = np.concatenate([-spread, [0.0], spread]) + np.zeros_like(T)[..., None]
    edges = np.clip(np.concatenate([edges, fixed], axis=-1), -spread[-1], spread[-1])
    edges = np.sort(edges, axis=-1)
    e, de = nodes_between(edges[..., :-1], edges[..., 1:], 20)
    weight = np.exp(-np.abs(e) / T_g) / T_g * de
    parts = (x[..., None, None] for x in (log_modes, heat, modes))
    total = (weight * _mixture(e / T[..., None, None], *parts)).sum(axis=(-2, -1))
    return (total if both_signs else total / 2)[()]


def debye(T: ArrayLike) -> Values:
    """Heat capacity of phonons.

    Parameters
    ----------
    T : array_like
        Temperature in T_D, > 0.

    Returns
    -------
    ndarray or float
        9 T³ ∫_0^{1/T} x⁴ eˣ/(eˣ - 1)² dx [k_B per bead].

    Raises
    ------
    ValueError
        For T <= 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, caption of Fig. 15, where the limit is printed as T/T_D.

    Examples
    --------
    >>> debye([0.05, 0.1]).round(4)
    array([0.0292, 0.2275])
    """
    T = positive("T", T)
    x, dx = nodes_between(np.zeros(T.shape), np.minimum(1 / T, FAR), 80)
    return (9 * T**3 * (x**2 * (x / (2 * np.sinh(x / 2))) ** 2 * dx).sum(axis=-1))[()]


def multisets(omega: Array, copies: Array, highest: float) -> tuple[Array, Array]:
    """Energies of all states of the ripplons up to a highest one, and how many have each.

    Parameters
    ----------
    omega, copies : ndarray, shape (n,)
        Of the ripplons.
    highest : float
        Largest energy, > 0.

    Returns
    -------
    energies : ndarray
        Ascending, the ground state first.
    counts : ndarray
        States of each energy, as floats.

    Raises
    ------
    ValueError
        For a highest energy that is not finite and > 0.

    Notes
    -----
    Source: sum over occupations in Lubchenko & Wolynes 2004, eq. 37.  One frequency after
    the other is convolved in; n quanta in 2l + 1 modes are C(n + 2l, n) states.
    """
    highest = number("highest", highest, positive)
    omega, copies = _spectrum(omega, copies)
    energies, counts = np.zeros(1), np.ones(1)
    for w, g in zip(omega, copies, strict=True):
        n = np.arange(int(highest / w) + 1)
        ways = np.cumprod(np.concatenate([[1.0], (n[1:] + g - 1) / n[1:]]))
        sums = (energies[:, None] + n * w).ravel()
        states = (counts[:, None] * ways).ravel()
        kept = sums <= highest
        energies, counts = sums[kept], states[kept]
    order = np.argsort(energies, kind="stable")
    return energies[order], counts[order]


def scattering_states(frequency: ArrayLike, T_g: float, states: tuple[Array, ...]) -> Values:
    """Density of states that take up a quantum from the ground state, times T_g.

    Parameters
    ----------
    frequency : array_like
        ω, > 0.
    T_g : float
        Glass transition, > 0.
    states : tuple of ndarray
        From `multisets`; all energies up to ω must be among them.

    Returns
    -------
    ndarray or float
        T_g ρ(ω) = Σ_{S <= ω} e^{-(ω - S)/T_g}.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 37, exactly, not by steepest descent (eq. 39).
    """
    frequency, T_g = positive("frequency", frequency), number("T_g", T_g, positive)
    energies, counts = states
    below = frequency[..., None] - energies
    return _summed(np.where(below >= 0, np.exp(-np.abs(below) / T_g), 0.0), counts)[()]


def excited_states(
    frequency: ArrayLike, T: ArrayLike, T_g: float, states: tuple[Array, ...]
) -> Values:
    """The same from excited states at a temperature.

    Parameters
    ----------
    frequency, T : array_like, shape (...)
        ω and temperature, > 0; they broadcast.
    T_g : float
        Glass transition, > 0.
    states : tuple of ndarray
        From `multisets`; all energies up to ω + 40 T must be among them.

    Returns
    -------
    ndarray or float
        T_g ρ_exc = Σ_{S > ω} e^{-(S - ω)/T_g} 2/(e^{(S - ω)/T} + 1).

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 42 and 43, exactly.
    """
    frequency, T = positive("frequency", frequency), positive("T", T)
    broadcastable(frequency=frequency, T=T)
    T_g = number("T_g", T_g, positive)
    energies, counts = states
    above = energies - frequency[..., None]
    fermi = np.exp(-np.abs(above) / T[..., None])
    absorbed = np.where(above > 0, 2 * np.exp(-np.abs(above) / T_g) * fermi / (1 + fermi), 0.0)
    return _summed(absorbed, counts)[()]


def conductivity(
    T: ArrayLike, T_g: float, omega: Array, copies: Array, path: float = 150.0
) -> Values:
    """Thermal conductivity over K, from two-level systems, ripplons and the Ioffe-Regel limit.

    Parameters
    ----------
    T : array_like
        Temperature, > 0, at most T_g.
    T_g : float
        Glass transition, > 0.
    omega, copies : ndarray, shape (n,)
        Of the ripplons, not shifted by phonons.
    path : float, optional
        l/λ of the two-level systems alone; 150 is measured.

    Returns
    -------
    ndarray or float
        κ/K = T² ∫_0^{1/T} x³ eˣ/(eˣ - 1)² (l/λ) dx, l/λ = 1 + path / T_g(ρ + ρ_exc).

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0, or T above T_g.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 48 and Sect. IV.D; K = k_B³ T_D² / (π ħ² c_s).
    """
    T, T_g = positive("T", T), number("T_g", T_g, positive)
    path = number("path", path, positive)
    if np.any(T > T_g):
        raise ValueError(f"T = {T.max()}: must not exceed T_g = {T_g}")
    omega, copies = _spectrum(omega, copies)
    states = multisets(omega, copies, SUMMED)
    values = [_conductivity(t, T_g, omega, copies, path, states) for t in T.ravel()]
    return np.reshape(values, T.shape)[()]


def _conductivity(T, T_g, omega, copies, path, states):
    """The same at one temperature; a panel ends where the scattering has a kink."""
    low = tuple(part[states[0] <= SINGLY] for part in states)
    end = min(1.0, FAR * T)
    edges = np.union1d(np.arange(0.0, end, T), np.append(low[0], end))
    edges = edges[edges <= end]
    w, dw = (a.ravel() for a in nodes_between(edges[:-1], edges[1:], 6))
    scatterers = scattering_states(w, T_g, low) + excited_states(w, T, T_g, low)
    scatterers = scatterers + _above(w, T, T_g, omega, copies, states)
    x = w / T
    return T * np.sum(x**3 / (4 * np.sinh(x / 2) ** 2) * (1 + path / scatterers) * dw)


def _above(frequency, T, T_g, omega, copies, states):
    """What states above SINGLY add to `excited_states`.

    The Fermi function is a geometric series there.  Up to SUMMED each term is a sum over
    states, beyond it the partition function less that sum, as long as this is not rounding.
    """
    energies, counts = states
    higher, total = energies > SINGLY, np.zeros_like(frequency)
    for k in range(2 + int(FAR * T / (SINGLY - 1))):
        beta = 1 / T_g + (k + 1) / T
        weight = _summed(np.exp(-beta * (energies[higher] - SINGLY)), counts[higher])
        if k < max(1, int(20 * T)):
            whole = np.exp(-np.sum(copies * np.log(-np.expm1(-beta * omega))))
            beyond = whole - _summed(np.exp(-beta * energies), counts)
            weight += max(beyond, 0.0) * np.exp(min(beta * SINGLY, 600))
        term = 2 * np.exp(beta * (frequency - SINGLY)) * weight
        total += (-1) ** k * term
        if np.all(term <= 1e-17 * total):
            break
    return total


def _summed(terms, counts):
    """Σ over states.  Not by BLAS, whose threads cost more than such sums where others compute too."""
    return np.einsum("...i,i->...", terms, counts)


def _modes(T, omega, copies):
    """ln Π, Σ (2l+1) times the heat capacity and times the energy over T, of free ripplons."""
    omega, copies = _spectrum(omega, copies)
    x = np.minimum(omega / T[..., None], 700.0)
    decay = np.exp(-x)
    filling = decay / -np.expm1(-x)
    log_modes = -(copies * np.log(-np.expm1(-x))).sum(axis=-1)
    heat = (copies * x * x * filling * (1 + filling)).sum(axis=-1)
    return log_modes, heat, (copies * x * filling).sum(axis=-1)


def _mixture(reduced, log_modes, heat, modes):
    """Heat capacity of two states, the upper one with ripplons; reduced = ε/T."""
    z = log_modes - reduced  # logarithm of the weight of the alternative state
    return expit(z) * heat + expit(z) * expit(-z) * (reduced + modes) ** 2


def _spectrum(omega, copies):
    omega, copies = positive("omega", omega), positive("copies", copies)
    if omega.ndim != 1 or omega.shape != copies.shape:
        raise ValueError(f"omega, copies have shapes {omega.shape}, {copies.shape}: must be (n,)")
    return omega, copies
