"""Quantum mixing of a tunneling center with its ripplons: the dressed bias and amplitude.

Energies and amplitudes are in units of the Debye temperature.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from etm.checks import Array, Values, broadcastable, finite, integer, non_negative, number, positive

__all__ = [
    "bare_bias",
    "dressed_bias",
    "dressed_slope",
    "hamiltonian",
    "mixing_constant",
    "renormalized_amplitude",
]


def hamiltonian(amplitude: float, bias: float, omega: ArrayLike, mixing: ArrayLike) -> Array:
    """Two-level system whose upper level is coupled to ripplons.

    Parameters
    ----------
    amplitude, bias : float
        Δ and |ε|.
    omega, mixing : array_like, shape (n,)
        Frequencies ω_i > 0 and amplitudes Δ_i of the transitions to them.

    Returns
    -------
    ndarray, shape (n + 2, n + 2)
        With 0, |ε|, ω_1, … on the diagonal, Δ/2 between the first two and Δ_i beside the second.

    Raises
    ------
    ValueError
        For entries that are not finite, or shapes that differ.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 58.
    """
    omega, mixing = _modes(omega, mixing)
    H = np.diag(np.concatenate([[0.0, number("bias", bias)], omega]))
    H[0, 1] = H[1, 0] = number("amplitude", amplitude) / 2
    H[1, 2:] = H[2:, 1] = mixing
    return H


def bare_bias(dressed: ArrayLike, omega: ArrayLike, mixing: ArrayLike) -> Values:
    """Bias before mixing, of a center with a bias after it.

    Parameters
    ----------
    dressed : array_like
        |ε̃|, below the lowest ripplon.
    omega, mixing : array_like, shape (n,)
        Frequencies ω_i > 0 and amplitudes Δ_i.

    Returns
    -------
    ndarray or float
        |ε| = |ε̃| + Σ Δ_i²/(ω_i - |ε̃|); at ε̃ = 0 it is Σ.

    Raises
    ------
    ValueError
        For a dressed bias that reaches the lowest ripplon.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 59 and 61; panel (a) of Fig. 22.
    """
    dressed, omega, mixing = _below(dressed, omega, mixing)
    return (dressed + (mixing**2 / (omega - dressed[..., None])).sum(axis=-1))[()]


def dressed_slope(dressed: ArrayLike, omega: ArrayLike, mixing: ArrayLike) -> Values:
    """Density of the dressed bias over that of the bare one.

    Parameters
    ----------
    dressed, omega, mixing : array_like
        As in `bare_bias`.

    Returns
    -------
    ndarray or float
        ∂ε/∂ε̃ = 1 + Σ Δ_i²/(ω_i - |ε̃|)²; the delta function of weight Σ at zero is apart.

    Raises
    ------
    ValueError
        As `bare_bias`.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 59 and 66, where it is 1; panel (b) of Fig. 22.
    """
    dressed, omega, mixing = _below(dressed, omega, mixing)
    return (1 + (mixing**2 / (omega - dressed[..., None]) ** 2).sum(axis=-1))[()]


def dressed_bias(bare: ArrayLike, omega: ArrayLike, mixing: ArrayLike) -> Values:
    """Bias after mixing with the ripplons.

    Parameters
    ----------
    bare : array_like
        |ε|.
    omega, mixing : array_like, shape (n,)
        Frequencies ω_i > 0 and amplitudes Δ_i.

    Returns
    -------
    ndarray or float
        Lowest solution of `bare_bias`; negative where |ε| < Σ, and taken as zero by the paper.

    Raises
    ------
    ValueError
        For entries that are not finite, or shapes that differ.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 59, by bisection.
    """
    bare = finite("bare", bare)
    omega, mixing = _modes(omega, mixing)
    high = np.minimum(omega.min(), bare)
    low = high - np.linalg.norm(mixing)  # no level moves further
    for _ in range(70):
        middle = (low + high) / 2
        gap = np.maximum(omega - middle[..., None], 1e-300)
        above = middle + (mixing**2 / gap).sum(axis=-1) > bare
        low, high = np.where(above, (low, middle), (middle, high))
    return ((low + high) / 2)[()]


def mixing_constant(omega: ArrayLike, copies: ArrayLike, power: int = 1) -> float:
    """Number B that measures how strongly the ripplons mix.

    Parameters
    ----------
    omega, copies : array_like, shape (n,)
        Of the ripplons.
    power : int, optional
        1 for the shift of the bias, 2 for the reduction of the amplitude.

    Returns
    -------
    float
        B = Σ (2l+1) (ω_D/ω_l)^power.

    Raises
    ------
    ValueError
        For arguments that are not finite and > 0, or a power < 1.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eq. 65 (power 1) and eqs 60, 62 (power 2); the paper has one
    letter for both.
    """
    omega, copies = positive("omega", omega), positive("copies", copies)
    if omega.ndim != 1 or omega.shape != copies.shape:
        raise ValueError(f"omega, copies have shapes {omega.shape}, {copies.shape}: must be (n,)")
    return float(np.sum(copies / omega ** integer("power", power, 1)))


def renormalized_amplitude(bare: ArrayLike, B: ArrayLike) -> Values:
    """Tunneling amplitude of a center that excites its ripplons.

    Parameters
    ----------
    bare : array_like
        Δ_Q, >= 0.
    B : array_like
        From `mixing_constant`, > 0.

    Returns
    -------
    ndarray or float
        Δ̃ = √(W(B Δ²)/B), the solution of Δ̃ = Δ e^{-BΔ̃²/2}; W is Lambert's function.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: Lubchenko & Wolynes 2004, eqs 62 to 64.
    """
    bare, B = non_negative("bare", bare), positive("B", B)
    broadcastable(bare=bare, B=B)
    return np.sqrt(special.lambertw(B * bare**2).real / B)[()]


def _modes(omega, mixing):
    omega, mixing = positive("omega", omega), finite("mixing", mixing)
    if omega.ndim != 1 or omega.shape != mixing.shape:
        raise ValueError(f"omega, mixing have shapes {omega.shape}, {mixing.shape}: must be (n,)")
    return omega, mixing


def _below(dressed, omega, mixing):
    dressed = finite("dressed", dressed)
    omega, mixing = _modes(omega, mixing)
    if np.any(dressed >= omega.min()):
        raise ValueError(
            f"dressed = {dressed.max()}: must be below the lowest ripplon {omega.min()}"
        )
    return dressed, omega, mixing
