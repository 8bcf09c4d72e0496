"""Amplitude of the two-pulse polarization echo of tunneling systems.

Amplitudes are dipole moments per gram, in units of the dipole that the pulses drive.
The echo is taken at its centre, and positive as that of two-level systems is for a
`phase` between 0 and π.
"""

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import (
    Values,
    broadcastable,
    choice,
    finite,
    instance,
    non_negative,
    number,
    positive,
)
from etm.ensembles import ORIENTATIONS, AnomalousTunnelingSystems, Orientation, TwoLevelSystems
from etm.pulses import TwoPulses
from etm.quadrature import nodes_between
from etm.units import DEBYE_KILOVOLT_PER_METRE, REDUCED_PLANCK

__all__ = ["amplitude", "rabi_frequency", "resonant_amplitude", "two_level_amplitude"]

DAMPED = 60.0
"""Systems that phonons damp by e^-60 against those of the smallest gap do not count."""

TURNS = 4
"""Turns of the fastest oscillation in one panel of gaps."""

NODES = 20
"""Gauss nodes on one panel: five on each turn."""

LARGEST = 100_000
"""Panels beyond which the experiment cannot be meant."""

STRONGEST = 1000.0
"""Angle in radians beyond which the pulses cannot be meant."""

BLOCK = 50
"""Panels, of two-level systems nodes, whose integrands are held at a time."""

ROOT = 1e-9
"""Share of D0_max in which panels begin above it, where the amplitude rises as a root."""

STILL = 1e-9
"""Below this share of D_min a field energy changes nothing in float64."""


def rabi_frequency(D: ArrayLike, D0_phase: ArrayLike, p1F0: ArrayLike) -> Values:
    """Rabi frequency of an anomalous tunneling system, averaged over directions of E.

    Parameters
    ----------
    D, D0_phase : array_like
        Rescaled asymmetry D and field energy D0 |φ| [K], >= 0, not both zero.
    p1F0 : array_like
        Dipole of one well times amplitude of the microwave field [D kV/m], > 0.

    Returns
    -------
    ndarray or float
        (p1 F0 / ħ) √[(D0²φ² + D²/2) / 6E²] [rad/s].

    Raises
    ------
    ValueError
        For entries outside of these ranges.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 72 (Jug 2018, eq. 27), where 5/6 is
    printed for 1/2.
    """
    D, s = non_negative("D", D), non_negative("D0_phase", D0_phase)
    p1F0 = positive("p1F0", p1F0)
    broadcastable(D=D, D0_phase=s, p1F0=p1F0)
    if not np.all(np.hypot(D, s) > 0):
        raise ValueError("D = 0.0 and D0_phase = 0.0: one of them must not be 0")
    return _drive(p1F0) * np.sqrt(_coupling((D / np.hypot(D, s)) ** 2))


