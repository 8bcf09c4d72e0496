"""Random first-order transitions: the mosaic of a supercooled liquid and what tunnels in its glass.

Free energies are in units of k_B T_g, sizes in beads and bead diameters a, and
temperatures and energies of the glass in units of the Debye temperature T_D.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import constants

from etm.checks import Values, broadcastable, finite, instance, non_negative, number, positive
from etm.quadrature import nodes_between, powers_between
from etm.thermal import schottky

__all__ = [
    "Mosaic", "fastest_rate", "fragility_index", "heat_capacity_factor", "log_relaxation_time",
    "mean_free_path", "mismatch", "tunneling_exponent", "two_level_density",
]  # fmt: skip

COLDEST, WINDOW = -14.0, 40.0  # ln E/T below and E/T above which no heat is taken up


def mismatch(lindemann: ArrayLike = 0.1) -> Values:
    """Surface energy γ between two packings of beads.

    Parameters
    ----------
    lindemann : array_like, optional
        d_L / a, between 0 and 0.34.

    Returns
    -------
    ndarray or float
        γ = (3/2) √(3π) ln[(a/d_L)² / πe] in k_B T_g.

    Raises
    ------
    ValueError
        For a ratio outside of this range, where γ would be negative.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, text below eq. 7.
    """
    lindemann = positive("lindemann", lindemann)
    if np.any(lindemann**-2.0 <= np.pi * np.e):
        raise ValueError(f"lindemann = {lindemann.max()}: must be below 0.342")
    return (1.5 * np.sqrt(3 * np.pi) * np.log(lindemann**-2.0 / (np.pi * np.e)))[()]


@dataclass(frozen=True)
class Mosaic:
    """The liquid at its glass transition, from two numbers.

    Parameters
    ----------
    log_time : float, optional
        ln τ/τ0 at T_g; an hour unless given.
    lindemann : float, optional
        d_L / a.

    Raises
    ------
    ValueError
        For log_time <= 0, or as in `mismatch`.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 5 to 13.

    Examples
    --------
    >>> mosaic = Mosaic()
    >>> print(f"{mosaic.size:.0f} beads, {mosaic.length:.2f} bead diameters across")
    191 beads, 5.76 bead diameters across
    """

    log_time: float = 17 * np.log(10)
    lindemann: float = 0.1

    def __post_init__(self):
        number("log_time", self.log_time, positive)
        mismatch(number("lindemann", self.lindemann))

    @property
    def surface(self) -> float:
        """γ in k_B T_g.
        Source: Lubchenko & Wolynes 2004, text below eq. 7."""
        return float(mismatch(self.lindemann))

    @property
    def entropy(self) -> float:
        """Entropy s_c of a bead in k_B.
        Source: Lubchenko & Wolynes 2004, eq. 7 at T_g."""
        return self.surface**2 / (4 * self.log_time)

    @property
    def critical_size(self) -> float:
        """Beads N‡ at the top of F(N).
        Source: Lubchenko & Wolynes 2004, eq. 6."""
        return (self.surface / (2 * self.entropy)) ** 2

    @property
    def size(self) -> float:
        """Beads N* of a region, F(N*) = 0.
        Source: Lubchenko & Wolynes 2004, eq. 6."""
        return 4 * self.critical_size

    @property
    def length(self) -> float:
        """ξ/a = N*^{1/3}.
        Source: Lubchenko & Wolynes 2004, text below eq. 7."""
        return self.size ** (1 / 3)

    @property
    def highest_barrier(self) -> float:
        """V_max in k_B T_g.
        Source: Lubchenko & Wolynes 2004, eq. 13."""
        return self.log_time / (2 * np.sqrt(2) - 1)

    def profile(self, N: ArrayLike) -> Values:
        """Free energy of a droplet of the new packing.

        Parameters
        ----------
        N : array_like
            Beads, >= 0.

        Returns
        -------
        ndarray or float
            F(N) = γ √N - s_c N in k_B T_g.

        Raises
        ------
        ValueError
            For N < 0.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 6; below T_g the lowest energies of eq. 11."""
        N = non_negative("N", N)
        return (self.surface * np.sqrt(N) - self.entropy * N)[()]

    def log_states(self, N: ArrayLike, V: ArrayLike) -> Values:
        """Logarithm of the density of barriers V met by a droplet of N beads.

        Parameters
        ----------
        N : array_like
            Beads, > 0.
        V : array_like
            Barrier [k_B T_g].

        Returns
        -------
        ndarray or float
            s_c N - [V - (s_c N + γ √N)]² / 8 s_c N.

        Raises
        ------
        ValueError
            For N <= 0 or entries that are not finite.

        Notes
        -----
        Source: Lubchenko & Wolynes 2004, eq. 12 with δE² = 2 T_g² s_c."""
        N, V = positive("N", N), finite("V", V)
        broadcastable(N=N, V=V)
        states = self.entropy * N
        return (states - (V - states - self.surface * np.sqrt(N)) ** 2 / (8 * states))[()]


def log_relaxation_time(T: ArrayLike, strength: ArrayLike, mosaic: Mosaic) -> Values:
    """Vogel-Fulcher law of the relaxation time.

    Parameters
    ----------
    T : array_like
        Temperature in units of T_g, above T_K/T_g.
    strength : array_like
        D, > 0: small for fragile liquids.
    mosaic : Mosaic
        The state at T_g, where ln τ/τ0 is its `log_time`.

    Returns
    -------
    ndarray or float
        ln τ/τ0 = D T_K / (T - T_K).

    Raises
    ------
    ValueError
        For T at or below T_K.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 1, with T_g/T_K = 1 + D / log_time.
    """
    T, strength = positive("T", T), positive("strength", strength)
    broadcastable(T=T, strength=strength)
    instance("mosaic", mosaic, Mosaic)
    ideal = 1 / (1 + strength / mosaic.log_time)
    if np.any(ideal >= T):
        raise ValueError(f"T = {T.min()}: must exceed T_K = {np.max(ideal):.6g} T_g")
    return (strength * ideal / (T - ideal))[()]


def fragility_index(strength: ArrayLike, mosaic: Mosaic) -> Values:
    """Slope of log10 τ at T_g against T_g/T.

    Parameters
    ----------
    strength : array_like
        D, > 0.
    mosaic : Mosaic
        The state at T_g.

    Returns
    -------
    ndarray or float
        m = log10(e) L (1 + L/D), L = `log_time`.

    Raises
    ------
    ValueError
        For D <= 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 1 and caption of Fig. 5, where 1/T_g is missing.
    """
    strength = positive("strength", strength)
    instance("mosaic", mosaic, Mosaic)
    return (np.log10(np.e) * mosaic.log_time * (1 + mosaic.log_time / strength))[()]


def two_level_density(T_g: ArrayLike, xi: ArrayLike) -> Values:
    """Density of two-level systems of a frozen mosaic.

    Parameters
    ----------
    T_g, xi : array_like
        Glass transition [K] and size of a cooperative region [Å], > 0.

    Returns
    -------
    ndarray or float
        P̄ = 1 / (k_B T_g ξ³) [1/(J m³)].

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, Sect. III.A, below eq. 14.
    """
    T_g, xi = positive("T_g", T_g), positive("xi", xi)
    broadcastable(T_g=T_g, xi=xi)
    return (1 / (constants.k * T_g * (xi * 1e-10) ** 3))[()]


def mean_free_path(length: ArrayLike, x: ArrayLike = 1.0) -> Values:
    """Mean free path of a phonon over its wavelength.

    Parameters
    ----------
    length : array_like
        ξ/a, > 0.
    x : array_like, optional
        ħω / k_B T, > 0.

    Returns
    -------
    ndarray or float
        l/λ = 3 (ξ/a)³ / [2π² tanh(x/2)].

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 20, where x = 1; λ = 2π c_s/ω.
    """
    length, x = positive("length", length), positive("x", x)
    broadcastable(length=length, x=x)
    return (3 * length**3 / (2 * np.pi**2 * np.tanh(x / 2)))[()]


def tunneling_exponent(barrier_frequency: ArrayLike, T_g: ArrayLike) -> Values:
    """Exponent c of the distribution of tunneling energies, Δ^{-1-c}.

    Parameters
    ----------
    barrier_frequency, T_g : array_like
        ħω‡ / k_B and glass transition in one unit of temperature, > 0.

    Returns
    -------
    ndarray or float
        c = ħω‡ / (√2 π k_B T_g).

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 22, where π is missing.
    """
    frequency, T_g = positive("barrier_frequency", barrier_frequency), positive("T_g", T_g)
    broadcastable(barrier_frequency=frequency, T_g=T_g)
    return frequency / (np.sqrt(2) * np.pi * T_g)


def fastest_rate(E: ArrayLike, T: ArrayLike, T_g: ArrayLike) -> Values:
    """Rate of the fastest two-level system of a gap, in units of ω_D.

    Parameters
    ----------
    E, T, T_g : array_like
        Gap, temperature and glass transition in units of T_D, > 0.

    Returns
    -------
    ndarray or float
        1/τ_min ω_D = 9π T_g E³ coth(E/2T).

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 25 with g of eq. 18 and ω_D = (6π²)^{1/3} c_s/a.
    """
    E, T, T_g = positive("E", E), positive("T", T), positive("T_g", T_g)
    broadcastable(E=E, T=T, T_g=T_g)
    return (9 * np.pi * T_g * E**3 / np.tanh(E / (2 * T)))[()]


def heat_capacity_factor(tT3: ArrayLike, exponent: ArrayLike, T_g: float) -> Values:
    """How much of the two-level systems takes up heat within a time t.

    Parameters
    ----------
    tT3 : array_like
        t ω_D (T/T_D)³, > 0: the only way in which time and temperature enter.
    exponent : array_like
        c of `tunneling_exponent`, >= 0.
    T_g : float
        Glass transition in units of T_D, > 0.

    Returns
    -------
    ndarray or float
        J in C = A P̄ k_B² T (Δ0/k_B T)^c J, with C per volume.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 27 with the factor P̄ restored.
    """
    tT3, exponent = positive("tT3", tT3), non_negative("exponent", exponent)
    broadcastable(tT3=tT3, exponent=exponent)
    T_g = number("T_g", T_g, positive)
    scale, c = np.broadcast_arrays(np.log(9 * np.pi * T_g) + np.log(tT3), exponent)
    v, dv = _reach(scale)
    span = np.maximum(_log_times(v, scale[..., None]), 0.0)
    w, dw = nodes_between(np.zeros_like(span), np.sqrt(span), 50)
    dw = dw * w / np.sqrt(-np.expm1(-np.maximum(w * w, 1e-300)))  # half of dz = w dw
    inner = (np.exp(c[..., None, None] * (w * w / 2 - v[..., None])) * dw).sum(axis=-1)
    return (inner * np.exp(v) * schottky(np.exp(v) / 2) * dv).sum(axis=-1)[()]


def _log_times(v, scale):
    """ln t/τ_min at E = T e^v."""
    return scale + 3 * v - np.log(np.tanh(np.exp(v) / 2))


def _reach(scale):
    """Nodes of ln E/T from where τ_min = t, by bisection, to where the levels are empty."""
    low, high = np.full(scale.shape, -400.0), np.full(scale.shape, 300.0)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = np.where(_log_times(middle, scale) < 0, (middle, high), (low, middle))
    return powers_between(np.maximum(high, COLDEST), np.log(np.exp(high) + WINDOW), 110)
