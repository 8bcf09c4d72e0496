"""What the parameters of Jug, Bonfanti & Kob 2016, Table 8 and Fig. 20, give for the echo."""

import numpy as np
import plain_echo
import pytest
from plain_echo import HBAR, TABLE, arguments, panels, reach_of, turns
from scipy.integrate import quad

import etm
from etm.echo import amplitude, rabi_frequency, resonant_amplitude, two_level_amplitude
from etm.waiting_time import integrated_echo

T = 0.012
NAMES = [f"{row.glass} {row.case}" for row in TABLE]
FIELDS = np.array([0.01, 0.1, 0.3, 0.6, 1.0, 2.0])


def each_row(**values):
    """One case for each row of Table 8, with what it is to give."""
    cases = list(zip(TABLE, *values.values(), strict=True))
    return pytest.mark.parametrize(("row", *values), cases, ids=NAMES)


@each_row(share=[0.370, 0.567, 0.388, 0.369], theta=[0.421, 0.411, 0.548, 0.895])
def test_the_experiment(row, share, theta):
    """D_min lies well below ħω (48 mK at 1 GHz), and the first pulse turns by less than one."""
    ats, pulses, p1F0, *_ = arguments(row)
    E = HBAR * 2 * np.pi * pulses.frequency
    assert pytest.approx(0.048 if row.glass == "BAS" else 0.0432, abs=1e-4) == E
    assert ats.D_min / E == pytest.approx(share, abs=1e-3)
    assert rabi_frequency(ats.D_min, 0.0, p1F0) * pulses.tau1 == pytest.approx(theta, abs=1e-3)


@pytest.mark.parametrize("mix", [0.0, 0.5, 2.0, 20.0])
def test_72_77_rabi_frequency_of_three_wells(mix):
    """Eq. 72 with 1/2 for 5/6: exact eigenvectors of three wells, triangles and fields anywhere."""
    rng = np.random.default_rng(72)
    D, count = 1e-3, 4000  # in units of D0
    phase = mix * D
    corners = 2 * np.pi / 3 * np.arange(3)
    places = np.stack([np.cos(corners), np.sin(corners), 0 * corners])
    squares = np.empty(count)
    for k in range(count):
        E = etm.wells.asymmetries_from_polar(D, 2 * np.pi * rng.random())
        _, v = np.linalg.eigh(etm.wells.three_well(E, np.sqrt(0.75), phase))
        field = rng.normal(size=3)
        energies = field / np.linalg.norm(field) @ places
        squares[k] = np.abs(np.sum(energies * v[:, 0].conj() * v[:, 1])) ** 2
    error = squares.std() / np.sqrt(count)
    unit = etm.units.DEBYE_KILOVOLT_PER_METRE / etm.units.REDUCED_PLANCK
    found = (rabi_frequency(D, phase, 1.0) / unit) ** 2
    assert abs(squares.mean() - found) < 4 * error + 2e-3 * found
    printed = (phase**2 + 5 / 6 * D**2) / (6 * (phase**2 + D**2))
    if mix < 1:
        assert abs(squares.mean() - printed) > 10 * error


@each_row(orientation=["average", "parallel", "rms", "average"])
def test_76_amplitude_of_the_printed_rows(row, orientation):
    """Eq. 76, corrected, against the plain integral over D and D0 φ, at 0.1 T."""
    given, B = arguments(row), 0.1
    plain = plain_echo.amplitudes(T, B / np.sqrt(3 if orientation == "rms" else 1), *given)
    expected = plain["parallel" if orientation == "rms" else orientation]
    assert amplitude(T, B, *given, orientation) == pytest.approx(expected, rel=1e-9)


@each_row()
def test_both_populations_have_one_sign(row):
    """Two-level and anomalous systems add, if both carry the minus sign of eq. 76 or neither does."""
    given = arguments(row)
    assert np.all(amplitude(T, np.linspace(0, 2, 30), *given) > 0)
    for frozen in (0.0, 0.6):
        assert amplitude(T, frozen, *given, "rms") > 0
    tls = etm.TwoLevelSystems(1e-3, 1e16)
    assert two_level_amplitude(T, tls, given[1], given[2], 1e-9, 0.0) > 0


@each_row(ratio=[3.379, 1.063, 1.516, 1.589])
def test_77_what_the_printed_bracket_would_do(row, ratio, monkeypatch):
    """With the detuning over Ω_R systems far from resonance count too much: 3.4 times in sample 1."""
    ats, pulses, *constants = arguments(row)
    D, dD = panels(turns(pulses, ats.D_min, reach_of(ats, pulses, constants[1])), 14)

    def without_field():
        return np.sum(dD / D * plain_echo.system(D, 0.0, T, pulses, *constants))

    right = without_field()
    corrected = plain_echo.pulse_factor

    def printed(rabi, z, pulses):
        in_phase = corrected(rabi, z, pulses)
        turn = np.hypot(rabi, z)
        C = -z * (1 - np.cos(turn * pulses.tau1)) * np.sin(turn * pulses.tau2 / 2) ** 2
        return in_phase + (rabi / turn) ** 3 * C * (1 / rabi - 1 / turn) * np.cos(pulses.phase)

    monkeypatch.setattr(plain_echo, "pulse_factor", printed)
    assert without_field() / right == pytest.approx(ratio, abs=2e-3)