def amplitude(
    T: ArrayLike,
    B: ArrayLike,
    ats: AnomalousTunnelingSystems,
    pulses: TwoPulses,
    p1F0: float,
    Gamma: float,
    c_ats: float,
    orientation: Orientation = "average",
) -> Values:
    """Echo of anomalous tunneling systems.

    Parameters
    ----------
    T, B : array_like
        Temperature [K], > 0, and magnetic field [T]; they broadcast.
    ats : AnomalousTunnelingSystems
        The population.
    pulses : TwoPulses
        The experiment.
    p1F0 : float
        Dipole of one well times amplitude of the microwave field [D kV/m].
    Gamma : float
        Elastic constant Γ [s K⁵].
    c_ats : float
        Rate of spectral diffusion over temperature [1/(s K)]; with c_ATS - c_2LS the
        result is relative to a two-level echo that decays with c_2LS.
    orientation : {"average", "parallel", "rms"}
        Of the loops to **B**, as in `AnomalousTunnelingSystems.gap_density`.

    Returns
    -------
    ndarray or float
        Dipole moment per gram in units of p1 [1/g]; it vanishes in strong fields.

    Raises
    ------
    ValueError
        For arguments outside of these ranges, an unknown orientation, or pulses so long
        that more than 400 000 of their oscillations would count, or that they turn
        dipoles by more than 1000 rad.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 75 to 79 (Jug 2018, eqs 31 to 34), with the
    detuning over Ω_G in eq. 77 and 1/2 for 5/6 in eqs 55 and 72.  With E and y,
    D = E / cosh y and s = D0 |φ| = E tanh y, the measure is dE dy W(s), smooth between
    the kinks of W; panels in E follow the resonance and the oscillations of the pulses.
    """
    T, B, drive, Gamma, c_ats = _input(T, B, ats, pulses, p1F0, Gamma, c_ats, orientation)
    turns = _turns(drive, pulses)
    reach = (ats.D_min**5 + DAMPED * Gamma / pulses.mean_delay) ** 0.2

    def total(temperatures, a, b):
        kinks = [kink + _doubling(kink - _beyond(kink, ats.D_min)) for kink in (a, b)]
        x, dx = _gaps(ats.D_min, reach, pulses, np.concatenate(kinks))
        sums = np.zeros(temperatures.size)
        for start in range(0, x.size, BLOCK * NODES):
            block = slice(start, start + BLOCK * NODES)
            E = np.hypot(x[block], ats.D_min)
            detuning = E / REDUCED_PLANCK - 2 * np.pi * pulses.frequency
            for y, dy in _shares(x[block], E, ats, a, b, turns, orientation):
                coupling = _coupling(np.cosh(y) ** -2)
                driven = _driven(drive * np.sqrt(coupling), detuning[:, None], pulses)
                driven *= dy * (dx[block] * x[block] / E)[:, None]
                rate = 6 * E[:, None] ** 5 * coupling
                sums += _damped(driven, E, rate, temperatures, pulses, Gamma, c_ats)
        return sums

    scale = 2 * np.pi * ats.density / drive
    return scale * _on_grid(total, T, B, ats, orientation)


def resonant_amplitude(
    T: ArrayLike,
    B: ArrayLike,
    ats: AnomalousTunnelingSystems,
    pulses: TwoPulses,
    p1F0: float,
    Gamma: float,
    c_ats: float,
    orientation: Orientation = "average",
) -> Values:
    """The same as `amplitude` with all systems in strict resonance, σ(E) → δ(E - ħω).

    Parameters
    ----------
    T, B, ats, pulses, p1F0, Gamma, c_ats, orientation
        As in `amplitude`.

    Returns
    -------
    ndarray or float
        Dipole moment per gram in units of p1 [1/g]; 0 if ħω < D_min.

    Raises
    ------
    ValueError
        As in `amplitude`.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, below eq. 79.  It is never close: pulses that turn
    by less than 1 reach all systems within 1/τ of the resonance, more than σ says, and
    under those that turn far the systems within σ have different phases.
    """
    T, B, drive, Gamma, c_ats = _input(T, B, ats, pulses, p1F0, Gamma, c_ats, orientation)
    E = REDUCED_PLANCK * 2 * np.pi * pulses.frequency
    turns = _turns(drive, pulses)
    if E <= ats.D_min:
        return np.zeros(np.broadcast_shapes(T.shape, B.shape))[()]
    x, E = np.array([_beyond(E, ats.D_min)]), np.array([E])

    def total(temperatures, a, b):
        sums = np.zeros(temperatures.size)
        for y, dy in _shares(x, E, ats, a, b, turns, orientation):
            coupling = _coupling(np.cosh(y) ** -2)
            rabi = drive * np.sqrt(coupling)
            strict = dy * 2 * REDUCED_PLANCK * rabi  # ∫ (Ω_R/Ω_G)³ dE
            driven = strict * _driven(rabi, 0.0, pulses)
            rate = 6 * E[:, None] ** 5 * coupling
            sums += _damped(driven, E, rate, temperatures, pulses, Gamma, c_ats)
        return sums

    scale = 2 * np.pi * ats.density / drive
    return scale * _on_grid(total, T, B, ats, orientation)


