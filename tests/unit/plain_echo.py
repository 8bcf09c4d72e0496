"""The two-pulse echo by the longest way: plain integrals over the distribution.

Nothing here uses the quadrature, the averages or the echo factor of `etm`, only its classes.  One system of
asymmetry D and field energy s = D0 φ |cos β| contributes what eqs 73, 77, 78 and 55 of
Jug, Bonfanti & Kob 2016 say, corrected as the concordance has it; the measure is
dD/D dD0/D0 dcos β, that of a two-level system dΔ dΔ0/Δ0 dcos(p0, F).  Panels follow the
oscillations of the pulses, in D and s as they are.
"""

import numpy as np
from plain_integrals import field_energies
from scipy.special import j0, j1, struve

import etm
from etm.pulses import TwoPulses

HBAR = 6.62607015e-34 / (2 * np.pi) / 1.380649e-23
"""ħ/k_B [K s]."""

DEBYE_FIELD = 1e-21 / 299792458 * 1e3 / 1.380649e-23
"""1 D times 1 kV/m over k_B [K]."""


TABLE = list(etm.tables.read("jug2016_table8").itertuples(index=False))
"""The printed fits."""


def arguments(row, **other):
    """Population, experiment and constants of a row of Table 8; τ12 of BAS is that of Fig. 13."""
    silicate = row.glass == "BAS"
    wait = 2.0 if silicate else row.waiting_time_us
    experiment = {"frequency": 1e9 if silicate else 0.9e9, "tau1": 1e-7, "tau2": 2e-7,
                  "tau12": wait * 1e-6, "phase": np.arctan(row.tan_omega_delta_tau)}  # fmt: skip
    return (
        etm.ATS(row.D_min_mK / 1e3, row.D0_min_K_A2, row.D0_max_K_A2, 1e16),
        TwoPulses(**(experiment | other)),
        row.p1_F0_D_kV_per_m,
        1e-6 / row.Gamma_inverse_per_us_K5,
        row.c_ATS_minus_c_2LS_per_us_K * 1e6,
    )


def system(D, s, T, pulses, p1F0, Gamma, c_ats):
    """Echo of one system in units of p1."""
    E = np.sqrt(D * D + s * s)
    dipole = np.sqrt((s * s + D * D / 2) / (6 * E * E))
    thermal = np.tanh(E / (2 * T))
    rate = c_ats * T + E**3 * (s * s + D * D / 2) / (Gamma * thermal)
    delay = 2 * pulses.tau12 + pulses.tau1 + pulses.tau2
    detuning = E / HBAR - 2 * np.pi * pulses.frequency
    rabi = p1F0 * DEBYE_FIELD / HBAR * dipole
    return thermal * np.exp(-rate * delay) * dipole * pulse_factor(rabi, detuning, pulses)


def pulse_factor(rabi, z, pulses):
    """(Ω_R/Ω_G)³ (S sin ωΔτ + C cos ωΔτ)."""
    turn = np.sqrt(rabi * rabi + z * z)
    refocused = np.sin(turn * pulses.tau2 / 2) ** 2
    S = np.sin(turn * pulses.tau1) * refocused
    C = -(z / turn) * (1 - np.cos(turn * pulses.tau1)) * refocused
    return (rabi / turn) ** 3 * (S * np.sin(pulses.phase) + C * np.cos(pulses.phase))


def turns(pulses, least, reach, finest=None):
    """Ends of panels in the gap, 2.5 turns of the fastest oscillation each.

    They double from `finest` about the resonance, and are never more than a tenth of `reach`.
    """
    step = min(2.5 * 2 * np.pi * HBAR / (pulses.tau1 + pulses.tau2), (reach - least) / 10)
    resonance = HBAR * 2 * np.pi * pulses.frequency
    edges = least + (reach - least) * np.linspace(0, 1, int((reach - least) / step) + 2)
    if finest is not None:
        near = finest * 2.0 ** np.arange(max(0, int(np.log2(step / finest)) + 1))
        edges = np.concatenate([edges, resonance + near, resonance - near, [resonance]])
        edges = edges[(edges >= least) & (edges <= reach)]
    return np.unique(edges)


def panels(edges, count):
    x, w = np.polynomial.legendre.leggauss(count)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def reach_of(ats, pulses, Gamma, damping=28.0):
    """Gap at which phonons have damped the echo by e^-28 against that of D_min, at D = E."""
    delay = 2 * pulses.tau12 + pulses.tau1 + pulses.tau2
    return (ats.D_min**5 + 2 * damping * Gamma / delay) ** 0.2


