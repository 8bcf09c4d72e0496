"""The echo where a closed form is left: flat densities, small pulses, strong fields, no damping."""

import numpy as np
import pytest
from plain_echo import HBAR, over_detunings
from scipy.integrate import quad

import etm
from etm.echo import amplitude, rabi_frequency, resonant_amplitude, two_level_amplitude
from etm.pulses import TwoPulses
from etm.units import DEBYE_KILOVOLT_PER_METRE

ATS = etm.ATS(0.004, 950.0, 2.13e4, 1e16)
T = 0.02


def pulses(scale=1.0, phase=np.pi / 2):
    return TwoPulses(1e9, scale * 1e-7, scale * 2e-7, 2e-6, phase)


@pytest.mark.parametrize(("rabi", "tau1", "tau2"), [(1.0, 0.4, 0.9), (2.0, 1.5, 1.1), (0.7, 3, 6)])
def test_closed_integral_over_the_detunings(rabi, tau1, tau2):
    """The Bessel functions that the next tests use are the integral of (Ω_R/Ω_G)³ S."""

    def shape(z):
        turn = np.hypot(rabi, z)
        return (rabi / turn) ** 3 * np.sin(turn * tau1) * np.sin(turn * tau2 / 2) ** 2

    direct = 2 * quad(shape, 0, 400, limit=4000, epsabs=1e-10)[0]
    assert over_detunings(rabi, tau1, tau2) == pytest.approx(direct, abs=1e-5)


@pytest.mark.parametrize("p1F0", [0.01, 0.5, 3.0, 12.0])
def test_smooth_density_leaves_one_integral(p1F0):
    """What varies slowly is taken at ħω; in quadrature C does not count. A few parts in 1e5 are left."""
    experiment, Gamma, c = pulses(), 1e-11, 1e5
    E = HBAR * 2 * np.pi * experiment.frequency
    rabi = rabi_frequency(E, 0.0, p1F0)
    dipole = 1 / np.sqrt(12)
    thermal = np.tanh(E / (2 * T))
    damped = np.exp(-2 * experiment.mean_delay * (c * T + E**5 / (2 * Gamma * thermal)))
    systems = 2 * np.pi * ATS.density * np.log(ATS.D0_max / ATS.D0_min) * HBAR / E
    expected = systems * dipole * thermal * damped
    expected *= over_detunings(rabi, experiment.tau1, experiment.tau2)
    found = amplitude(T, 0.0, ATS, experiment, p1F0, Gamma, c)
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("p0F0", [0.01, 0.5, 3.0])
def test_flat_two_level_systems_leave_a_closed_integral(p0F0):
    """Units and powers: Δ0/E, the cosine to the field and the detuning integrated one by one."""
    experiment, gamma, c = pulses(), 1e-9, 1e5
    tls = etm.TwoLevelSystems(1e-4, 3e16)
    E = HBAR * 2 * np.pi * experiment.frequency
    thermal = np.tanh(E / (2 * T))
    drive = p0F0 * DEBYE_KILOVOLT_PER_METRE / HBAR

    def over_cosine(share):
        def one(y):
            return y * over_detunings(drive * share * y, experiment.tau1, experiment.tau2)

        rate = c * T + E**3 * share**2 / (gamma * thermal)
        damped = np.exp(-2 * experiment.mean_delay * rate)
        return share * damped * quad(one, 0, 1)[0]

    # dΔ0/Δ0 dΔ at fixed E is dE dψ / sin ψ
    low = np.arcsin(tls.D0_min / E)
    total = quad(lambda psi: over_cosine(np.sin(psi)) / np.sin(psi), low, np.pi / 2)[0]
    expected = tls.density * HBAR * thermal * total
    found = two_level_amplitude(T, tls, experiment, p0F0, gamma, c)
    assert found == pytest.approx(expected, rel=1e-4)