def two_level_amplitude(
    T: ArrayLike, tls: TwoLevelSystems, pulses: TwoPulses, p0F0: float, gamma: float, c_tls: float
) -> Values:
    """Echo of two-level systems.

    Parameters
    ----------
    T : array_like
        Temperature [K], > 0.
    tls : TwoLevelSystems
        The population, with the density of both signs of Δ.
    pulses : TwoPulses
        The experiment.
    p0F0 : float
        Dipole times amplitude of the microwave field [D kV/m].
    gamma : float
        Elastic constant γ [s K³].
    c_tls : float
        Rate of spectral diffusion over temperature [1/(s K)].

    Returns
    -------
    ndarray or float
        Dipole moment per gram in units of p0 [1/g].

    Raises
    ------
    ValueError
        As in `amplitude`.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 62 to 64, with E⁻⁴ in all and the sign of eq. 76.
    """
    T = positive("T", T)
    instance("tls", tls, TwoLevelSystems)
    instance("pulses", pulses, TwoPulses)
    drive = _drive(number("p0F0", p0F0, positive))
    gamma, c_tls = number("gamma", gamma, positive), number("c_tls", c_tls)
    reach = (tls.D0_min**3 + DAMPED * gamma / pulses.mean_delay) ** (1 / 3)
    temperatures, where = np.unique(T, return_inverse=True)
    sums = np.zeros(temperatures.size)
    turns = _turns(drive, pulses)
    cosine, weight = nodes_between(0.0, 1.0, 7 + int(turns * 0.6))
    root = _beyond(tls.D0_max, tls.D0_min) + _doubling(ROOT * tls.D0_max)
    x, dx = _gaps(tls.D0_min, reach, pulses, root)
    for start in range(0, x.size, BLOCK):
        block = slice(start, start + BLOCK)
        E = np.hypot(x[block], tls.D0_min)
        detuning = E / REDUCED_PLANCK - 2 * np.pi * pulses.frequency
        low = _beyond(E, tls.D0_max) / E
        t, dt = nodes_between(low, x[block] / E, 18 + int(turns * 0.6))
        share = np.sqrt((1 - t) * (1 + t))  # Δ0/E for Δ/E = t: dΔ0/Δ0 dΔ = dE dt/share²
        rabi = drive * share[:, :, None] * cosine
        driven = _driven(rabi, detuning[:, None, None], pulses) @ weight
        driven *= dt / share**2 * (dx[block] * x[block] / E)[:, None]
        rate = E[:, None] ** 3 * share**2
        sums += _damped(driven, E, rate, temperatures, pulses, gamma, c_tls)
    return (tls.density / drive * sums[where.reshape(T.shape)])[()]


def _input(T, B, ats, pulses, p1F0, Gamma, c_ats, orientation):
    T, B = positive("T", T), finite("B", B)
    broadcastable(T=T, B=B)
    instance("ats", ats, AnomalousTunnelingSystems)
    instance("pulses", pulses, TwoPulses)
    drive = _drive(number("p1F0", p1F0, positive))
    choice("orientation", orientation, ORIENTATIONS)
    return T, B, drive, number("Gamma", Gamma, positive), number("c_ats", c_ats)


def _drive(pF):
    """Dipole times field over ħ [rad/s]."""
    return pF * DEBYE_KILOVOLT_PER_METRE / REDUCED_PLANCK


def _turns(drive, pulses):
    """Largest angle [rad] by which the pulses could turn a system in resonance."""
    turns = drive * (pulses.tau1 + pulses.tau2)
    if turns > STRONGEST:
        raise ValueError(
            f"tau1 = {pulses.tau1} and tau2 = {pulses.tau2}: must be shorter, as with this"
            f" microwave field they turn dipoles by up to {turns:.3g} rad"
        )
    return turns


def _coupling(share):
    """Square of the Rabi frequency in units of (p1 F0/ħ)², for D²/E² = share."""
    return (1 - share / 2) / 6


def _driven(rabi, detuning, pulses):
    """Ω_R (Ω_R/Ω_G)³ (S sin ωΔτ + C cos ωΔτ) [rad/s]."""
    turn = np.hypot(rabi, detuning)
    first, second = turn * (pulses.tau1 / 2), turn * (pulses.tau2 / 2)
    sine = np.sin(first)
    phases = np.sin(pulses.phase) * np.cos(first)
    phases -= np.cos(pulses.phase) * (detuning / turn) * sine
    return 2 * rabi * (rabi / turn) ** 3 * sine * np.sin(second) ** 2 * phases