def amplitudes(T, B, ats, pulses, p1F0, Gamma, c_ats, finest=None, count=14):
    """Echo per gram in units of p1: a dict over "average" and "parallel".

    The panels in D, and those in s, end where the gap of (D, s), or of (D_min, s), does.
    """
    gaps = turns(pulses, ats.D_min, reach_of(ats, pulses, Gamma), finest)
    arguments = (T, pulses, p1F0, Gamma, c_ats)
    if B == 0:
        D, dD = panels(gaps, count)
        one = 2 * np.pi * ats.density * np.sum(dD / D * system(D, 0.0, *arguments))
        return dict.fromkeys(("average", "parallel"), one * np.log(ats.D0_max / ats.D0_min))
    a, b = field_energies(B, ats, "parallel")
    tops = np.sqrt((gaps - ats.D_min) * (gaps + ats.D_min))
    tops = np.concatenate([tops, [a, b], np.geomspace(a / 64, b, 20)])
    edges = np.unique(tops[tops <= min(b, tops[gaps.size - 1])])
    edges = np.concatenate([[0.0], edges[edges > 1e-9 * edges[-1]]])
    s, ds = panels(edges, count)
    total = {"average": 0.0, "parallel": 0.0}
    for at, width in zip(s, ds, strict=True):
        inside = gaps[gaps > np.hypot(ats.D_min, at)]
        low = np.sqrt((inside - at) * (inside + at))
        if not low.size:
            continue
        near = ats.D_min * 2.0 ** np.arange(0, 40, 0.5)
        near = near[near < low[0]]
        D, dD = panels(np.concatenate([near, low]), count)
        inner = width * np.sum(dD / D * system(D, at, *arguments))
        total["average"] += inner * (1 / max(a, at) - 1 / b)
        total["parallel"] += inner / at if at > a else 0.0
    return {name: 2 * np.pi * ats.density * value for name, value in total.items()}


def two_level(T, tls, pulses, p0F0, gamma, c_tls, count=14, damping=30.0):
    """Echo per gram in units of p0, as ∫ dE ∫ dψ / sin ψ ∫ dcosine, Δ0 = E sin ψ."""
    delay = 2 * pulses.tau12 + pulses.tau1 + pulses.tau2
    reach = (tls.D0_min**3 + damping * gamma / delay) ** (1 / 3)
    edges = turns(pulses, tls.D0_min, reach)
    edges = np.sqrt((edges - tls.D0_min) * (edges + tls.D0_min))
    edges = np.concatenate([edges, tls.D0_min * 2.0 ** np.arange(-2, 40)])
    if tls.D0_max < reach:  # above it the root of E - D0_max
        kink = tls.D0_max + 1e-6 * 2.0 ** np.arange(-20, 16)
        kink = np.append(kink[kink < reach], tls.D0_max)
        edges = np.concatenate([edges, np.sqrt((kink - tls.D0_min) * (kink + tls.D0_min))])
    x, dx = panels(np.unique(edges[edges <= np.sqrt(reach**2 - tls.D0_min**2)]), count)
    cosine, weight = panels(np.array([0.0, 1.0]), 8)
    total = 0.0
    for gap, dE in zip(np.hypot(x, tls.D0_min), dx * x / np.hypot(x, tls.D0_min), strict=True):
        first = np.arcsin(tls.D0_min / gap)
        last = np.arcsin(min(1.0, tls.D0_max / gap))
        psi, dpsi = panels(np.linspace(first, last, 4), 10)
        share = np.sin(psi)
        rabi = p0F0 * DEBYE_FIELD / HBAR * share[:, None] * cosine
        one = cosine * pulse_factor(rabi, gap / HBAR - 2 * np.pi * pulses.frequency, pulses)
        thermal = np.tanh(gap / (2 * T))
        damped = np.exp(-delay * (c_tls * T + gap**3 * share**2 / (gamma * thermal)))
        total += dE * thermal * np.sum(dpsi / share * share * damped * (one @ weight))
    return tls.density * total


def over_detunings(rabi, tau1, tau2):
    """∫ (Ω_R/Ω_G)³ S dz over all detunings z [rad/s], from ∫ sin(Ω_G τ)/Ω_G dz = π J0(Ω_R τ)."""

    def twice_integrated(tau):  # ∫₀^τ (τ - t) J0(Ω_R t) dt · Ω_R²
        x = rabi * np.abs(tau)
        integral = x * j0(x) + np.pi / 2 * x * (j1(x) * struve(0, x) - j0(x) * struve(1, x))
        return np.sign(tau) * x * (integral - j1(x))

    parts = 2 * twice_integrated(tau1)
    parts = parts - twice_integrated(tau1 + tau2) - twice_integrated(tau1 - tau2)
    return -np.pi * rabi / 4 * parts
