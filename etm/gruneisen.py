"""Thermal contraction by the attraction of tunneling centers, and its Grüneisen parameter.

Temperatures are in units of the Debye temperature, expansions per volume in
k_B/(K ξ³) with the modulus K, unless a function says otherwise.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import constants

from etm.checks import Values, broadcastable, choice, finite, number, positive

__all__ = [
    "bulk_modulus",
    "direct_bound",
    "expansion",
    "gruneisen",
    "linear_expansion",
]

HEAT = {"flat": np.pi**2 / 6, "plain": 1.0}


def expansion(T: ArrayLike, ripplons: float = 0.0, mixed: float = 0.0) -> Values:
    """Thermal expansion per volume by the attraction.

    Parameters
    ----------
    T : array_like
        Temperature, > 0.
    ripplons, mixed : float, optional
        From `etm.attraction.ripplon_pairs` and `etm.attraction.mixed_pairs`.

    Returns
    -------
    ndarray or float
        (1/V) ∂V/∂T = -4 a T - 2 b [k_B/(K ξ³)].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 75 and 79, from K (δV/V)²/2 + δF/V.
    """
    T = positive("T", T)
    return (-4 * number("ripplons", ripplons) * T - 2 * number("mixed", mixed))[()]


def gruneisen(expansion: ArrayLike, T: ArrayLike, T_g: ArrayLike, heat: str = "flat") -> Values:
    """Grüneisen parameter of a thermal expansion.

    Parameters
    ----------
    expansion : array_like
        [k_B/(K ξ³)].
    T, T_g : array_like
        Temperature and glass transition, > 0.
    heat : str, optional
        Heat capacity: "flat" is (π²/6) k_B T/(T_g ξ³) of a flat density, "plain" is without
        π²/6, as in the paper.

    Returns
    -------
    ndarray or float
        γ = K (1/V)(∂V/∂T) / c_V.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 76 and 80.
    """
    expansion = finite("expansion", expansion)
    factor = HEAT[choice("heat", heat, (*HEAT,))]
    T, T_g = positive("T", T), positive("T_g", T_g)
    broadcastable(expansion=expansion, T=T, T_g=T_g)
    return (expansion * T_g / (factor * T))[()]


def linear_expansion(expansion: ArrayLike, modulus: ArrayLike, xi: ArrayLike) -> Values:
    """Expansion of a length in SI units.

    Parameters
    ----------
    expansion : array_like
        Per volume [k_B/(K ξ³)].
    modulus, xi : array_like
        K [Pa] and ξ [Å], > 0.

    Returns
    -------
    ndarray or float
        α = (1/3V) ∂V/∂T [1/K].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, text below eq. 76.
    """
    expansion = finite("expansion", expansion)
    modulus, xi = positive("modulus", modulus), positive("xi", xi)
    broadcastable(expansion=expansion, modulus=modulus, xi=xi)
    return (expansion * constants.k / (3 * modulus * (xi * 1e-10) ** 3))[()]


def bulk_modulus(density: ArrayLike, speed: ArrayLike) -> Values:
    """Modulus of three scalar phonons.

    Parameters
    ----------
    density, speed : array_like
        ρ [kg/m³] and c_s [m/s], > 0.

    Returns
    -------
    ndarray or float
        K = ρ c_s²/3 [Pa].

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, text below eq. 76.
    """
    density, speed = positive("density", density), positive("speed", speed)
    broadcastable(density=density, speed=speed)
    return (density * speed**2 / 3)[()]


def direct_bound(lindemann: ArrayLike = 0.1) -> Values:
    """Largest Grüneisen parameter by the direct coupling to strain, of unknown sign.

    Parameters
    ----------
    lindemann : array_like, optional
        d_L/a, > 0.

    Returns
    -------
    ndarray or float
        (12 ln 2/π²) a/d_L.

    Raises
    ------
    ValueError
        For a ratio that is not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 82.
    """
    return (12 * np.log(2) / np.pi**2 / positive("lindemann", lindemann))[()]
