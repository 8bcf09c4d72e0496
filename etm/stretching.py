"""Stretched relaxation from a distribution of barriers.

Energies are in units of k_B T, times in units of the relaxation time over the most
probable barrier, and only their logarithms appear.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from etm.checks import Values, broadcastable, finite, non_negative, positive
from etm.quadrature import nodes_between

__all__ = ["barrier_width", "decay", "exponent"]

TAILS = 9.0
"""The normal distribution ends at this many standard deviations."""

STEP = 0.25
"""Of ln t: a decay that is smooth on the scale of one is integrated to nine digits."""

TOLERANCE = 1e-14
"""Relative, of the fit."""


def barrier_width(strength: ArrayLike, barrier: ArrayLike) -> Values:
    """Standard deviation of the barriers of a supercooled liquid.

    Parameters
    ----------
    strength : array_like
        D of the Vogel-Fulcher law, > 0.
    barrier : array_like
        Most probable barrier F [k_B T], > 0.

    Returns
    -------
    ndarray or float
        δF = F / 2√D [k_B T].

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, Sect. II, text above Fig. 6.
    """
    strength, barrier = positive("strength", strength), positive("barrier", barrier)
    broadcastable(strength=strength, barrier=barrier)
    return (barrier / (2 * np.sqrt(strength)))[()]


def decay(log_t: ArrayLike, width: ArrayLike, collapsed: bool = False) -> Values:
    """What has not yet relaxed over normally distributed barriers.

    Parameters
    ----------
    log_t : array_like, shape (...)
        ln t.
    width : array_like, shape (...)
        Standard deviation of the barriers [k_B T], >= 0.
    collapsed : bool, optional
        Move all barriers above the most probable one down to it.

    Returns
    -------
    ndarray or float, shape (...)
        ψ(t) = ⟨exp(-t/τ)⟩, ln τ = barrier less the most probable one.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, caption of Fig. 6.
    """
    log_t, width = finite("log_t", log_t), non_negative("width", width)
    broadcastable(log_t=log_t, width=width)
    panels = int(np.ceil(TAILS * np.max(width, initial=1.0)))
    edges = np.linspace(0, TAILS, panels + 1)
    z, dz = (part.ravel() for part in nodes_between(edges[:-1], edges[1:], 10))
    weight = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * dz
    lower = _left(log_t[..., None] + width[..., None] * z) @ weight
    if collapsed:
        return (lower + _left(log_t) / 2)[()]
    return (lower + _left(log_t[..., None] - width[..., None] * z) @ weight)[()]


def exponent(width: ArrayLike, collapsed: bool = False) -> tuple[Values, Values]:
    """Stretching exponent of the relaxation over a distribution of barriers.

    Parameters
    ----------
    width : array_like, shape (...)
        Standard deviation of the barriers [k_B T], >= 0.
    collapsed : bool, optional
        As in `decay`.

    Returns
    -------
    beta : ndarray or float, shape (...)
        Exponent of exp[-(t/t0)^β].
    log_time : ndarray or float, shape (...)
        ln t0.

    Raises
    ------
    ValueError
        For a width that is not finite or negative.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, Fig. 6.  The paper prints curves and no formula.  Here the
    exponent is that of the stretched exponential with the smallest squared distance from
    `decay`, integrated over all ln t.
    """
    width = non_negative("width", width)
    fits = np.array([_fit(x, collapsed) for x in width.ravel()]).reshape((*width.shape, 2))
    return np.exp(fits[..., 0])[()], fits[..., 1][()]


def _left(log_t):
    """e^{-t}."""
    return np.exp(-np.exp(np.minimum(log_t, 50.0)))


def _fit(width, collapsed):
    """ln β and ln t0."""
    end = 10 * width + 25
    log_t = np.arange(-end, end, STEP)
    curve = decay(log_t, width, collapsed)

    def distance(fit):
        return _left(np.exp(fit[0]) * (log_t - fit[1])) - curve

    start = [-np.log1p(width), 0.0]
    limits = dict.fromkeys(("xtol", "ftol", "gtol"), TOLERANCE)
    return least_squares(distance, start, **limits).x
