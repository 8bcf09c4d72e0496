"""Ripplons coupled to sound: damped, shifted and broadened, and the bump they make then.

Frequencies, energies and temperatures are in units of the Debye frequency or
temperature, heat capacities in k_B per domain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from etm import ripplons
from etm.checks import (
    Array,
    Values,
    broadcastable,
    choice,
    instance,
    non_negative,
    number,
    positive,
)
from etm.quadrature import nodes_between

__all__ = ["Coupling", "bump", "density", "lines"]

SERIES, ORDERS = 8.0, np.arange(1, 21)  # beyond 8 cutoffs the shift is a series in ω_c/ω
TINY = 1e-300

# Edges of panels: around a resonance in its widths, at the ends of the ramp in ω_c, everywhere in ω_D
OFFSETS = np.geomspace(0.5, 1e7, 12)
EDGES = np.geomspace(1e-12, 0.3, 24)
WIDE = np.concatenate([[0.0], np.geomspace(1e-4, 1e5, 64)])


@dataclass(frozen=True)
class Coupling:
    """Strength and cutoff of the coupling of a ripplon to sound.

    Parameters
    ----------
    T_g : float
        Glass transition, > 0.
    cutoff : float, optional
        ω_c in (a/ξ) ω_D, > 0; the paper allows up to 2.5 and draws with 1.8.
    length : float, optional
        ξ/a, > 0.
    smearing : float, optional
        δω_c/ω_c, from 0 to 0.5; 1/√D in the paper, here for D = 40.
    damped : str, optional
        "always": width as ω³ at all frequencies, as the paper does.
        "below cutoff": width and shift cut at the same frequency, so that the line
        keeps its norm.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    The paper does not say how the cutoff is smeared: here ω_c is distributed evenly, with
    the standard deviation δω_c.

    Source: Lubchenko & Wolynes 2004, eqs 49 to 55 and Appendix B.
    """

    T_g: float
    cutoff: float = 1.8
    length: float = 5.8
    smearing: float = 0.158
    damped: str = "always"

    def __post_init__(self):
        for name in ("T_g", "cutoff", "length"):
            number(name, getattr(self, name), positive)
        if number("smearing", self.smearing, non_negative) > 0.5:
            raise ValueError(f"smearing = {self.smearing}: must not exceed 0.5")
        choice("damped", self.damped, ("always", "below cutoff"))

    @property
    def ramp(self) -> tuple[float, float]:
        """Frequencies between which the coupling is cut off [ω_D].
        Source: Lubchenko & Wolynes 2004, Sect. IV.F, text below eq. 54."""
        centre = self.cutoff / self.length
        half = np.sqrt(3) * self.smearing * centre
        return centre - half, centre + half

    @property
    def _marks(self):
        """Points that crowd at both ends of the ramp, all of them above 0."""
        low, high = self.ramp
        near = low * EDGES
        return np.concatenate([low - near, low + near, high - near, high + near])

    def damping(self, frequency: ArrayLike) -> Values:
        """Inverse lifetime of the amplitude.

        Parameters
        ----------
        frequency : array_like
            ω, >= 0.

        Returns
        -------
        ndarray or float
            γ_ω = (3π/2) T_g ω³ [ω_D], cut off or not as `damped` says.

        Raises
        ------
        ValueError
            For frequencies that are not finite and >= 0.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 53."""
        w = non_negative("frequency", frequency)
        width = 1.5 * np.pi * self.T_g * w**3
        if self.damped == "below cutoff":
            low, high = self.ramp
            share = (high - w) / (high - low) if high > low else w < high
            width = width * np.clip(share, 0.0, 1.0)
        return width[()]

    def shift(self, frequency: ArrayLike) -> Values:
        """By how much a ripplon is lowered.

        Parameters
        ----------
        frequency : array_like
            ω, >= 0.

        Returns
        -------
        ndarray or float
            ω_l - ω_l(ω) = (3/2) T_g ∫_0^{ω_c} ω'³ dω'/(ω' - ω) [ω_D], the mean over ω_c.

        Raises
        ------
        ValueError
            For frequencies that are not finite and >= 0, or at a sharp cutoff.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 54, second line."""
        w = non_negative("frequency", frequency)
        low, high = self.ramp
        if high > low:
            mean = (_integrated(w, high) - _integrated(w, low)) / (high - low)
        else:
            if np.any(w == high):
                raise ValueError(f"frequency = {high}: must not be the sharp cutoff")
            mean = _principal(w, high)
        return (1.5 * self.T_g * mean)[()]

    def profile(self, frequency: ArrayLike, omega: ArrayLike) -> Values:
        """Line of a ripplon.

        Parameters
        ----------
        frequency : array_like
            ω, > 0.
        omega : array_like
            ω_l without coupling, > 0; it broadcasts with ω.

        Returns
        -------
        ndarray or float
            (γ_ω/π) / ([ω - ω_l(ω)]² + γ_ω²) [1/ω_D].

        Raises
        ------
        ValueError
            For arguments that are not finite and > 0.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 55.  Its integral is `norm`, not 1."""
        w, omega = positive("frequency", frequency), positive("omega", omega)
        broadcastable(frequency=w, omega=omega)
        width = np.asarray(self.damping(w))
        away = w - omega + self.shift(w)
        return (width / np.pi / np.maximum(away**2 + width**2, TINY))[()]

    def resonance(self, omega: float) -> float:
        """Where the line of a ripplon stands.

        Parameters
        ----------
        omega : float
            ω_l without coupling, > 0.

        Returns
        -------
        float
            Lowest ω with ω = ω_l(ω) [ω_D].

        Raises
        ------
        ValueError
            If the static shift exceeds ω_l, so that the domain is unstable.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 54."""
        return float(self._crossings(number("omega", omega, positive))[0])

    def norm(self, omega: float) -> float:
        """Integral of the line of a ripplon.

        Parameters
        ----------
        omega : float
            ω_l without coupling, > 0.

        Returns
        -------
        float
            ∫ of `profile`; with `damped` "below cutoff" the undamped rest of the line
            above the cutoff is included.

        Raises
        ------
        ValueError
            As `resonance`.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 55, where 1 is meant."""
        return float(self._line(number("omega", omega, positive))[1].sum())

    def _crossings(self, omega):
        """All ω with ω = ω_l(ω), by bisection between the points of a grid.

        Above the ramp the shift only rises, so that one interval is enough there.  It ends
        where ω - ω_l exceeds the shift: from 2 ω_c on that is at most (3/4) T_g ω_c⁴/ω.
        """
        if self.shift(0.0) >= omega:
            raise ValueError(
                f"omega = {omega}: must exceed the static shift {self.shift(0.0):.6g}, or the domain is unstable"
            )
        high = self.ramp[1]
        top = omega + 2 * high + np.sqrt(self.T_g) * high**2
        inside = np.linspace(0, high, 400, endpoint=False)
        grid = np.unique(np.concatenate([inside, self._marks, [top]]))
        away = grid - omega + self.shift(grid)
        change = np.flatnonzero(np.diff(away < 0))
        left, right, sign = grid[change], grid[change + 1], np.sign(away[change])
        for _ in range(60):
            middle = (left + right) / 2
            same = sign * (middle - omega + self.shift(middle)) > 0
            left, right = np.where(same, (middle, right), (left, middle))
        return (left + right) / 2

    def _line(self, omega):
        """Nodes in ω and weights of a line, the undamped part a single node."""
        crossings, (low, high) = self._crossings(omega), self.ramp
        width = np.asarray(self.damping(crossings))
        near = crossings[:, None] + width[:, None] * np.concatenate([-OFFSETS, [0], OFFSETS])
        edges = np.concatenate([WIDE, near.ravel(), [low, high], self._marks])
        last = WIDE.max() if self.damped == "always" else high
        edges = np.unique(np.clip(edges, 0.0, last))
        w, dw = (a.ravel() for a in nodes_between(edges[:-1], edges[1:], 14))
        weight = self.profile(w, omega) * dw
        if self.damped == "below cutoff":
            free = crossings[crossings > high]
            step = 1e-3 * (free - high)
            stencil = np.array([1, -8, 8, -1]) / 12
            slope = self.shift(free[:, None] + step[:, None] * [-2, -1, 1, 2]) @ stencil / step
            w, weight = np.append(w, free), np.append(weight, 1 / (1 + slope))
        return w, weight


def lines(coupling: Coupling, omega: Array, copies: Array) -> tuple[Array, Array]:
    """The broadened ripplons as nodes and weights.

    Parameters
    ----------
    coupling : Coupling
        Strength and cutoff.
    omega, copies : ndarray, shape (n,)
        Of the ripplons without coupling.

    Returns
    -------
    nodes, weights : ndarray, shape (m,)
        Σ weights f(nodes) is Σ_l (2l+1) ∫ f(ω) L_l(ω) dω; they stand in for ω and copies.

    Raises
    ------
    ValueError
        As `Coupling.resonance`.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 55.
    """
    omega, copies = _spectrum(coupling, omega, copies)
    parts = [coupling._line(o) for o in omega]
    nodes = np.concatenate([w for w, _ in parts])
    weights = np.concatenate([g * dw for g, (_, dw) in zip(copies, parts, strict=True)])
    return nodes[weights > 0], weights[weights > 0]


def density(frequency: ArrayLike, coupling: Coupling, omega: Array, copies: Array) -> Values:
    """Density of the broadened ripplons.

    Parameters
    ----------
    frequency : array_like
        ω, > 0.
    coupling : Coupling
        Strength and cutoff.
    omega, copies : ndarray, shape (n,)
        Of the ripplons without coupling.

    Returns
    -------
    ndarray or float
        Σ_l (2l+1) L_l(ω) [1/ω_D per domain].

    Raises
    ------
    ValueError
        For frequencies that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 55.
    """
    frequency = positive("frequency", frequency)
    omega, copies = _spectrum(coupling, omega, copies)
    return (coupling.profile(frequency[..., None], omega) @ copies)[()]


def bump(
    T: ArrayLike, coupling: Coupling, omega: Array, copies: Array, both_signs: bool = True
) -> Values:
    """Heat capacity of a domain whose ripplons are coupled to sound.

    Parameters
    ----------
    T : array_like
        Temperature, > 0.
    coupling : Coupling
        Strength and cutoff.
    omega, copies : ndarray, shape (n,)
        Of the ripplons without coupling.
    both_signs : bool, optional
        As in `etm.ripplons.bump`.

    Returns
    -------
    ndarray or float
        [k_B per domain].

    Raises
    ------
    ValueError
        For temperatures that are not finite and > 0, or as `lines`.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 36 with eq. 55; the curves of Fig. 15 with coupling.
    """
    T = positive("T", T)
    modes = lines(coupling, omega, copies)
    values = [ripplons.bump(t, coupling.T_g, *modes, both_signs=both_signs) for t in T.ravel()]
    return np.reshape(values, T.shape)[()]


def _spectrum(coupling, omega, copies):
    instance("coupling", coupling, Coupling)
    omega, copies = positive("omega", omega), positive("copies", copies)
    if omega.ndim != 1 or omega.shape != copies.shape:
        raise ValueError(f"omega, copies have shapes {omega.shape}, {copies.shape}: must be (n,)")
    return omega, copies


def _regions(w, c):
    """Where the series holds, its powers of ω_c/ω, and ω for the closed form elsewhere."""
    powers = (c / np.maximum(w, SERIES * c))[..., None] ** ORDERS
    return w > SERIES * c, powers, np.clip(w, TINY, SERIES * c)


def _principal(w, c):
    """Principal value of ∫_0^c v³/(v - w) dv."""
    far, powers, w = _regions(w, c)
    closed = c**3 / 3 + c**2 * w / 2 + c * w**2 + w**3 * np.log(np.abs(c - w) / w)
    return np.where(far, -(c**3) * np.sum(powers / (3 + ORDERS), axis=-1), closed)


def _integrated(w, c):
    """The same integrated over c from 0."""
    far, powers, w = _regions(w, c)
    logarithm = np.log(np.maximum(np.abs(c - w), TINY) / w)
    closed = c**4 / 12 + c**3 * w / 6 + c**2 * w**2 / 2 + w**3 * ((c - w) * logarithm - c)
    series = -(c**4) * np.sum(powers / ((3 + ORDERS) * (4 + ORDERS)), axis=-1)
    return np.where(far, series, closed)