@each_row(ratio=[0.322, 0.349, 0.440, 0.713])
def test_strict_resonance_misses_more_than_a_quarter(row, ratio):
    """σ → δ below eq. 79: the pulses reach systems within 1/τ, not within Ω_R."""
    given = arguments(row)
    strict, full = (f(T, 0.0, *given) for f in (resonant_amplitude, amplitude))
    assert strict / full == pytest.approx(ratio, abs=2e-3)


@each_row(
    curve=[
        [0.999, 0.952, 0.776, 0.601, 0.462, 0.281],
        [1.000, 1.018, 1.227, 1.405, 1.345, 1.049],
        [1.000, 1.008, 1.033, 0.924, 0.792, 0.567],
        [1.000, 0.967, 0.794, 0.636, 0.509, 0.335],
    ]
)
def test_shape_of_the_curves(row, curve):
    """Relative to no field at 12 mK: the structure is at tenths of a tesla, not at 10 mT."""
    given = arguments(row)
    ratio = amplitude(T, FIELDS, *given) / amplitude(T, 0.0, *given)
    np.testing.assert_allclose(ratio, curve, atol=1e-3)
    weak = amplitude(T, np.linspace(0, 0.03, 4), *given)
    assert np.ptp(weak) < 0.01 * weak[0]


@each_row()
def test_no_square_of_the_field_in_the_tail(row):
    """Local powers of B at 0.3–2 T lie between +1/2 and -1; the far tail of the average is 1/B."""
    given = arguments(row)
    B = np.array([0.3, 0.6, 1.0, 2.0, 20.0, 40.0])
    power = np.diff(np.log(amplitude(T, B, *given))) / np.diff(np.log(B))
    assert np.all(power[:3] > -1)
    assert power[-1] == pytest.approx(-1, abs=1e-6)


OFFSETS = {"angular": (0.6, 2.618), "cycles": (2 * np.pi * 0.6, 0.417)}
"""Δω [1/µs] of Fig. 20 if "0.6 MHz" is Δω, or Δω/2π; half a period π/2Δω of the beats in τ12 [µs]."""


@pytest.mark.parametrize("reading", OFFSETS)
@pytest.mark.parametrize("tau", [1.0, 0.3])
def test_85_87_88_beats_of_glycerol(reading, tau):
    """Figure 20: eq. 87 with its lost factor a is eq. 85, for either meaning of 0.6 MHz."""
    offset, half = OFFSETS[reading]
    assert half == pytest.approx(np.pi / 2 / offset, abs=1e-3)
    waits = np.linspace(0.1, 6, 13)
    total = sum(integrated_echo(waits * 1e-6, tau * 1e-6, offset * 1e6))

    def eq85(wait):
        def lorentzian(x):
            return tau / np.pi / (1 + (x * tau) ** 2)

        wave = {"weight": "cos", "wvar": 2 * wait}
        return quad(lorentzian, -offset, 0, **wave)[0] + quad(lorentzian, 0, np.inf, **wave)[0]

    np.testing.assert_allclose(total, [eq85(w) for w in waits], atol=1e-8)


def test_beats_of_glycerol_in_numbers():
    """With Δω = 0.6/µs the echo changes sign once every 5.2 µs or so; a shorter τφ makes it faint."""
    waits = np.linspace(0.01, 12, 4000)
    crossings = {}
    for reading, (offset, _) in OFFSETS.items():
        total = sum(integrated_echo(waits * 1e-6, 1e-6, offset * 1e6))
        crossings[reading] = waits[np.flatnonzero(np.diff(np.sign(total)))]
    spacing = {name: np.diff(c).mean() for name, c in crossings.items()}
    assert spacing["angular"] == pytest.approx(np.pi / 0.6 / 2, rel=0.05)
    assert spacing["cycles"] == pytest.approx(1 / 0.6 / 4, rel=0.05)
    faint, clear = (np.abs(sum(integrated_echo(waits * 1e-6, tau * 1e-6, 0.6e6)))[waits > 2.7].max()
                    for tau in (0.3e0, 1.0))  # fmt: skip
    assert faint < 0.5 * clear
    # below the edge, Δω < 0, the two parts subtract: less is left at every start
    assert sum(integrated_echo(0.0, 1e-6, -0.6e6)) < sum(integrated_echo(0.0, 1e-6, 0.6e6))
