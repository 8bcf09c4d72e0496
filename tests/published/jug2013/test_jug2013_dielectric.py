"""What Table I of Jug & Paliienko 2013 gives for the dielectric constant."""

import numpy as np
import pytest

import etm
from etm.dielectric import ats_permittivity_zero_field, two_level_permittivity

TABLE = {row.case: row for row in etm.tables.read("jug2013_table1").itertuples(index=False)}
T = np.geomspace(0.004, 3, 400)
D0_MIN, D0_MAX = 3.9e-3, 10.0


def parts(row, frequency):
    """Resonant and relaxational part at the temperatures T."""
    omega = 2 * np.pi * frequency
    two = two_level_permittivity(T, omega, row.A_2LS, row.gamma_s_K3, D0_MIN, D0_MAX)
    if np.isfinite(row.A_ATS):
        ats = ats_permittivity_zero_field(T, omega, row.A_ATS, row.Gamma_s_K5, row.D_min_K)
        two = [a + b for a, b in zip(two, ats, strict=True)]
    return two


def minimum(case, frequency):
    return T[np.sum(parts(TABLE[case], frequency), axis=0)[T < 1].argmin()]


@pytest.mark.parametrize(
    ("case", "frequency"),
    [(case, 1e3) for case in TABLE] + [(case, 1e4) for case in TABLE if case != "AlBaSiO"],
)
def test_one_minimum_near_a_tenth_of_a_kelvin(case, frequency):
    """Figs 7–9: ε′ falls, has its minimum between 40 and 200 mK and rises."""
    total = np.sum(parts(TABLE[case], frequency), axis=0)
    lowest = total[T < 1].argmin()
    assert 0.04 < T[lowest] < 0.2
    assert np.all(np.diff(total[: lowest + 1]) < 0)
    assert total[lowest + 30] > total[lowest]


@pytest.mark.parametrize("case", TABLE)
def test_the_minimum_moves_with_the_frequency(case):
    """T0 ∝ ω^p over two decades: p = 0.35 and 0.36, 1/3 but for the cutoffs and the slope of the
    anomalous systems; 0.44 for AlBaSiO, whose Γ is ten times larger."""
    power = np.log(minimum(case, 3e4) / minimum(case, 3e2)) / np.log(100)
    assert power == pytest.approx(0.44 if case == "AlBaSiO" else 0.355, abs=0.01)


def ratio_of_slopes(row, frequency, factor=1.0):
    """Steepest fall over steepest rise below 0.5 K; factor multiplies the relaxational ATS part."""
    omega = 2 * np.pi * frequency
    total = sum(two_level_permittivity(T, omega, row.A_2LS, row.gamma_s_K3, D0_MIN, D0_MAX))
    if np.isfinite(row.A_ATS):
        ats = ats_permittivity_zero_field(T, omega, row.A_ATS, row.Gamma_s_K5, row.D_min_K)
        total = total + ats[0] + factor * ats[1]
    slope = np.gradient(total, np.log(T))[T < 0.5]
    return slope.min() / slope.max()


@pytest.mark.parametrize(
    ("case", "frequency", "consistent", "printed"),
    [
        ("AlBaSiO", 1e3, -1.98, -1.51),
        ("K-Si 0.20", 1e4, -1.65, -1.44),
        ("K-Si 0.20", 1e3, -1.26, -1.12),
        ("K-Si 0.05", 1e3, -1.38, -1.27),
    ],
)
def test_slopes_of_the_printed_parameters(case, frequency, consistent, printed):
    """-1:1 is stated.  Eqs 8 and 14 stay below it for the consistent prefactor of eq. 14, 1/3, and
    for the printed 1/2; they come near at the lower frequency, where Δ0min flattens the fall."""
    assert ratio_of_slopes(TABLE[case], frequency) == pytest.approx(consistent, abs=0.03)
    assert ratio_of_slopes(TABLE[case], frequency, 1.5) == pytest.approx(printed, abs=0.03)


@pytest.mark.parametrize(("frequency", "ratio"), [(1e3, -1.70), (1e4, -2.41)])
def test_slopes_of_silica(frequency, ratio):
    """-2:1 lies in between: the law needs Δ0min << T << T0 and T0 << T << Δ0max at once, and with
    cutoffs at 4 mK and 10 K there is no room for both."""
    assert ratio_of_slopes(TABLE["SiO2"], frequency) == pytest.approx(ratio, abs=0.03)
