"""Attraction of tunneling centers that exchange phonons, as van der Waals': pairs and their sums.

Temperatures and energies are in units of the Debye temperature T_D, free energies
per volume in k_B T_D/ξ³.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from etm.checks import Array, Values, broadcastable, choice, number, positive
from etm.quadrature import nodes_between

__all__ = [
    "breakdown_temperature",
    "mixed_attraction",
    "mixed_pairs",
    "ripplon_attraction",
    "ripplon_pairs",
    "two_level_pairs",
    "virtual",
]

FAR = 40.0
"""Boltzmann factors beyond e^-40 do not count."""

WEIGHT = {"once": 1.0, "twice": 2.0}


def virtual(gap_i: ArrayLike, gap_j: ArrayLike, T: ArrayLike) -> Values:
    """Energy gained by two transitions in second order, over the squared coupling.

    Parameters
    ----------
    gap_i, gap_j, T : array_like
        Transition energies and temperature, > 0.

    Returns
    -------
    ndarray or float
        (w_i t_i - w_j t_j)/(w_i² - w_j²), t = tanh(w/2T).

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    With u, d = (w_i ± w_j)/2T it is (sinh u/u + sinh d/d) / 2T(cosh u + cosh d).

    Source: Lubchenko & Wolynes 2004, eqs 73, 77 and 81.
    """
    gap_i, gap_j, T = positive("gap_i", gap_i), positive("gap_j", gap_j), positive("T", T)
    broadcastable(gap_i=gap_i, gap_j=gap_j, T=T)
    sums, apart = (gap_i + gap_j) / (2 * T), np.abs(gap_i - gap_j) / (2 * T)
    turned = special.exprel(-2 * apart) * np.exp(apart - sums)
    norm = 1 + np.exp(-2 * sums) + np.exp(apart - sums) * (1 + np.exp(-2 * apart))
    return ((special.exprel(-2 * sums) + turned) / (T * norm))[()]


def ripplon_attraction(
    bias_i: ArrayLike, bias_j: ArrayLike, omega_i: ArrayLike, omega_j: ArrayLike, T: ArrayLike
) -> Values:
    """Energy gained by two centers that can each excite a ripplon, over the squared coupling.

    Parameters
    ----------
    bias_i, bias_j, omega_i, omega_j, T : array_like
        ε and ω of both centers and temperature, > 0.

    Returns
    -------
    ndarray or float
        e^{-(ε_i+ε_j)/T} (1+x_i)(1+x_j)/(Z_i Z_j) times `virtual`, x = e^{-ω/T}.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 73, each pair counted once.
    """
    first = _occupied(T, bias_i=bias_i, omega_i=omega_i)
    second = _occupied(T, bias_j=bias_j, omega_j=omega_j)
    return first * second * virtual(omega_i, omega_j, T)


def mixed_attraction(
    bias_i: ArrayLike, omega_i: ArrayLike, bias_j: ArrayLike, T: ArrayLike
) -> Values:
    """Energy gained by a center that can excite a ripplon and a two-level system.

    Parameters
    ----------
    bias_i, omega_i, bias_j, T : array_like
        ε and ω of the first, ε of the second, and temperature, > 0.

    Returns
    -------
    ndarray or float
        e^{-ε_i/T} (1+x_i)/Z_i times `virtual` of ω_i and ε_j, over the squared coupling.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 77.
    """
    share, bias_j = _occupied(T, bias_i=bias_i, omega_i=omega_i), positive("bias_j", bias_j)
    return share * virtual(omega_i, bias_j, T)


def ripplon_pairs(
    length: float, modes: tuple[Array, ...] | None = None, pairs: str = "once"
) -> float:
    """Attraction of ripplons on two centers.

    Parameters
    ----------
    length : float
        ξ/a, > 0.
    modes : tuple of ndarray, optional
        omega and copies of the ripplons, whose double sum is taken exactly; the closed form
        of the paper without them.
    pairs : str, optional
        "once", or "twice" as the printed coefficients 3.0 do.

    Returns
    -------
    float
        a of δF/V = -a T² (1 - 2 δV/V) [k_B T_D/ξ³].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 70, 74 and text above eq. 75.
    """
    length, weight = number("length", length, positive), WEIGHT[choice("pairs", pairs, (*WEIGHT,))]
    if modes is None:
        total = 1.5 * 3 / (4 * np.pi) * np.pi**3 * length**4.25
    else:
        omega, copies = _spectrum(modes)
        total = np.sum(np.outer(copies, copies) / np.add.outer(omega, omega))
    return float(weight / 3 * np.log(2) ** 2 * length**-6 * total)


def mixed_pairs(
    length: float, T_g: float, modes: tuple[Array, ...] | None = None, printed: bool = False
) -> float:
    """Attraction of a ripplon and a two-level system.

    Parameters
    ----------
    length, T_g : float
        ξ/a and glass transition, > 0.
    modes : tuple of ndarray, optional
        omega and copies of the ripplons, whose sum is taken exactly; an integral over l
        without them.
    printed : bool, optional
        Without modes: the numbers 0.5 and 2.0 of the paper in place of those of its integral.

    Returns
    -------
    float
        b of δF/V = -b T (1 - 2 δV/V) [k_B T_D/ξ³]; each pair is there once.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 78 and 79; the integral of e^{-ε/T_g}/(ω + ε) is an
    exponential integral, of which the closed forms keep two orders.
    """
    length, T_g = number("length", length, positive), number("T_g", T_g, positive)
    if modes is not None:
        omega, copies = _spectrum(modes)
        total = np.sum(copies * _scaled_exponential_integral(omega / T_g))
        return float(2 / 3 * np.log(2) * length**-6 * total)
    front, inside = 0.5, 2.0
    if not printed:
        edge = np.pi * (3 / (4 * np.pi)) ** (1 / 3)  # l_max a/ξ
        front = 2 / 3 * np.log(2) * edge**2
        inside = 2 * np.exp(0.5 - np.euler_gamma) / (1.342857 * edge)
    return float(front * np.log(inside * T_g * length**0.25) * length**-4)


def two_level_pairs(T: ArrayLike, length: float, T_g: float, pairs: str = "once") -> Values:
    """Attraction of two two-level systems.

    Parameters
    ----------
    T : array_like
        Temperature, > 0.
    length, T_g : float
        ξ/a and glass transition, > 0.
    pairs : str, optional
        "once", or "twice" as the printed expansion does.

    Returns
    -------
    ndarray or float
        f of δF/V = -f (1 - 2 δV/V) [k_B T_D/ξ³]: (1/3)(a/ξ)⁶ T_g at T = 0, and falling.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 81, averaged over e^{-ε/T_g}/T_g exactly.
    """
    T, weight = positive("T", T), WEIGHT[choice("pairs", pairs, (*WEIGHT,))]
    length, T_g = number("length", length, positive), number("T_g", T_g, positive)
    return (weight / 3 * length**-6 * T_g * (1 - _loss(T / T_g)))[()]


def breakdown_temperature(mixed: float, T_g: float) -> float:
    """Temperature at which the attraction equals the free energy of the two-level systems.

    Parameters
    ----------
    mixed : float
        From `mixed_pairs`, > 0.
    T_g : float
        Glass transition, > 0.

    Returns
    -------
    float
        12 b T_g/π²; below it the perturbation theory does not hold.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, text above eq. 79.
    """
    return 12 * number("mixed", mixed, positive) * number("T_g", T_g, positive) / np.pi**2


def _occupied(T, **levels):
    """Share of the centers in the alternative state, with one ripplon or none."""
    bias, omega = (positive(name, level) for name, level in levels.items())
    T = positive("T", T)
    broadcastable(**levels, T=T)
    up = np.exp(-bias / T) * (1 + np.exp(-omega / T))
    return (up / (1 + up))[()]


def _loss(t):
    """1 - T_g times the mean of `virtual` over e^{-ε/T_g}/T_g of both, t = T/T_g.

    With tanh = 1 - 2/(e^{x/t} + 1) one integral is closed: Ei and E1.
    """
    last = np.log(np.minimum(FAR * t, FAR))
    v, dv = nodes_between(last - FAR, last, 160)
    x = np.exp(v)
    inner = np.exp(-x) * special.expi(x) + _scaled_exponential_integral(x)
    filled = np.exp(-x / t[..., None])
    return (2 * np.exp(-x) * filled / (1 + filled) * inner * x * dv).sum(axis=-1)


def _scaled_exponential_integral(x):
    """eˣ E1(x), also Tricomi's U(1, 1, x), which loses digits for small x only."""
    near = np.minimum(x, 100.0)
    return np.where(x > near, special.hyperu(1, 1, x), np.exp(near) * special.exp1(near))


def _spectrum(modes):
    omega, copies = positive("omega", modes[0]), positive("copies", modes[1])
    if omega.ndim != 1 or omega.shape != copies.shape:
        raise ValueError(f"omega, copies have shapes {omega.shape}, {copies.shape}: must be (n,)")
    return omega, copies