def _damped(driven, E, rate, temperatures, pulses, elastic, diffusion):
    """Sum of what survives at each temperature: tanh(E/2T) exp(-2 w τ̄12)."""
    delay, sums = 2 * pulses.mean_delay, np.empty(temperatures.size)
    for k, T in enumerate(temperatures):
        thermal = np.tanh(E / (2 * T))
        decay = np.exp(-(delay / elastic) * rate / thermal[:, None])
        sums[k] = thermal @ (driven * decay).sum(axis=1) * np.exp(-delay * diffusion * T)
    return sums


def _on_grid(total, T, B, ats, orientation):
    """total(temperatures, a, b) for each field, broadcast to T and B."""
    temperatures, where_T = np.unique(T, return_inverse=True)
    fields, where_B = np.unique(np.abs(B), return_inverse=True)
    cutoffs = np.transpose(ats.field_energies(fields, orientation))
    values = np.empty((temperatures.size, fields.size))
    for k, (a, b) in enumerate(cutoffs):
        values[:, k] = total(temperatures, a, b)
    return values[where_T.reshape(T.shape), where_B.reshape(B.shape)][()]


def _beyond(E, least):
    """√(E² - least²), 0 where it is not real."""
    return np.sqrt(np.maximum((E - least) * (E + least), 0.0))


def _doubling(length):
    """0, half of a length, and what doubles from there."""
    return np.append(length / 2 * 2.0 ** np.arange(60), 0.0)


def _gaps(least, reach, pulses, ends):
    """Nodes x and weights of E = √(least² + x²) up to `reach`.

    Panels hold TURNS turns at most, and fewer where √ or the damping bends, and end at
    `ends` as well.  The resonance is no narrower than a turn.
    """
    step = REDUCED_PLANCK * TURNS * 2 * np.pi / (pulses.tau1 + pulses.tau2)
    if reach - least > LARGEST * step:
        raise ValueError(
            f"tau1 = {pulses.tau1} and tau2 = {pulses.tau2}: must be shorter, as gaps up to"
            f" {reach:.3g} K count and the pulses oscillate over {step / TURNS:.3g} K"
        )
    E = np.linspace(least, reach, 10 + int((reach - least) / step))
    x = np.concatenate([_beyond(E, least), _doubling(least), ends])
    x = np.unique(np.minimum(x, _beyond(reach, least)))
    nodes, weights = nodes_between(x[:-1], x[1:], NODES)
    return nodes.ravel(), weights.ravel()


def _shares(x, E, ats, a, b, turns, orientation):
    """Nodes y and weights dy W(E tanh y), in pieces, for each gap.

    W = 1/max(a, s) - 1/b below b when directions are averaged; else 1/s between a and b.
    """
    if b < STILL * ats.D_min:
        yield np.zeros((E.size, 1)), np.log(ats.D0_max / ats.D0_min) / E[:, None]
        return
    averaged = orientation == "average"
    top = np.log(x / ats.D_min)  # of ln sinh y
    low, high = (_log_sinh(c, x, E, top) for c in (a, b))
    if averaged:
        end = np.arcsinh(np.exp(low))
        y, dy = nodes_between(np.zeros_like(end), end, _count(end, turns))
        yield y, dy * (1 / a - 1 / b)
    v, dv = nodes_between(low, high, _count(high - low, turns))
    y = np.arcsinh(np.exp(v))
    yield y, dv * (1 / E[:, None] - (np.tanh(y) / b if averaged else 0.0))


def _log_sinh(cutoff, x, E, top):
    """ln sinh y where s = E tanh y reaches a cutoff, or D falls to D_min before."""
    before = cutoff < x
    room = np.where(before, (E - cutoff) * (E + cutoff), 1.0)
    return np.where(before, np.log(cutoff / np.sqrt(room)), top)


def _count(length, turns):
    """Gauss nodes for an integrand whose poles are π/2 away, and that follows the pulses."""
    return 16 + int(4 * length.max() + turns / 8)