def test_small_pulses():
    """θ << 1: the third power of the microwave field, and a width of 1/τ: (π/4)(2τ2 - τ1) τ1 Ω_R³."""
    experiment = pulses()
    rabi, tau = 1e3, experiment.tau1
    exact = over_detunings(rabi, tau, 2 * tau)
    assert exact == pytest.approx(np.pi / 4 * 3 * tau**2 * rabi**3, rel=1e-3)
    small, smaller = (amplitude(T, 0.1, ATS, experiment, p, 1e-11, 0.0) for p in (2e-3, 1e-3))
    assert small / smaller == pytest.approx(8, rel=1e-5)


def test_strict_resonance_is_never_close():
    """Strict over full: 8 θ1/3π for small pulses, and no limit for strong ones."""
    experiment, tau = pulses(), 1e-7
    ratio = {}
    for theta in (0.01, 0.4, 1.0, 3.0, 5.0, 10.0, 20.0):
        p1F0 = theta / tau / rabi_frequency(1.0, 0.0, 1.0)
        arguments = (T, 0.0, ATS, experiment, p1F0, 1e-11, 0.0)
        ratio[theta] = resonant_amplitude(*arguments) / amplitude(*arguments)
        one = 2 * theta / tau * np.sin(theta) ** 3 / over_detunings(theta / tau, tau, 2 * tau)
        assert ratio[theta] * tau == pytest.approx(one * tau, rel=1e-3, abs=1e-9)
    assert ratio[0.01] == pytest.approx(8 * 0.01 / (3 * np.pi), rel=1e-3)
    assert ratio[1.0] == pytest.approx(0.89, abs=0.01)
    assert ratio[3.0] < 0 < ratio[5.0]
    assert max(ratio.values()) > 3
    assert ratio[10.0] < 1 < ratio[20.0]


@pytest.mark.parametrize("row", range(4))
def test_strong_fields_of_an_average_leave_loops_on_edge(row):
    """Far beyond the cutoffs the echo falls as 1/B; with φ/√3 nothing is left of it."""
    cutoffs = etm.tables.read("jug2016_table8").iloc[row]
    ats = etm.ATS(cutoffs.D_min_mK / 1e3, cutoffs.D0_min_K_A2, cutoffs.D0_max_K_A2, 1e16)
    Gamma = 1e-6 / cutoffs.Gamma_inverse_per_us_K5
    B = np.array([0.0, 50.0, 100.0, 1000.0])
    average = amplitude(T, B, ats, pulses(), 0.5, Gamma, 0.0)
    np.testing.assert_allclose(average[1:] * B[1:], average[1] * B[1], rtol=1e-9)
    assert average[1] > 0
    assert np.all(amplitude(T, B[1:], ats, pulses(), 0.5, Gamma, 0.0, "rms") < 1e-12 * average[0])


def test_decay_with_temperature_and_waiting_time():
    """Spectral diffusion alone: e^{-2 c T τ̄12} times tanh(E/2T), E = ħω where only it counts."""
    c, B = 2e6, 0.05
    waits = [1e-6, 2e-6, 4e-6]
    values = []
    for wait in waits:
        experiment = TwoPulses(1e9, 1e-7, 2e-7, wait)
        values.append(amplitude(T, B, ATS, experiment, 0.5, 1e-9, c)
                      / amplitude(T, B, ATS, experiment, 0.5, 1e-9, 0.0))  # fmt: skip
        assert values[-1] == pytest.approx(np.exp(-2 * c * T * experiment.mean_delay), rel=1e-12)
    E = HBAR * 2 * np.pi * 1e9
    cold, warm = (amplitude(t, B, ATS, pulses(), 0.5, 1e-9, 0.0) for t in (0.02, 0.04))
    delay, coth = 2 * pulses().mean_delay, [1 / np.tanh(E / (2 * t)) for t in (0.02, 0.04)]
    # damping is between that of D = E and twice it
    slowest, fastest = (np.exp(-delay * k * E**5 / 1e-9 * (coth[1] - coth[0])) for k in (0.5, 1))
    assert fastest < warm / cold * coth[1] / coth[0] < slowest
