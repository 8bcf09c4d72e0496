"""Physical constants and the conversions the papers use.

The energies of this package are temperatures, E / k_B in kelvin.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import constants

from etm.checks import Values, broadcastable, finite, non_negative, positive

__all__ = [
    "AVOGADRO",
    "BOHR_MAGNETON",
    "BOHR_MAGNETON_IN_KELVIN",
    "BOLTZMANN",
    "DEBYE_KILOVOLT_PER_METRE",
    "FLUX_QUANTUM",
    "PHASE_ENERGY",
    "EMU",
    "EMU_PER_OERSTED",
    "KILO_OERSTED",
    "REDUCED_PLANCK",
    "aharonov_bohm_phase",
    "per_gram_to_ppm",
    "phase_energy",
    "ppm_to_per_gram",
]

BOLTZMANN = constants.k
"""k_B [J/K]."""

AVOGADRO = constants.N_A
"""N_A [1/mol]."""

BOHR_MAGNETON = constants.physical_constants["Bohr magneton"][0]
"""mu_B [A m²]."""

BOHR_MAGNETON_IN_KELVIN = constants.physical_constants["Bohr magneton"][0] / constants.k
"""mu_B / k_B [K/T]."""

FLUX_QUANTUM = constants.h / constants.e * 1e20
"""h/e [T Å²], the flux quantum of one electron charge."""

PHASE_ENERGY = 2 * np.pi / FLUX_QUANTUM
"""Phase per flux, 1e-20 e/hbar = 1.519267447878626e-5 [1/(T Å²)]."""

REDUCED_PLANCK = constants.hbar / constants.k
"""hbar / k_B [K s]."""

DEBYE_KILOVOLT_PER_METRE = 1e-18 / constants.c / constants.k
"""Energy of a dipole of 1 D in a field of 1 kV/m [K]; 1 D is 1e-21/c C m."""

EMU = 1e-3
"""One emu of magnetic moment [A m²]."""

KILO_OERSTED = 0.1
"""The induction that goes with a field of 1 kOe in vacuum [T]."""

EMU_PER_OERSTED = 10.0
"""One emu/Oe of susceptibility, as moment per induction [A m²/T]."""


def aharonov_bohm_phase(flux_area: ArrayLike, B: ArrayLike) -> Values:
    """Phase collected around the loop of a three-well system.

    Parameters
    ----------
    flux_area : array_like
        S_Δ |q/e| [Å²], the projected loop area times the charge ratio.
    B : array_like
        Magnetic field [T].

    Returns
    -------
    ndarray or float
        φ = 2π B S_Δ |q/e| / (h/e), dimensionless.

    Notes
    -----
    Source: Jug 2018, eq. 7.

    Examples
    --------
    >>> aharonov_bohm_phase(flux_area=1e4, B=[1.0, 5.0]).round(4)
    array([0.1519, 0.7596])
    """
    flux_area, B = non_negative("flux_area", flux_area), finite("B", B)
    broadcastable(flux_area=flux_area, B=B)
    return PHASE_ENERGY * flux_area * B


def phase_energy(D0_qS: ArrayLike, B: ArrayLike) -> Values:
    """Field energy D0 φ of a three-well system whose loop is normal to the field.

    Parameters
    ----------
    D0_qS : array_like
        D0 |q/e| S_Δ [K Å²], the product that the papers tabulate.
    B : array_like
        Magnetic field [T].

    Returns
    -------
    ndarray or float
        D0 φ [K].

    Notes
    -----
    Source: Jug 2018, eq. 7, times D0.
    """
    D0_qS, B = non_negative("D0_qS", D0_qS), finite("B", B)
    broadcastable(D0_qS=D0_qS, B=B)
    return PHASE_ENERGY * D0_qS * B


def ppm_to_per_gram(ppm: ArrayLike, molar_mass: ArrayLike) -> Values:
    """Concentration in parts per million of formula units -> per gram.

    Parameters
    ----------
    ppm : array_like
        Ions per million *formula units* of the glass.  The papers write
        "atomic ppm"; their numbers count formula units, about three times
        fewer than atoms.
    molar_mass : array_like
        Mean molar mass of the formula unit, sum of ξ_i A_i [g/mol].

    Returns
    -------
    ndarray or float
        Concentration [1/g].

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 98 (the text says "multiplied by
    100"; parts per million take 1e6).

    Examples
    --------
    >>> print(f"{ppm_to_per_gram(100, molar_mass=60.08):.4g}")  # silica
    1.002e+18
    """
    ppm, molar_mass = non_negative("ppm", ppm), positive("molar_mass", molar_mass)
    broadcastable(ppm=ppm, molar_mass=molar_mass)
    return ppm * 1e-6 * AVOGADRO / molar_mass


def per_gram_to_ppm(density: ArrayLike, molar_mass: ArrayLike) -> Values:
    """Concentration per gram -> parts per million of formula units.

    Parameters
    ----------
    density : array_like
        Concentration [1/g].
    molar_mass : array_like
        Mean molar mass of the formula unit [g/mol].

    Returns
    -------
    ndarray or float
        Parts per million of formula units.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 98.
    """
    density, molar_mass = non_negative("density", density), positive("molar_mass", molar_mass)
    broadcastable(density=density, molar_mass=molar_mass)
    return density * molar_mass * 1e6 / AVOGADRO
