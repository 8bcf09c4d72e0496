"""How many particles tunnel together, and what that does to the cutoffs.

The papers let the number N of coherently tunneling particles fall with falling
temperature.  D_min grows as N, the loop's charge times its area as N², and the
tabulated product D0 |q/e| S_Δ as N³.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Values, broadcastable, finite, instance, non_negative, number, positive
from etm.ensembles import AnomalousTunnelingSystems

__all__ = ["number_ratio", "number_ratio_two_states", "scaled"]

LARGEST = 700.0
"""The exponential of more is no float."""


def number_ratio(T: ArrayLike, E0: ArrayLike, T0: ArrayLike) -> Values:
    """N(T)/N(T0) of an activated number of tunneling particles.

    Parameters
    ----------
    T, T0 : array_like
        Temperature and reference temperature [K], > 0.
    E0 : array_like
        Activation energy [K].

    Returns
    -------
    ndarray or float
        exp(-E0/T + E0/T0); for E0 > 0 it vanishes as T → 0.

    Raises
    ------
    ValueError
        For T <= 0, T0 <= 0, or E0/T0 - E0/T > 700, where the ratio leaves the range of floats.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 96, and Jug & Recchia 2021, eq. 15, where E0 is Δμ.
    """
    T, T0, E0 = positive("T", T), positive("T0", T0), finite("E0", E0)
    broadcastable(T=T, T0=T0, E0=E0)
    with np.errstate(over="ignore", invalid="ignore"):
        exponent = E0 / T0 - E0 / T
    too_large = ~(exponent <= LARGEST)
    if np.any(too_large):
        first = np.broadcast_to(E0, exponent.shape).flat[int(np.argmax(too_large))]
        raise ValueError(f"E0 = {first}: E0/T0 - E0/T must be <= {LARGEST:.0f}")
    return np.exp(exponent)[()]


def number_ratio_two_states(T: ArrayLike, E0: ArrayLike, share: ArrayLike) -> Values:
    """N(T)/N0 of particles which the growing clusters take up.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    E0 : array_like
        Activation energy [K].
    share : array_like
        Geometric parameter Γ, 0 <= Γ < 1.

    Returns
    -------
    ndarray or float
        1 - Γ exp(E0/T), > 0.

    Raises
    ------
    ValueError
        For T <= 0, Γ outside its range, or where the number would not be
        positive, at T <= E0 / ln(1/Γ).

    Notes
    -----
    Source: Jug & Recchia 2021, eq. 16.
    """
    T, E0, share = positive("T", T), finite("E0", E0), non_negative("share", share)
    broadcastable(T=T, E0=E0, share=share)
    if np.any(share >= 1):
        raise ValueError(f"share = {share.max()}: must be >= 0 and < 1")
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        taken = np.where(share > 0, np.exp(np.log(share) + E0 / T), 0.0)
    if np.any(taken >= 1):
        first = np.broadcast_to(T, taken.shape).flat[int(np.argmax(taken >= 1))]
        raise ValueError(f"T = {first}: must be above E0 / ln(1/share), where no particle is left")
    return (1 - taken)[()]


def scaled(ats: AnomalousTunnelingSystems, ratio: float) -> AnomalousTunnelingSystems:
    """The same population with another number of particles tunneling together.

    Parameters
    ----------
    ats : AnomalousTunnelingSystems
        The population for which the ratio is 1.
    ratio : float
        N over that population's N, from 1e-90 to 1e90.

    Returns
    -------
    AnomalousTunnelingSystems
        D_min times the ratio, the products D0 |q/e| S_Δ times its cube, the
        area |q/e| S_Δ times its square.

    Raises
    ------
    ValueError
        For a ratio outside its range: its cube would leave the range of floats.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 97.
    """
    instance("ats", ats, AnomalousTunnelingSystems)
    ratio = number("ratio", ratio, positive)
    if not 1e-90 <= ratio <= 1e90:
        raise ValueError(f"ratio = {ratio}: must be from 1e-90 to 1e90")
    area = ats.flux_area
    return replace(
        ats,
        D_min=ats.D_min * ratio,
        D0_min=ats.D0_min * ratio**3,
        D0_max=ats.D0_max * ratio**3,
        flux_area=None if area is None else area * ratio**2,
    )
