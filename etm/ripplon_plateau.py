"""States of ripplons on a grid of energies, and the plateau of ripplons coupled to sound.

Frequencies, energies and temperatures are in units of the Debye frequency or
temperature.  A broadened ripplon has states at all energies; counted on multiples
of a small step they are the coefficients of a power series.
"""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Array, Values, choice, instance, integer, non_negative, number, positive
from etm.quadrature import nodes_between
from etm.ripplon_coupling import Coupling, lines

__all__ = ["absorbers", "conductivity", "on_steps", "states"]

Excited: TypeAlias = Literal["thermal", "below reach"]

FAR = 40.0
"""Boltzmann factors beyond e^-40 do not count."""

HOTTEST = 0.25
"""Highest temperature: beyond it the states are too many to count."""


def on_steps(nodes: Array, weights: Array, step: float, n: int) -> Array:
    """A spectrum on multiples of a step, each weight shared by its two neighbours.

    Parameters
    ----------
    nodes, weights : ndarray, shape (m,)
        From `lines`.
    step : float
        Distance of the points, > 0.
    n : int
        Number of points, the first at one step.

    Returns
    -------
    ndarray, shape (n,)
        Modes at step, 2 step, …; their number and mean frequency are kept up to the last.

    Raises
    ------
    ValueError
        For nodes, weights or a step that are not finite and > 0, or n < 1.

    Notes
    -----
    Source: sum over l replaced by an integral in Lubchenko & Wolynes 2004, eq. 55.
    """
    nodes, weights = positive("nodes", nodes), positive("weights", weights)
    if nodes.ndim != 1 or nodes.shape != weights.shape:
        raise ValueError(f"nodes, weights have shapes {nodes.shape}, {weights.shape}: must be (m,)")
    n = integer("n", n, 1)
    place = np.clip(nodes / number("step", step, positive), 1, n + 1)
    whole = place.astype(int)
    parts = weights * (whole + 1 - place), weights * (place - whole)
    modes = np.bincount(np.append(whole, whole + 1), np.append(*parts), minlength=n + 1)
    return modes[1 : n + 1].astype(float)


def states(modes: Array) -> Array:
    """Number of states of a spectrum on multiples of a step, with any real number of modes.

    Parameters
    ----------
    modes : ndarray, shape (n,)
        Modes at 1, 2, …, n steps, >= 0.

    Returns
    -------
    ndarray, shape (n + 1,)
        Coefficients of ∏ (1 - z^k)^(-modes_k) at z^0, …, z^n.

    Raises
    ------
    ValueError
        For entries that are not finite and >= 0, or another shape.

    Notes
    -----
    Source: sum over occupations in Lubchenko & Wolynes 2004, eq. 37.  With c_k = Σ d modes_d over
    the divisors d of k, the coefficients obey n p_n = Σ_k c_k p_{n-k}.
    """
    modes = non_negative("modes", modes)
    if modes.ndim != 1:
        raise ValueError(f"modes has shape {modes.shape}: must be (n,)")
    c = np.zeros(modes.size + 1)
    for d in np.flatnonzero(modes) + 1:
        c[d::d] += d * modes[d - 1]
    p = np.empty(modes.size + 1)
    p[0] = 1.0
    for k in range(1, modes.size + 1):
        p[k] = c[1 : k + 1] @ p[k - 1 :: -1] / k
    return p


def absorbers(
    counts: Array,
    step: float,
    T: float,
    T_g: float,
    excited: Excited = "thermal",
    reach: float = 1.0,
) -> Array:
    """Density of states that absorb a phonon, times T_g, at multiples of a step.

    Parameters
    ----------
    counts : ndarray, shape (n + 1,)
        From `states`; all energies up to 1 and the thermal ones above must be among them.
    step : float
        Their distance, > 0.
    T, T_g : float
        Temperature and glass transition, > 0.
    excited : str, optional
        "thermal": excited states weigh 2/(e^{E/T} + 1), as for Fig. 19; "below reach": all
        up to E = reach T weigh 1, as for Fig. 20.
    reach : float, optional
        α of Fig. 20, > 0.

    Returns
    -------
    ndarray
        T_g (ρ + ρ_exc) at ω = step, 2 step, … up to 1; a state at ω itself counts one half in
        each.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 37, 42 and 43, and Sect. IV.F for α.
    """
    counts, step = non_negative("counts", counts), number("step", step, positive)
    if counts.ndim != 1:
        raise ValueError(f"counts has shape {counts.shape}: must be (n,)")
    T, T_g = number("T", T, positive), number("T_g", T_g, positive)
    choice("excited", excited, ("thermal", "below reach"))
    reach = number("reach", reach, positive)
    last = round(1 / step)
    if counts.size <= last:
        raise ValueError(
            f"counts has {counts.size} energies: must reach 1, {last + 1} at this step"
        )
    below, decay = np.empty(last + 1), np.exp(-step / T_g)
    below[0] = counts[0]
    for k in range(1, last + 1):
        below[k] = below[k - 1] * decay + counts[k]
    energy = step * np.arange(counts.size)
    weight = np.exp(-energy / T_g)
    if excited == "thermal":
        filled = np.exp(-energy / T)
        weight = weight * 2 * filled / (1 + filled)
    else:
        weight = weight * np.clip(reach * T / step + 0.5 - np.arange(counts.size), 0.0, 1.0)
    used = np.flatnonzero(weight > 0)[-1] + 1
    weight = weight[:used]
    above = [counts[m : m + used] @ weight[: counts.size - m] for m in range(1, last + 1)]
    return below[1:] + above - counts[1 : last + 1]


