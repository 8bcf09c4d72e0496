"""How the integrated echo at zero field dies, or beats, with the waiting time."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exp1

from etm.checks import Values, broadcastable, finite, non_negative, number, positive
from etm.quadrature import nodes_between

__all__ = ["integrated_echo", "lorentzian_cosine"]

FAR = 50.0
"""Beyond this size e^z E1(z) is taken from its asymptotic series."""


def lorentzian_cosine(a: ArrayLike, b: ArrayLike) -> Values:
    """∫ cos x dx / (x² + a²) from 0 to b.

    Parameters
    ----------
    a : array_like
        Width of the Lorentzian, > 0.
    b : array_like
        Upper end, of either sign; a and b broadcast.

    Returns
    -------
    ndarray or float
        Odd in b.

    Raises
    ------
    ValueError
        For a <= 0 or entries that are not finite.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 86, with Ei(z) there read as E1(z).
    """
    a, b = positive("a", a), finite("b", b)
    broadcastable(a=a, b=b)
    end = np.abs(b)
    x, dx = nodes_between(np.zeros_like(end), np.minimum(end, 1.0), 20)
    # cosh a - cos x vanishes with x² + a², so that a narrow Lorentzian leaves a smooth rest
    still = np.where(a < 1.0, 2 * np.sinh(np.minimum(a, 1.0) / 2) ** 2, 0.0)
    smooth = (still[..., None] + 2 * np.sin(x / 2) ** 2) / (x**2 + a[..., None] ** 2)
    short = (1 + still) * np.arctan(end / a) / a - (smooth * dx).sum(axis=-1)
    # e^{-a} E1(-a+ib) and e^{a} E1(a+ib), each as e^{-ib} times a scaled function
    inner = np.exp(-1j * end) * (_scaled_exp1(-a + 1j * end) - _scaled_exp1(a + 1j * end))
    whole = (np.pi * np.exp(-a) + inner.imag) / (2 * a)
    return (np.sign(b) * np.where(end < 1.0, short, whole))[()]


def integrated_echo(tau12: ArrayLike, tau_phi: float, edge: float) -> tuple[Values, Values]:
    """Integrated echo of anomalous tunneling systems without a field.

    Parameters
    ----------
    tau12 : array_like
        Waiting time [s], >= 0.
    tau_phi : float
        Time of spectral diffusion τ_φ(3) [s], > 0.
    edge : float
        Δω = ω - D_min/ħ [rad/s]: how far the microwave lies above the smallest gap.

    Returns
    -------
    exponential, beating : ndarray or float
        Shares of the systems above the resonance, e^{-a}/2, and between D_min and the
        resonance; together 1 at τ12 = 0 if D_min is far below.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 85 to 88, with the factor a lost in eq. 87.
    """
    tau12 = non_negative("tau12", tau12)
    tau_phi, edge = number("tau_phi", tau_phi, positive), number("edge", edge)
    a, b = 2 * tau12 / tau_phi, 2 * tau12 * edge
    safe = np.where(tau12 > 0, a, 1.0)
    beating = safe / np.pi * lorentzian_cosine(safe, np.where(tau12 > 0, b, 0.0))
    at_once = np.arctan(edge * tau_phi) / np.pi
    return (np.exp(-a) / 2)[()], np.where(tau12 > 0, beating, at_once)[()]


def _scaled_exp1(z):
    """e^z E1(z), finite where E1 or the exponential alone is not."""
    far = np.abs(z) > FAR
    near = np.where(far, 1.0, z)
    inverse = 1 / np.where(far, z, FAR)
    series, term = np.zeros_like(inverse), inverse
    for order in range(1, 40):
        series = series + term
        term = -order * inverse * term
    return np.where(far, series, np.exp(near) * exp1(near))
