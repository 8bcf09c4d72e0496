"""Two pulses on one system against its density matrix, with phase cycling."""

import numpy as np
import pytest
from scipy.linalg import expm

from etm.pulses import TwoPulses, bloch_vector, echo_factor

CASES = [
    (1.3, 0.4, 0.7, 1.9),
    (0.8, -1.1, 1.5, 2.2),
    (2.0, 0.0, 0.6, 0.9),
    (0.05, 3.0, 1.0, 2.0),
    (4.0, 0.3, 2.5, 1.1),
    (0.0, 0.7, 1.0, 1.0),
]
"""Rabi frequency, detuning and the lengths of two pulses."""


def step(rho, rabi, detuning, duration, phase=0.0):
    """Density matrix (upper, lower) after a time in the frame of the microwave."""
    drive = -rabi * np.exp(-1j * phase)
    U = expm(-0.5j * duration * np.array([[detuning, drive], [np.conj(drive), -detuning]]))
    return U @ rho @ U.conj().T


def evolved(rabi, detuning, tau1, tau2, wait, after, phase=0.0):
    """The whole experiment, the second pulse with a phase."""
    rho = step(np.diag([0.0, 1.0]).astype(complex), rabi, detuning, tau1)
    rho = step(rho, 0.0, detuning, wait)
    rho = step(rho, rabi, detuning, tau2, phase)
    return step(rho, 0.0, detuning, after)


@pytest.mark.parametrize(("rabi", "detuning", "tau1", "tau2"), CASES)
def test_echo_factor_is_what_phase_cycling_leaves(rabi, detuning, tau1, tau2):
    """The part of the coherence that turns twice with the phase of the second pulse is the echo."""
    phases = np.pi / 2 * np.arange(4)
    wait = 37.0
    echo = np.mean([evolved(rabi, detuning, tau1, tau2, wait, wait, p)[0, 1] * np.exp(2j * p)
                    for p in phases])  # fmt: skip
    S, C = echo_factor(rabi, detuning, tau1, tau2)
    assert S + 1j * C == pytest.approx(-2j * np.conj(echo), abs=1e-12)


@pytest.mark.parametrize(("rabi", "detuning", "tau1", "tau2"), CASES)
def test_bloch_vector_is_the_density_matrix(rabi, detuning, tau1, tau2):
    """During the pulses, the wait and after."""
    wait = 3.3
    for t in (
        -1.0,
        0.0,
        tau1 / 3,
        tau1,
        tau1 + 1.2,
        tau1 + wait + tau2 / 2,
        tau1 + wait + tau2 + 5,
    ):
        first = np.clip(t, 0, tau1)
        pause = np.clip(t - tau1, 0, wait)
        second = np.clip(t - tau1 - wait, 0, tau2)
        after = max(t - tau1 - wait - tau2, 0)
        rho = evolved(rabi, detuning, first, second, pause, after)
        expected = [2 * rho[0, 1].real, -2 * rho[0, 1].imag, (rho[0, 0] - rho[1, 1]).real]
        found = bloch_vector(rabi, detuning, t, tau1, tau2, wait)
        np.testing.assert_allclose(found, expected, atol=1e-13)


def test_bloch_vectors_keep_their_length():
    rng = np.random.default_rng(77)
    t = np.linspace(-1, 30, 200)
    rabi, detuning = rng.exponential(2, (50, 1)), rng.normal(0, 5, (50, 1))
    vectors = bloch_vector(rabi, detuning, t, 0.7, 1.4, 9.0)
    assert vectors.shape == (50, 200, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1, rtol=1e-13)
    np.testing.assert_array_equal(vectors[:, 0], np.tile([0.0, 0.0, -1.0], (50, 1)))
    assert bloch_vector(1.0, 0.0, 0.5, 1.0, 1.0, 1.0).shape == (3,)
    assert bloch_vector([], 0.0, 0.5, 1.0, 1.0, 1.0).shape == (0, 3)


def test_refocused_at_twice_the_mean_delay():
    """All detunings together: silence, then an echo that refocuses at 2 τ̄12.

    A delay δ turns each vector by detuning times δ, so that S makes the part of the signal
    that is even in δ, and C the odd one: the largest signal comes a little later.
    """
    pulses = TwoPulses(1e9, 1e-7, 2e-7, 3e-6)
    detuning = np.linspace(-6e7, 6e7, 4001)
    weight = np.exp(-((detuning / 1.2e7) ** 2) / 2)
    weight /= weight.sum()
    rabi = 5e6
    delay = np.linspace(-1e-6, 1e-6, 81)
    t = 2 * pulses.mean_delay + delay
    vectors = bloch_vector(rabi, detuning[:, None], t, pulses.tau1, pulses.tau2, pulses.tau12)
    signal = np.einsum("i,itk->tk", weight, vectors)
    S, C = echo_factor(rabi, detuning, pulses.tau1, pulses.tau2)
    assert signal[40, 1] == pytest.approx(weight @ S, rel=1e-6)
    assert signal[40, 0] == pytest.approx(0, abs=1e-6)
    turned = (S + 1j * C) * np.exp(1j * detuning * delay[:, None]) @ weight
    np.testing.assert_allclose(signal[:, 1], turned.real, atol=1e-6)
    np.testing.assert_allclose(signal[:, 0], -turned.imag, atol=1e-6)
    size = np.hypot(signal[:, 0], signal[:, 1])
    assert size[[0, -1]].max() < 1e-3 * size.max()
    assert 0 < delay[size.argmax()] <= pulses.tau1
    assert t[40] == pytest.approx(2 * 3e-6 + 1e-7 + 2e-7, rel=1e-12)


def test_echo_factor_by_hand():
    """π/2 and π pulses in resonance turn all; S is even and C odd in the detuning."""
    assert echo_factor(np.pi, 0.0, 0.5, 1.0) == pytest.approx((1.0, 0.0), abs=1e-15)
    S, C = echo_factor(0.9, np.array([-1.7, 1.7]), 0.8, 1.1)
    assert S[0] == S[1]
    assert C[0] == -C[1]
    assert np.ndim(echo_factor(1.0, 0.2, 1.0, 1.0)[0]) == 0
    assert echo_factor([[1.0], [2.0]], [0.1, 0.2, 0.3], 1.0, 2.0)[1].shape == (2, 3)
    assert echo_factor([], 0.2, 1.0, 1.0)[0].shape == (0,)


def test_the_reference_is_a_quarter_of_a_turn_away():
    """Unless given, the phase leaves sin(phase) = 1 for S and cos(phase) = 0 for C."""
    assert TwoPulses(1e9, 1e-7, 2e-7, 3e-6).phase == pytest.approx(np.pi / 2, rel=1e-15)
    assert TwoPulses(1e9, 1e-7, 2e-7, 3e-6, 0.3).phase == 0.3