def conductivity(
    T: ArrayLike,
    coupling: Coupling,
    omega: Array,
    copies: Array,
    path: float = 150.0,
    excited: Excited = "thermal",
    reach: float = 1.0,
    step: float = 1 / 800,
) -> Values:
    """Thermal conductivity over K with ripplons that are coupled to sound.

    Parameters
    ----------
    T : array_like
        Temperature, > 0, at most 0.25 and at most T_g.
    coupling : Coupling
        Strength and cutoff.
    omega, copies : ndarray, shape (n,)
        Of the ripplons without coupling.
    path : float, optional
        l/λ of the two-level systems alone; 150 is measured.
    excited, reach : optional
        As in `absorbers`.
    step : float, optional
        Of the energies at which states are counted, 1/4000 to 1/50.

    Returns
    -------
    ndarray or float
        κ/K = T² ∫_0^{1/T} x³ eˣ/(eˣ - 1)² (l/λ) dx, l/λ = 1 + path / T_g(ρ + ρ_exc).

    Raises
    ------
    ValueError
        For arguments outside of these ranges, or as `lines`.

    Notes
    -----
    The states of the broadened spectrum are counted; the paper takes steepest descent.

    Source: Lubchenko & Wolynes 2004, eq. 48 with eq. 55; the curves of Figs. 19 and 20 with
    coupling, and K = k_B³ T_D² / (π ħ² c_s).
    """
    T, path = positive("T", T), number("path", path, positive)
    choice("excited", excited, ("thermal", "below reach"))
    number("reach", reach, positive)
    instance("coupling", coupling, Coupling)
    hottest = min(HOTTEST, coupling.T_g)
    if np.any(T > hottest):
        raise ValueError(f"T = {T.max()}: must not exceed {hottest}")
    step = number("step", step, positive)
    if not 1 / 4000 <= step <= 1 / 50:
        raise ValueError(f"step = {step}: must lie between 1/4000 and 1/50")
    if T.size == 0:
        return np.empty(T.shape)
    step = 1 / round(1 / step)
    nodes, weights = lines(coupling, omega, copies)
    top = _highest(T.max(), coupling.T_g, nodes, weights)
    counts = states(on_steps(nodes, weights, step, int(top / step)))
    values = np.empty(T.size)
    for i, t in enumerate(T.ravel()):
        scatter = absorbers(counts, step, t, coupling.T_g, excited, reach)
        values[i] = _flow(t, path, step, scatter)
    return values.reshape(T.shape)[()]


def _flow(T, path, step, scatter):
    """κ/K at one temperature, the scatterers interpolated between their steps."""
    end = min(1.0, FAR * T)
    edges = np.append(np.arange(0.0, end, min(T, 0.02) / 2), end)
    w, dw = (a.ravel() for a in nodes_between(edges[:-1], edges[1:], 8))
    grid = step * np.arange(scatter.size + 1)
    scatterers = np.interp(w, grid, np.append(1.0, scatter))
    x = w / T
    return T * np.sum(x**3 / (4 * np.sinh(x / 2) ** 2) * (1 + path / scatterers) * dw)


def _highest(T, T_g, nodes, weights):
    """Energy above which no state counts: beyond 1, three times the thermal energy."""
    T = 1 / (1 / T + 1 / T_g)
    x = np.minimum(nodes / T, 700.0)
    return 1 + 3 * T * np.sum(weights * x / np.expm1(x)) + FAR * T
