"""The two-pulse echo against plain integrals over the distribution, for every printed row."""

import time

import mpmath
import numpy as np
import pytest
from plain_echo import HBAR, TABLE, amplitudes, arguments, system, two_level

import etm
from etm.echo import amplitude, rabi_frequency, resonant_amplitude, two_level_amplitude
from etm.ensembles import ORIENTATIONS
from etm.pulses import TwoPulses

EACH_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r.glass} {r.case}")
TLS = etm.TwoLevelSystems(4e-3, 1e16)


@EACH_ROW
@pytest.mark.parametrize(("T", "B"), [(0.012, 0.0), (0.012, 4e-3), (0.03, 0.05), (0.012, 0.2)])
def test_the_published_rows(row, T, B):
    """The same integral in D and s; the resonance and its oscillations are resolved in both."""
    given = arguments(row)
    plain = amplitudes(T, B, *given)
    for orientation, expected in plain.items():
        assert amplitude(T, B, *given, orientation) == pytest.approx(expected, rel=1e-10)
    found = amplitude(T, np.sqrt(3) * B, *given, "rms")
    assert found == pytest.approx(plain["parallel"], rel=1e-10)


STANDARD = {"D_min": 0.01774, "D0_min": 950.0, "D0_max": 2.13e4, "p1F0": 0.461, "Gamma": 1.1e-13,
            "T": 0.012, "c": 5e6}  # fmt: skip
EXTREMES = {
    "wide": {"D_min": 1e-3, "D0_max": 9e4},
    "tiny D_min": {"D_min": 1e-6},
    "D_min at the resonance": {"D_min": 0.04799, "Gamma": 1e-11},
    "D_min above the resonance": {"D_min": 0.06, "Gamma": 1e-11},
    "short pulses": {"tau1": 1e-9, "tau2": 2e-9, "p1F0": 40.0},
    "shorter pulses": {"tau1": 2e-11, "tau2": 1e-11, "p1F0": 40.0},
    "many turns": {"p1F0": 20.0},
    "strong damping": {"Gamma": 1e-16},
    "hardly an echo": {"Gamma": 1e-17},
    "hardly any damping": {"Gamma": 1e-9, "tau1": 1e-8, "tau2": 2e-8},
    "cold": {"T": 1e-4},
    "warm": {"T": 0.5, "c": 0.0},
    "other phase": {"phase": -2.0},
    "no angle": {"phase": 0.0},
    "cutoffs that meet": {"D0_min": 2.12e4},
    "low frequency": {"frequency": 1e8},
    "negative c": {"c": -5e6},
}


@pytest.mark.parametrize("B", [0.0, 0.1])
@pytest.mark.parametrize("name", EXTREMES)
def test_far_from_the_table(name, B):
    case = STANDARD | EXTREMES[name]
    ats = etm.ATS(case["D_min"], case["D0_min"], case["D0_max"], 1e16)
    experiment = {"frequency": 1e9, "tau1": 1e-7, "tau2": 2e-7, "tau12": 2e-6, "phase": 0.24}
    pulses = TwoPulses(**{name: case.get(name, value) for name, value in experiment.items()})
    given = (case["T"], B, ats, pulses, case["p1F0"], case["Gamma"], case["c"])
    plain = amplitudes(*given, finest=case["p1F0"] * 3e-5)
    for orientation, expected in plain.items():
        assert expected != 0
        assert amplitude(*given, orientation) == pytest.approx(expected, rel=2e-9)


def test_a_weak_field_counts_where_asymmetries_are_small():
    """Field energies of a tenth of a millikelvin, a hundred times the smallest asymmetry."""
    pulses = arguments(TABLE[0])[1]
    given = (0.012, 3e-4, etm.ATS(1e-6, 950.0, 2.13e4, 1e16), pulses, 0.461, 1.1e-13, 0.0)
    assert 5e-5 < given[2].field_energies(given[1])[1] < 2e-4
    for orientation, expected in amplitudes(*given, finest=1e-5).items():
        assert amplitude(*given, orientation) == pytest.approx(expected, rel=2e-9)


