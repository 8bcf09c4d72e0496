"""Decay and beats of the integrated echo against mpmath and the plain integral of eq. 85."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from etm.waiting_time import integrated_echo, lorentzian_cosine

WIDTHS = [1e-6, 1e-3, 0.05, 0.3, 0.99, 1.0, 1.7, 5.0, 20.0, 49.9, 50.1, 200.0]
ENDS = [1e-9, 1e-4, 0.1, 0.5, 0.99, 1.0, 1.3, 5.0, 20.0, 49.9, 50.1, 300.0, 1e4]


@pytest.mark.parametrize("a", WIDTHS)
def test_lorentzian_cosine_with_many_digits(a):
    """Relative to 1e-11, also where the integral is a small rest of large terms."""
    with mpmath.workdps(60 + int(a)):

        def exact(b):
            left = mpmath.exp(-a) * mpmath.e1(mpmath.mpc(-a, b))
            right = mpmath.exp(a) * mpmath.e1(mpmath.mpc(a, b))
            whole = mpmath.pi * mpmath.exp(-mpmath.mpf(a)) + mpmath.im(left - right)
            return float(whole / (2 * mpmath.mpf(a)))

        expected = [exact(b) for b in ENDS]
    np.testing.assert_allclose(lorentzian_cosine(a, ENDS), expected, rtol=1e-11, atol=0)


@pytest.mark.parametrize(("a", "b"), [(1e-3, 0.7), (0.2, 3.0), (2.0, 1.5), (7.0, 40.0)])
def test_lorentzian_cosine_as_an_integral(a, b):
    """Without the exponential integral."""
    with mpmath.workdps(25):
        ends = sorted({0, min(a, b), *(k * b / 12 for k in range(1, 13))})
        direct = mpmath.quad(lambda x: mpmath.cos(x) / (x**2 + mpmath.mpf(a) ** 2), ends)
    assert lorentzian_cosine(a, b) == pytest.approx(float(direct), rel=1e-12)


def test_lorentzian_cosine_is_odd_and_broadcasts():
    a, b = np.array([[0.3], [2.0]]), np.array([-4.0, -0.5, 0.0, 0.5, 4.0])
    values = lorentzian_cosine(a, b)
    assert values.shape == (2, 5)
    np.testing.assert_array_equal(values, -values[:, ::-1])
    assert np.all(values[:, 2] == 0)
    assert np.ndim(lorentzian_cosine(1.0, 2.0)) == 0
    assert lorentzian_cosine([], 1.0).shape == (0,)


def test_lorentzian_cosine_over_the_half_axis():
    """∫₀^∞ = π e^-a / 2a; the rest beyond b falls as 1/b²."""
    a, b = np.array([0.1, 1.0, 4.0]), 1e7
    limit = np.pi * np.exp(-a) / (2 * a)
    np.testing.assert_allclose(lorentzian_cosine(a, b), limit, rtol=0, atol=2 / b**2)


@pytest.mark.parametrize("edge", [0.6e6, 2 * np.pi * 0.6e6, -0.4e6, 0.0])
def test_integrated_echo_is_equation_85(edge):
    """Its two parts, above and below the resonance, as plain integrals over the detuning."""
    tau_phi = 1.3e-6
    waits = np.array([0.2e-6, 1e-6, 3e-6])

    def lorentzian(x):  # x = (ω0 - ω) τφ
        return 1 / (np.pi * (1 + x * x))

    exponential, beating = integrated_echo(waits, tau_phi, edge)
    for k, wait in enumerate(waits):
        wave = {"weight": "cos", "wvar": 2 * wait / tau_phi}
        above = quad(lorentzian, 0, np.inf, **wave)[0]
        below = quad(lorentzian, -edge * tau_phi, 0, epsabs=1e-14, epsrel=1e-13, **wave)[0]
        assert exponential[k] == pytest.approx(above, abs=1e-9)
        assert beating[k] == pytest.approx(below, rel=1e-10, abs=1e-14)


def test_integrated_echo_at_once():
    """Without a wait the parts count the systems; together one if D_min is far below."""
    exponential, beating = integrated_echo([0.0, 1e-15], 1e-6, 3e5)
    assert exponential[0] == 0.5
    assert beating[0] == pytest.approx(np.arctan(0.3) / np.pi, rel=1e-14)
    assert beating[1] == pytest.approx(beating[0], rel=1e-8)
    assert sum(integrated_echo(0.0, 1e-6, 1e12)) == pytest.approx(1, abs=1e-6)
    assert np.ndim(integrated_echo(1e-6, 1e-6, 3e5)[1]) == 0
    assert integrated_echo([], 1e-6, 3e5)[0].shape == (0,)


def test_integrated_echo_far_above_the_edge():
    """Then both parts decay alike, and nothing beats: e^-a in all."""
    a = np.array([0.5, 2.0, 5.0])
    exponential, beating = integrated_echo(a / 2 * 1e-6, 1e-6, 1e10)
    np.testing.assert_allclose(exponential, np.exp(-a) / 2, rtol=1e-14)
    np.testing.assert_allclose(beating, exponential, rtol=1e-2)


def test_integrated_echo_beats_with_the_edge():
    """Near the edge, and long after e^-a has died, sin(2 Δω τ12) over τ12 remains."""
    tau_phi, edge = 1e-6, 3e6
    waits = np.linspace(1e-5, 3e-5, 400)
    exponential, beating = integrated_echo(waits, tau_phi, edge)
    assert np.all(exponential < 1e-3 * np.abs(beating).max())
    end = 2 * waits * edge
    shape = 2 * waits / tau_phi / np.pi * np.sin(end) / (end**2 + (2 * waits / tau_phi) ** 2)
    assert np.abs(beating - shape).max() < 0.05 * np.abs(shape).max()
