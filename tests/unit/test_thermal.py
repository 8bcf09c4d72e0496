"""Thermal factors against sums over levels with many digits."""

import mpmath
import numpy as np
import pytest

from etm.thermal import level_schottky, schottky, schottky_integral


def variance(levels, T):
    """Of the energy over T², from the Boltzmann weights of all levels."""
    weights = [mpmath.exp(-mpmath.mpf(float(E)) / T) for E in levels]
    mean, square = (
        sum(w * mpmath.mpf(float(E)) ** k for w, E in zip(weights, levels, strict=True))
        / sum(weights)
        for k in (1, 2)
    )
    return float((square - mean**2) / mpmath.mpf(T) ** 2)


@pytest.mark.parametrize("T", [0.05, 0.7, 30.0])
@pytest.mark.parametrize("gaps", [[1.0], [0.3, 2.0], [0.0, 0.4, 0.4, 5.0]])
def test_levels_have_the_variance_of_their_energy(gaps, T):
    with mpmath.workdps(40):
        exact = variance([0.0, *gaps], T)
    assert level_schottky(gaps, T) == pytest.approx(exact, rel=1e-11)


def test_two_levels_are_both_ways_the_same():
    gap, T = np.geomspace(1e-3, 50, 30), np.array([[0.4], [3.0]])
    two = level_schottky([gap], T)
    assert two.shape == (2, 30)
    np.testing.assert_allclose(two, schottky(gap / (2 * T)), rtol=1e-9)
    assert schottky(1e3) == level_schottky([2e3], 1.0) == 0
    assert level_schottky([], 1.0) == 0


@pytest.mark.parametrize("x", [0.0, 0.1, 1.2, 30.0])
def test_window_and_its_integral(x):
    with mpmath.workdps(30):
        exact = mpmath.quad(lambda y: y / mpmath.cosh(y) ** 2, [x, x + 3, x + 80])
        square = (mpmath.mpf(x) / mpmath.cosh(x)) ** 2
    assert schottky_integral(x) == pytest.approx(float(exact), rel=1e-12)
    assert schottky(x) == pytest.approx(float(square), rel=1e-12)
    assert schottky(-x) == schottky(x)
