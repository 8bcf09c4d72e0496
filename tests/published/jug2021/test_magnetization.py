"""The magnetization of Jug & Recchia 2021: eqs 10–18 with the parameters of Tables 3 and 4."""

import numpy as np
import pytest
from plain_magnetization import PUBLISHED

import etm
from etm import magnetization
from etm.scaling import number_ratio, number_ratio_two_states, scaled
from etm.units import BOLTZMANN, EMU, EMU_PER_OERSTED, FLUX_QUANTUM

ROWS = {number: etm.tables.read(f"jug2021_table{number}").iloc[0] for number in (3, 4)}
BK7 = {number: PUBLISHED[f"BK7, 2021 Table {number}"] for number in (3, 4)}
CONSTANT = 0.790494638
"""Beside the logarithm; proved in the limits."""


def test_the_rows_are_the_fits_of_this_sample():
    for number, row in ROWS.items():
        assert (row["sample"], row["method"]) == ("this sample", "SQUID fit")
        assert BK7[number].D0_max == row["D0_max_K_A2"]


def before_the_integral(ats):
    """(2/3) π³ P* n (Q/e)² S² (D0max² - D0min²)/φ0² [A m² K/(g T)]."""
    spread = ats.D0_max**2 - ats.D0_min**2
    return 2 / 3 * np.pi**3 * ats.density * BOLTZMANN * spread / FLUX_QUANTUM**2


@pytest.mark.parametrize("number", BK7)
def test_10_half_of_the_printed_prefactor(number):
    """In weak fields the mean of cos² takes a third of the facing loops; π would give 2χ of eq. 12."""
    ats, T, B = BK7[number], np.array([0.01, 2.0, 300.0]), 1e-6
    chi = magnetization.ats_susceptibility(T, ats)
    np.testing.assert_allclose(magnetization.ats(T, B, ats) / B, chi, rtol=1e-7)
    np.testing.assert_allclose(magnetization.ats(T, B, ats, "parallel") / B, 3 * chi, rtol=1e-7)


@pytest.mark.parametrize("number", BK7)
def test_12_13_susceptibility(number):
    """Eq. 12 with etm; its cold limit as in eq. 13, its hot one with the logarithm that was lost."""
    ats = BK7[number]
    scale = before_the_integral(ats)
    cold = magnetization.ats_susceptibility(ats.D_min / 40, ats)
    assert cold == pytest.approx(scale / ats.D_min, rel=1e-12)
    for T in (4.0, 30.0, 300.0):
        printed = scale / (2 * T)
        bracket = np.log(2 * T / ats.D_min) + CONSTANT
        found = magnetization.ats_susceptibility(T, ats)
        assert found == pytest.approx(printed * bracket, rel=1e-5)
        assert found > 5 * printed


def test_13_lost_factors():
    """Four to eleven between 0.3 and 300 K, Table 3."""
    T = np.array([0.3, 1.0, 4.0, 300.0])
    printed = before_the_integral(BK7[3]) / (2 * T)
    lost = magnetization.ats_susceptibility(T, BK7[3]) / printed
    np.testing.assert_allclose(lost, [3.90, 5.11, 6.49, 10.81], atol=0.006)


def test_14_17_contributions_in_their_units():
    """A Larmor term, Curie's for both irons and the ATS: at 2 K the iron leads, at 300 K the ATS is
    of its size, and the glass as a whole is diamagnetic."""
    row, ats, B = ROWS[3], BK7[3], 0.1
    chi_L = row["chi_L_emu_per_gOe"] * EMU_PER_OERSTED
    assert chi_L == pytest.approx(4.227e-6)

    def parts(T):
        iron = magnetization.paramagnet(T, B, row["density_Fe2_per_g"], 2)
        iron += magnetization.paramagnet(T, B, row["density_Fe3_per_g"], 2.5)
        there = scaled(ats, number_ratio(T, row["delta_mu_K"], 1.26))
        return iron / EMU, magnetization.ats(T, B, there) / EMU

    (iron_2K, ats_2K), (iron_300K, ats_300K) = parts(2.0), parts(300.0)
    assert ats_2K < 0.3 * iron_2K
    assert 0.5 < ats_300K / iron_300K < 1
    assert ats_300K + iron_300K < chi_L * B / EMU < iron_2K + ats_2K


def test_12_strengths_of_the_two_fits_differ_fivefold():
    """The factor before the integral of eq. 12, in Tables 3 and 4 of one and the same sample."""
    strengths = [before_the_integral(BK7[number]) for number in (3, 4)]
    assert strengths[0] / strengths[1] == pytest.approx(5.2, abs=0.2)


def test_15_16_numbers():
    """Eq. 15 with the Δμ of both tables; eq. 16 with Γ = 1/2 and E0 = Δμ is the same when hot only."""
    T = np.array([2.0, 10.0, 300.0])
    for number, row in ROWS.items():
        delta_mu = row["delta_mu_K"]
        activated = number_ratio(T, delta_mu, 300.0)
        out_of = number_ratio_two_states(T, delta_mu, 0.5)
        out_of /= number_ratio_two_states(300.0, delta_mu, 0.5)
        np.testing.assert_allclose(out_of[1:], activated[1:], rtol=0.01)
        assert out_of[0] < activated[0]
        chi = [
            magnetization.ats_susceptibility(t, scaled(BK7[number], r))
            for t, r in zip((1.26, 0.3, 0.1), number_ratio([1.26, 0.3, 0.1], delta_mu, 1.26), strict=True)
        ]  # fmt: skip
        assert chi[1] / chi[0] < 0.04
        assert chi[2] / chi[0] < 1e-4
        with pytest.raises(ValueError, match="no particle is left"):
            number_ratio_two_states(0.3, delta_mu, 0.5)


@pytest.mark.parametrize(("number", "overshoot"), [(3, (5.76, 46.1)), (4, (3.55, 26.2))])
def test_18_line_and_logarithm(number, overshoot):
    """T χ is G T/D_min for T << D_min only; from 0.3 to 4 K it is a logarithm, 4 to 46 times lower."""
    ats = BK7[number]
    G = before_the_integral(ats)

    def curve(T):
        return T * magnetization.ats_susceptibility(T, ats)

    assert curve(ats.D_min / 4) == pytest.approx(G / 4, rel=0.01)
    T = np.array([0.3, 4.0])
    np.testing.assert_allclose(G / ats.D_min * T / curve(T), overshoot, rtol=0.005)
    logarithm = G / 2 * (np.log(2 * T / ats.D_min) + CONSTANT)
    np.testing.assert_allclose(curve(T), logarithm, rtol=1e-3)
    # a decade in T adds the same everywhere, unlike on a line
    steps = np.diff(curve(np.array([0.3, 3.0, 30.0, 300.0])))
    np.testing.assert_allclose(steps, G / 2 * np.log(10), rtol=1e-3)
