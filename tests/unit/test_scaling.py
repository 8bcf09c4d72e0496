"""How the number of tunneling particles scales the cutoffs."""

import numpy as np
import pytest
from plain_magnetization import PUBLISHED

import etm
from etm import magnetization
from etm.scaling import number_ratio, number_ratio_two_states, scaled


def test_activated_number():
    """exp(E0/T0 - E0/T): 1 at T0, N(∞)/N(T0) = exp(E0/T0), and products of ratios."""
    E0, T0 = 0.42, 1.26
    assert number_ratio(T0, E0, T0) == 1
    assert number_ratio(1e30, E0, T0) == pytest.approx(np.exp(1 / 3), rel=1e-14)
    T = np.array([0.1, 1.0, 4.0, 300.0])
    np.testing.assert_allclose(number_ratio(T, E0, T0), np.exp(E0 / T0) * np.exp(-E0 / T), 1e-13)
    steps = number_ratio(T[1:], E0, T[:-1])
    assert np.prod(steps) == pytest.approx(number_ratio(T[-1], E0, T[0]), rel=1e-13)
    assert np.all(np.diff(number_ratio(T, E0, T0)) > 0)
    assert np.all(number_ratio(T, 0.0, T0) == 1)
    assert number_ratio(1e300, 700.0, 1.0) == pytest.approx(np.exp(700.0), rel=1e-12)


def test_activated_number_vanishes_in_the_cold():
    """Faster than every power of T; never a NaN, not even at the smallest floats."""
    T = np.array([1e-320, 1e-300, 1e-5, 1e-2])
    ratio = number_ratio(T, 0.42, 1.26)
    assert np.all(ratio[:3] == 0)
    assert 0 < ratio[3] < T[3] ** 8
    assert number_ratio(1e-320, 0.0, 1e300) == 1
    assert number_ratio(1.0, -1.0, 1e-320) == 0


def test_number_out_of_equilibrium():
    """1 - Γ e^{E0/T}: 1 - Γ when hot, 0 at E0/ln(1/Γ), steeper the colder."""
    E0, share = 0.5, 0.3
    assert number_ratio_two_states(1e30, E0, share) == pytest.approx(1 - share, rel=1e-14)
    last = E0 / np.log(1 / share)
    near = number_ratio_two_states(last * np.array([1 + 1e-9, 1.1, 2.0, 10.0]), E0, share)
    assert np.all(near > 0)
    assert np.all(np.diff(near) > 0)
    # N vanishes linearly, as ln(1/Γ) (T - T*)/T*
    assert near[0] == pytest.approx(1e-9 * np.log(1 / share), rel=1e-6)
    assert number_ratio_two_states(1e-320, E0, 0.0) == 1
    assert number_ratio_two_states(1e-320, -E0, share) == 1
    for T in (last, last / 2, 1e-320):
        with pytest.raises(ValueError, match=rf"^T = {T}: must be above E0 / ln\(1/share\)"):
            number_ratio_two_states([1.0, T], E0, share)


def test_the_two_laws_agree_when_hot():
    """With ΓE0/(1 - Γ) of one as E0 of the other, both have the same slope in 1/T."""
    share, E0 = 0.5, 0.319
    T = np.array([1e3, 1e4])
    hot = number_ratio_two_states(T, E0, share) / (1 - share)
    activated = np.exp(-share / (1 - share) * E0 / T)
    difference = np.abs(hot - activated)
    np.testing.assert_allclose(difference[1] / difference[0], 1e-2, rtol=1e-3)


def test_scaled_population():
    ats = etm.ATS(0.1, 1e5, 3e5, 1e17, flux_area=4e4)
    two = scaled(ats, 2)
    assert two == etm.ATS(0.2, 8e5, 24e5, 1e17, flux_area=16e4)
    assert scaled(etm.ATS(0.1, 1e5, 3e5, 1e17), 2).flux_area is None
    assert scaled(ats, 1) == ats
    back = scaled(two, 0.5)
    assert back == ats
    # B* is the field of φ = 1
    assert ats.phase(1.0) * 4 == pytest.approx(two.phase(1.0))


@pytest.mark.parametrize("levels", [2, 3])
@pytest.mark.parametrize("orientation", ["average", "parallel", "rms"])
def test_scaling_law_of_the_magnetization(levels, orientation):
    """N times the particles: M(T, B) becomes N³ M(T/N, N² B) of the first population."""
    ats, T, B = PUBLISHED["Duran"], 0.9, 0.8
    for ratio in (0.3, 1.7):
        direct = magnetization.ats(T, B, scaled(ats, ratio), orientation, levels)
        law = ratio**3 * magnetization.ats(T / ratio, ratio**2 * B, ats, orientation, levels)
        assert direct == pytest.approx(law, rel=1e-9, abs=0)
        chi = magnetization.ats_susceptibility(T, scaled(ats, ratio))
        scaled_chi = ratio**5 * magnetization.ats_susceptibility(T / ratio, ats)
        assert chi == pytest.approx(scaled_chi, rel=1e-12)


def test_bad_input():
    ats = etm.ATS(0.1, 1e5, 3e5, 1e17)
    for call, message in (
        (lambda: number_ratio(0.0, 1.0, 1.0), r"^T = 0.0: must be finite and > 0$"),
        (lambda: number_ratio(1.0, 1.0, -2.0), r"^T0 = -2.0: must be finite and > 0$"),
        (lambda: number_ratio(1.0, np.nan, 1.0), r"^E0 = nan: must be finite numbers$"),
        (lambda: number_ratio(1e4, [1.0, 800.0], 1.0), r"^E0 = 800.0: E0/T0 - E0/T must be <= 700"),
        (lambda: number_ratio(1e-320, 1.0, 1e-320), r"^E0 = 1.0: E0/T0 - E0/T must be <= 700$"),
        (lambda: number_ratio(np.ones(2), 1.0, np.ones(3)), r"the shapes must broadcast$"),
        (lambda: number_ratio_two_states(-1.0, 1.0, 0.1), r"^T = -1.0: must be finite and > 0$"),
        (lambda: number_ratio_two_states(1.0, np.inf, 0.1), r"^E0 = inf: must be finite numbers$"),
        (lambda: number_ratio_two_states(1.0, 1.0, -0.1), r"^share = -0.1: must be finite and >= "),
        (lambda: number_ratio_two_states(1.0, 1.0, 1.0), r"^share = 1.0: must be >= 0 and < 1$"),
        (lambda: number_ratio_two_states(np.ones(2), 1.0, np.zeros(3)), r"must broadcast$"),
        (lambda: scaled(ats, 0.0), r"^ratio = 0.0: must be finite and > 0$"),
        (lambda: scaled(ats, 1e-91), r"^ratio = 1e-91: must be from 1e-90 to 1e90$"),
        (lambda: scaled(ats, [1.0, 2.0]), r"^ratio has shape \(2,\): must be a single number$"),
        (lambda: scaled("BK7", 1.0), r"^ats = 'BK7': must be of class AnomalousTunnelingSystems$"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_scalar_in_scalar_out_and_empty_in_empty_out():
    assert isinstance(number_ratio(1, 1, 1), float)
    assert isinstance(number_ratio_two_states(1, 1, 0.1), float)
    assert number_ratio([], 1.0, 1.0).shape == (0,)
    assert number_ratio_two_states([], 1.0, 0.1).shape == (0,)
    assert number_ratio([[1.0], [2.0]], [1.0, 2.0, 3.0], 1.0).shape == (2, 3)
