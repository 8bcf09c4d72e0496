"""Mixed alkali-silicates: how their parameters change with composition, and what follows."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import constants

from etm.checks import Values, broadcastable, finite, non_negative, number, ordered, positive
from etm.ensembles import AnomalousTunnelingSystems
from etm.units import BOLTZMANN

__all__ = [
    "concentration_law",
    "effective_dipole",
    "molar_mass",
    "population",
    "surface_exponent",
]

SILICA, POTASSIUM_OXIDE = 60.0843, 94.1960
"""Molar masses of SiO2 and K2O [g/mol], from the standard atomic weights."""

DEBYE = 1e-21 / constants.c
"""One debye [C m]."""


def concentration_law(
    x: ArrayLike, bulk: ArrayLike, surface: ArrayLike, exponent: ArrayLike
) -> Values:
    """Prefactor of the two-level systems in (SiO2)_{1-x}(K2O)_x.

    Parameters
    ----------
    x : array_like
        Molar share of the alkali oxide, 0 to 1.
    bulk, surface, exponent : array_like
        Prefactor of the pure glass, prefactor of the interfaces, and exponent f >= 0.

    Returns
    -------
    ndarray or float
        bulk (1 - x) + surface x^f, in the unit of the prefactors.

    Raises
    ------
    ValueError
        For x outside of 0 to 1, f < 0 or numbers that are not finite.

    Notes
    -----
    Source: Jug & Paliienko 2013, text above eq. 20 and below eq. 26.
    """
    x = _share(x)
    bulk, surface = finite("bulk", bulk), finite("surface", surface)
    exponent = non_negative("exponent", exponent)
    broadcastable(x=x, bulk=bulk, surface=surface, exponent=exponent)
    return (bulk * (1 - x) + surface * x**exponent)[()]


def surface_exponent(D: ArrayLike, D_s: ArrayLike, nu: ArrayLike) -> Values:
    """Exponent of the interface term from the dimensions of fractal clusters.

    Parameters
    ----------
    D, D_s : array_like
        Fractal dimension of the cluster and of that part of its surface that counts, > 0.
    nu : array_like
        Exponent of the size, ℓ ∝ x^ν, > 0.

    Returns
    -------
    ndarray or float
        f = 1 - (D - D_s) ν.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 20.
    """
    D, D_s, nu = positive("D", D), positive("D_s", D_s), positive("nu", nu)
    broadcastable(D=D, D_s=D_s, nu=nu)
    return (1 - (D - D_s) * nu)[()]


def effective_dipole(
    A_ats: ArrayLike,
    B_ats: ArrayLike,
    D_min: ArrayLike,
    mass_density: ArrayLike,
    permittivity: ArrayLike,
) -> Values:
    """Dipole moment of an anomalous tunneling system from two prefactors.

    Parameters
    ----------
    A_ats : array_like
        Prefactor of the dielectric constant, dimensionless, >= 0.
    B_ats : array_like
        Prefactor of the heat capacity [J/(g K)], > 0.
    D_min : array_like
        Lower cutoff [K], > 0.
    mass_density : array_like
        [g/cm³], > 0.
    permittivity : array_like
        ε_r, > 0.

    Returns
    -------
    ndarray or float
        p1 = √[2 ε0 εr k_B² D_min A / (ρ B)] [D].

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 32, where p1² is printed in the denominator.
    """
    A, B, D = non_negative("A_ats", A_ats), positive("B_ats", B_ats), positive("D_min", D_min)
    rho = positive("mass_density", mass_density) * 1e3
    permittivity = positive("permittivity", permittivity)
    broadcastable(A_ats=A, B_ats=B, D_min=D, mass_density=rho, permittivity=permittivity)
    energy = 2 * constants.epsilon_0 * permittivity * BOLTZMANN * D
    square = energy * BOLTZMANN * A / (rho * B * 1e3)
    return (np.sqrt(square) / DEBYE)[()]


def molar_mass(x: ArrayLike) -> Values:
    """Mean molar mass of the formula unit (SiO2)_{1-x}(K2O)_x.

    Parameters
    ----------
    x : array_like
        Molar share of K2O, 0 to 1.

    Returns
    -------
    ndarray or float
        [g/mol].

    Raises
    ------
    ValueError
        For x outside of 0 to 1.

    Notes
    -----
    Source: Σ ξ_i A_i of Jug, Bonfanti & Kob 2016, eq. 98.
    """
    x = _share(x)
    return (SILICA * (1 - x) + POTASSIUM_OXIDE * x)[()]


def population(
    B_ats: float, D_min: float, D0_min: float, D0_max: float, flux_area: float | None = None
) -> AnomalousTunnelingSystems:
    """Anomalous tunneling systems with a given heat capacity at zero field.

    Parameters
    ----------
    B_ats : float
        Prefactor of the heat capacity, 2π P* n ln(D0max/D0min) k_B [J/(g K)].
    D_min : float
        Lower cutoff of the asymmetry [K].
    D0_min, D0_max : float
        Cutoffs of D0 |q/e| S_Δ [K Å²].
    flux_area : float, optional
        S_Δ |q/e| [Å²].

    Returns
    -------
    AnomalousTunnelingSystems

    Raises
    ------
    ValueError
        For numbers that are not finite and > 0, or cutoffs out of order.

    Notes
    -----
    Source: Jug & Paliienko 2013, eq. 26 and Table II, per gram: without ρ(x).
    """
    B_ats = number("B_ats", B_ats, positive)
    D0_min, D0_max = number("D0_min", D0_min, positive), number("D0_max", D0_max, positive)
    ordered("D0_min", D0_min, "D0_max", D0_max)
    density = B_ats / (2 * np.pi * BOLTZMANN * np.log(D0_max / D0_min))
    return AnomalousTunnelingSystems(D_min, D0_min, D0_max, density, flux_area)


def _share(x):
    x = non_negative("x", x)
    if np.any(x > 1):
        raise ValueError(f"x = {x.max()}: must be between 0 and 1")
    return x