def test_without_a_field_with_many_digits():
    """∫ dD/D by mpmath, sample 2 with its damping and short pulses."""
    ats, pulses, *constants = arguments(TABLE[1], tau1=1e-8, tau2=2e-8)
    D_min, T = ats.D_min, 0.012
    with mpmath.workdps(20):

        def one(D):  # the logarithm of D as a variable
            D = mpmath.mpf(D)
            z = D / mpmath.mpf(HBAR) - 2 * mpmath.pi * pulses.frequency
            dipole = 1 / mpmath.sqrt(12)
            rabi = constants[0] * mpmath.mpf("3.3356409519815204e-27") / mpmath.mpf(
                "1.380649e-23") / HBAR * dipole  # fmt: skip
            turn = mpmath.hypot(rabi, z)
            half1, half2 = turn * pulses.tau1 / 2, turn * pulses.tau2 / 2
            S = mpmath.sin(2 * half1) * mpmath.sin(half2) ** 2
            C = -2 * z / turn * mpmath.sin(half1) ** 2 * mpmath.sin(half2) ** 2
            thermal = mpmath.tanh(D / (2 * T))
            rate = constants[2] * T + D**5 / (2 * constants[1] * thermal)
            shape = S * mpmath.sin(pulses.phase) + C * mpmath.cos(pulses.phase)
            return thermal * mpmath.exp(-2 * rate * pulses.mean_delay) * dipole * (
                rabi / turn) ** 3 * shape / D  # fmt: skip

        ends = [D_min + k * (0.16 - D_min) / 100 for k in range(101)]
        direct = float(mpmath.quad(one, ends, maxdegree=4))
    direct *= 2 * np.pi * ats.density * np.log(ats.D0_max / ats.D0_min)
    assert amplitude(T, 0.0, ats, pulses, *constants) == pytest.approx(direct, rel=1e-10)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_monte_carlo(orientation):
    """Systems drawn one by one; short pulses, which reach many of them."""
    given = (etm.ATS(0.018, 950.0, 2.13e4, 1e16), TwoPulses(1e9, 1e-9, 2e-9, 2e-6), 40.0, 4e-12, 0)
    ats, T, B, D_max, count = given[0], 0.02, 0.3, 0.2, 400_000
    D, _, D0_qS, cosine = ats.sample(count, np.random.default_rng(16), D_max)
    cosine = {"average": cosine, "parallel": 1.0, "rms": 1 / np.sqrt(3)}[orientation]
    one = system(D, etm.units.phase_energy(D0_qS, B) * cosine, T, *given[1:])
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min) * np.log(ats.D0_max / ats.D0_min)
    error = one.std() / np.sqrt(count)
    assert error < 5e-3 * abs(one.mean())
    assert abs(amplitude(T, B, *given, orientation) / systems - one.mean()) < 4 * error


def test_zero_field_is_the_limit_and_the_sign_of_the_field_is_nothing():
    for row in TABLE:
        given = arguments(row)
        for orientation in ORIENTATIONS:
            B = np.array([0.0, 1e-13, 1e-9, 1e-6, 1e-3, 2e-3])
            values = amplitude(0.012, B, *given, orientation)
            np.testing.assert_allclose(values[1:4], values[0], rtol=1e-9)
            change = values - values[0]
            assert change[5] / change[4] == pytest.approx(4, rel=2e-2)  # B²
            np.testing.assert_array_equal(amplitude(0.012, -B, *given, orientation), values)


@pytest.mark.parametrize("function", [amplitude, resonant_amplitude])
def test_shapes(function):
    given = arguments(TABLE[0])
    T, B = np.array([[0.01], [0.03], [0.012]]), np.array([0.2, 0.0, -0.2, 0.1])
    grid = function(T, B, *given)
    assert grid.shape == (3, 4)
    for i, j in np.ndindex(grid.shape):
        single = function(T[i, 0], B[j], *given)
        assert np.ndim(single) == 0
        assert single == pytest.approx(grid[i, j], rel=1e-13)
    np.testing.assert_allclose(function(T[:, 0], B[:3], *given), np.diag(grid), rtol=1e-13)
    assert function([], 0.1, *given).shape == (0,)
    assert function(0.01, np.empty((2, 0)), *given).shape == (2, 0)
    assert isinstance(function(0.012, 0.1, *given), float)


def test_shapes_of_two_level_systems():
    given = (TLS, arguments(TABLE[0])[1], 0.5, 1e-10, 1e6)
    values = two_level_amplitude([[0.01, 0.02], [0.02, 0.04]], *given)
    assert values.shape == (2, 2)
    assert values[0, 1] == values[1, 0]
    assert two_level_amplitude(0.02, *given) == pytest.approx(values[0, 1], rel=1e-13)
    assert np.ndim(two_level_amplitude(0.02, *given)) == 0
    assert two_level_amplitude([], *given).shape == (0,)


