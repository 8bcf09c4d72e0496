"""The shapes that models are sums of, as functions of parameters and measurements.

A shape takes plain values by name and the measurements, and returns what one unit of
its amplitude gives at each point.
"""

import numpy as np

from etm import dielectric, echo, heat_capacity, magnetization
from etm.ensembles import AnomalousTunnelingSystems, TwoLevelSystems
from etm.pulses import TwoPulses
from etm.scaling import number_ratio
from etm.units import REDUCED_PLANCK

MANY = 1e17
"""Ions per gram that one unit of n_Fe2 or n_Fe3 stands for."""

MICRO = 1e-6
"""Susceptibility [A m²/(g T)] that one unit of chi_L stands for."""

ISOTROPIC = 1.5
"""Zero-field strengths per strength in a field: dipoles of three wells against eq. 41's constant."""

SLOWER = 2.0
"""Γ of 2013 (τ = Γ tanh/D⁵) per Γ of 2016, whose coupling at s = 0 is D²/2."""


def population(values):
    """Anomalous tunneling systems of density 1 from the logarithms of their cutoffs.

    Parameters
    ----------
    values : mapping
        ln_Dmin, ln_D0min of the cutoffs in K and K Å², ln_width = ln ln(D0max/D0min).

    Returns
    -------
    AnomalousTunnelingSystems
    """
    low = np.exp(values["ln_D0min"])
    high = low * np.exp(np.exp(values["ln_width"]))
    return AnomalousTunnelingSystems(np.exp(values["ln_Dmin"]), low, high, 1.0)


def ones(values, data):
    return np.ones(len(data))


def heat_ats(values, data):
    return heat_capacity.ats(data.T, data.B, population(values))


def heat_two_level(values, data):
    return heat_capacity.two_level(data.T, TwoLevelSystems(np.exp(values["ln_D0min_TLS"]), 1.0))


def heat_phonon(values, data):
    return 1e-6 * data.T**3


def heat_ions(J, values, data):
    return heat_capacity.paramagnet(data.T, data.B, MANY, J)


def moment_ats(values, data):
    """ν³ M(T/ν, ν² B): cutoffs D ∝ ν, D0 |q| S ∝ ν³ are M of the plain ones; ν within nine decades."""
    ratio = np.clip(number_ratio(data.T, values["E0"], values["T0"]), 1e-9, 1e9)
    plain = magnetization.ats(data.T / ratio, ratio**2 * data.B, population(values))
    return ratio**3 * plain


def moment_ions(J, values, data):
    return magnetization.paramagnet(data.T, data.B, MANY, J)


def moment_larmor(values, data):
    return magnetization.larmor(data.B, MICRO)


def permittivity_ats(sweep, values, data):
    """Resonant part, with a frequency the relaxational one too; at B = 0 only in sweeps of T."""
    ats = population(values)
    total = dielectric.ats_permittivity(data.T, data.B, ats, 1.0)
    Gamma = np.exp(values["ln_Gamma"]) if "ln_Gamma" in values else 1.0
    if "frequency" in data.extra:
        total = total + _each_frequency(dielectric.ats_permittivity_relaxing, ats, Gamma, data)
    if sweep:
        strength = ISOTROPIC * np.exp(values["ln_width"]) / ats.D_min
        omega = _omega(data) if "frequency" in data.extra else 1.0
        parts = dielectric.ats_permittivity_zero_field(
            data.T, omega, strength, SLOWER * Gamma, ats.D_min
        )
        total = total + (sum(parts) if "frequency" in data.extra else parts[0])
    return total


def loss_ats(values, data):
    ats, Gamma = population(values), np.exp(values["ln_Gamma"])
    return _each_frequency(dielectric.ats_loss, ats, Gamma, data)


def permittivity_two_level(values, data):
    omega = _omega(data) if "frequency" in data.extra else 1.0
    parts = dielectric.two_level_permittivity(data.T, omega, 1.0, *_two_level(values))
    return sum(parts) if "frequency" in data.extra else parts[0]


def loss_two_level(values, data):
    return dielectric.two_level_loss(data.T, _omega(data), 1.0, *_two_level(values))


def echo_two_level(coldest, values, data):
    """tanh(ħω/2T) over that at the lowest temperature."""
    photon = REDUCED_PLANCK * _omega(data)
    return np.tanh(photon / (2 * data.T)) / np.tanh(photon / (2 * coldest))


def echo_ats(coldest, values, data):
    """The echo of the ATS over theirs at the lowest temperature without a field."""
    ats, shape = population(values), np.empty(len(data))
    drive, Gamma = np.exp(values["ln_p1F0"]), np.exp(values["ln_Gamma"])
    columns = np.stack([data.extra[n] for n in ("frequency", "tau1", "tau2", "tau12")])
    for column in np.unique(columns, axis=1).T:
        frequency, tau1, tau2, tau12 = column
        rows = np.all(columns == column[:, None], axis=0)
        pulses = TwoPulses(frequency, tau1, tau2, tau12, values["phase"])
        T, B = np.r_[coldest, data.T[rows]], np.r_[0.0, data.B[rows]]
        found = np.asarray(echo.amplitude(T, B, ats, pulses, drive, Gamma, 1e6 * values["c"]))
        shape[rows] = found[1:] / found[0]
    return shape


def _omega(data):
    return 2 * np.pi * data.extra["frequency"]


def _two_level(values):
    gamma = np.exp(values["ln_gamma"]) if "ln_gamma" in values else 1.0
    return gamma, np.exp(values["ln_D0min_TLS"]), np.exp(values["ln_D0max_TLS"])


def _each_frequency(function, ats, Gamma, data):
    omega, total = _omega(data), np.empty(len(data))
    for one in np.unique(omega):
        rows = omega == one
        total[rows] = function(data.T[rows], data.B[rows], ats, 1.0, Gamma, one)
    return total
