"""The echo of Jug 2018, Sect. 3.3, from eqs 27 and 31–34 in the order in which they are printed."""

import numpy as np
import pytest
from plain_echo import DEBYE_FIELD, HBAR, TABLE, arguments, panels, reach_of, turns

from etm.echo import amplitude, rabi_frequency

T = 0.012
EACH_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r.glass} {r.case}")


def inner(E, start, end, ats, pulses, p1F0, Gamma, c_ats):
    """∫ dD/D E²/(E² - D²) … of eq. 31 between two D, in u = ln(D²/(E² - D²))/2."""
    u, du = panels(np.log([start**2 / (E**2 - start**2), end**2 / (E**2 - end**2)]) / 2, 24)
    D2 = E**2 / (1 + np.exp(-2 * u))
    s2 = E**2 - D2
    thermal = np.tanh(E / (2 * T))
    rabi = p1F0 * DEBYE_FIELD / HBAR * np.sqrt((s2 + D2 / 2) / (6 * E**2))
    z = E / HBAR - 2 * np.pi * pulses.frequency
    turn = np.hypot(rabi, z)
    half = np.sin(turn * pulses.tau2 / 2) ** 2
    S = np.sin(turn * pulses.tau1) * half
    C = -2 * z / turn * np.sin(turn * pulses.tau1 / 2) ** 2 * half
    sigma = rabi**2 / (2 * HBAR * turn**3)
    w = c_ats * T + E**3 * (s2 + D2 / 2) / (Gamma * thermal)
    decay = np.exp(-2 * w * pulses.mean_delay)
    tangent = np.tan(pulses.phase)
    return np.sum(du * thermal * decay * rabi**2 * sigma * (S * tangent + C)) / E


@EACH_ROW
def test_eq_31_with_27_32_33_34(row):
    """Eq. 31 of loops normal to the field, with the corrected eqs 27 and 32, is the amplitude.

    4πħ²P*/F0 cos ωΔτ stands in front; the sign is that of two-level systems.
    """
    given = arguments(row)
    ats, pulses, p1F0 = given[:3]
    B = 0.03
    a, b = ats.field_energies(B)
    first, second = np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)
    ends = turns(pulses, ats.D_min, reach_of(ats, pulses, given[3]))
    near = [k + 1e-7 * 4.0 ** np.arange(10) for k in (first, second)]
    ends = np.unique(np.concatenate([ends, [first, second], *near]))
    total = 0.0
    for E, dE in zip(*panels(ends[ends >= first], 14), strict=True):
        lowest = max(ats.D_min, np.sqrt(max(E**2 - b**2, 0.0)))
        total += dE * inner(E, lowest, np.sqrt(E**2 - a**2), *given)
    field = p1F0 * DEBYE_FIELD / HBAR  # F0/ħ in units of 1/p1
    front = 4 * np.pi * HBAR * ats.density / field * np.cos(pulses.phase)
    found = amplitude(T, B, *given, "parallel")
    assert found == pytest.approx(front * total, rel=1e-7)


def test_eq_27_rabi_frequency():
    """√(1/12) p1F0/ħ without a field and √(1/6) p1F0/ħ in strong ones; 1 D kV/m is 31.6/µs."""
    assert rabi_frequency(0.02, 0.0, 1.0) == pytest.approx(31.63e6 / np.sqrt(12), rel=1e-3)
    ratio = rabi_frequency(0.02, 1e6, 1.0) / rabi_frequency(0.02, 0.0, 1.0)
    assert ratio == pytest.approx(np.sqrt(2), rel=1e-12)
    found = rabi_frequency([0.3, 1.0], [0.4, 0.0], [[2.0], [4.0]])
    expected = np.array([[2.0], [4.0]]) * DEBYE_FIELD / HBAR * np.sqrt([0.205 / 1.5, 1 / 12])
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@EACH_ROW
def test_density_of_states_against_the_echo(row):
    """Fig. 15, inset: the density at ħω peaks above 50 mT, as the echo's own structure."""
    ats, pulses, *constants = arguments(row)
    B = np.linspace(1e-3, 1.0, 400)
    at_resonance = ats.gap_density(HBAR * 2 * np.pi * pulses.frequency, B)
    without = 2 * np.pi * ats.density * np.log(ats.D0_max / ats.D0_min)
    relative = at_resonance / (without / (HBAR * 2 * np.pi * pulses.frequency))
    assert relative[0] == pytest.approx(1, abs=2e-3)
    assert B[relative.argmax()] > 0.05