@EACH_ROW
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_strict_resonance_by_its_definition(row, orientation):
    """The integrand at E = ħω times ∫ (Ω_R/Ω_G)³ dE = 2 ħ Ω_R, averaged over what is left: D.

    With t = sin⁻¹(s/E) the measure at fixed gap is dE/E · W(s) s … = dE dt / cos t · W.
    """
    ats, pulses, *constants = arguments(row)
    T, B = 0.012, 0.05
    E = HBAR * 2 * np.pi * pulses.frequency
    a, b = ats.field_energies(B, orientation)
    x, w = np.polynomial.legendre.leggauss(60)

    def at(angle):
        D, s = E * np.cos(angle), E * np.sin(angle)
        width = 2 * HBAR * rabi_frequency(D, s, constants[0])
        weight = 1 / max(a, s) - 1 / b if orientation == "average" else 1 / s
        return system(D, s, T, pulses, *constants) * width * weight / np.cos(angle)

    last = np.arccos(ats.D_min / E)
    ends = [min(np.arcsin(min(c / E, 1.0)), last) for c in (0.0, a, b)]
    total = 0.0
    for low, high in zip(ends, ends[1:], strict=False):
        if orientation == "average" or low > 0:
            angles = (low + high) / 2 + (high - low) / 2 * x
            total += (high - low) / 2 * sum(q * at(t) for q, t in zip(w, angles, strict=True))
    expected = 2 * np.pi * ats.density * total
    found = resonant_amplitude(T, B, ats, pulses, *constants, orientation)
    assert found == pytest.approx(expected, rel=1e-8)
    rare = etm.ATS(1.001 * E, ats.D0_min, ats.D0_max, 1e16)
    assert resonant_amplitude(T, B, rare, pulses, *constants, orientation) == 0


@pytest.mark.parametrize(
    ("tls", "gamma", "T", "changes"),
    [
        (TLS, 1e-10, 0.012, {}),
        (etm.TwoLevelSystems(1e-7, 1e16), 1e-10, 0.03, {"phase": 2.0}),
        (etm.TwoLevelSystems(4e-3, 1e16, 0.05), 1e-10, 0.012, {}),
        (etm.TwoLevelSystems(4e-3, 1e16, 0.03), 1e-10, 0.012, {}),
        (TLS, 5e-8, 0.012, {"tau1": 1e-8, "tau2": 2e-8}),
        (etm.TwoLevelSystems(0.03, 1e16, 0.05), 1e-10, 0.012, {}),
        (etm.TwoLevelSystems(0.04, 1e16, 0.0479), 1e-10, 0.012, {}),
    ],
    ids=[
        "sharp",
        "slow ones",
        "largest tunneling energy",
        "below resonance",
        "long-lived",
        "narrow",
        "narrow below resonance",
    ],
)
def test_two_level_systems(tls, gamma, T, changes):
    """The same integral in angle and gap, up to where damping leaves a power of its own.

    Gaps beyond the largest tunneling energy begin with a root, which both resolve.
    """
    given = (tls, arguments(TABLE[0], **changes)[1], 0.5, gamma, 1e6)
    expected = two_level(T, *given, damping=70.0)
    assert two_level_amplitude(T, *given) == pytest.approx(expected, rel=1e-8, abs=0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_nothing_is_in_resonance_at_the_edge(orientation):
    """With D_min = ħω no system is in strict resonance, and no warning is given; nor above it."""
    _, pulses, *constants = arguments(TABLE[0])
    E = etm.units.REDUCED_PLANCK * 2 * np.pi * pulses.frequency
    for D_min in (E, 1.5 * E):
        given = (etm.ATS(D_min, 950.0, 2.13e4, 1e16), pulses, *constants)
        found = resonant_amplitude([[0.01], [0.02]], [0.0, 0.1, 0.2], *given, orientation)
        np.testing.assert_array_equal(found, np.zeros((2, 3)))
        with pytest.raises(ValueError, match=r"^orientation = 'mean': must be one of"):
            resonant_amplitude(0.01, 0.1, *given, "mean")


def test_pulses_turn_dipoles_by_up_to_a_thousand():
    """The fastest ones, E along the dipole: √6 times the mean frequency of those without D."""
    ats, pulses, _, *constants = arguments(TABLE[0])
    per_field = np.sqrt(6) * rabi_frequency(0.0, 1.0, 1.0) * (pulses.tau1 + pulses.tau2)
    below, above = 999 / per_field, 1001 / per_field
    assert np.isfinite(resonant_amplitude(0.012, 0.1, ats, pulses, below, *constants))
    for call in (resonant_amplitude, amplitude):
        with pytest.raises(ValueError, match="they turn dipoles by up to 1e"):
            call(0.012, 0.1, ats, pulses, above, *constants)


def test_speed():
    """A curve of sixty fields, and the two-level background with the damping of a-SiO₂."""
    given = arguments(TABLE[1])
    start = time.process_time()
    amplitude(0.012, np.linspace(0, 0.6, 60), *given)
    two_level_amplitude(0.012, TLS, given[1], 0.5, 5.3e-8, 1e6)
    assert time.process_time() - start < 10
