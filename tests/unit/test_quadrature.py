"""The rules of integration on integrals that are known in closed form."""

import numpy as np
import pytest

from etm import quadrature


def test_nodes_between_integrate_polynomials():
    low, high = np.array([0.0, 2.0, 5.0]), np.array([1.0, 7.0, 4.0])
    x, w = quadrature.nodes_between(low, high, 6)
    assert x.shape == w.shape == (3, 6)
    np.testing.assert_allclose((w * x**11).sum(axis=1), [1 / 12, (7**12 - 2**12) / 12, 0])


def test_logarithms_between_integrate_powers_of_the_logarithm():
    x, w = quadrature.logarithms_between(1e-3, 1e3, 8)
    end = np.log(1e3)
    np.testing.assert_allclose((w / x * np.log(x) ** 4).sum(), 2 * end**5 / 5)
    _, empty = quadrature.logarithms_between(np.array([2.0]), np.array([1.0]), 8)
    np.testing.assert_array_equal(empty, 0)


def test_powers_between_integrate_square_roots():
    x, w = quadrature.powers_between(1.0, 5.0, 8)
    np.testing.assert_allclose((w * np.sqrt(x - 1)).sum(), 16 / 3, rtol=1e-14)


@pytest.mark.parametrize("factor", [2, 4])
def test_groups_of_close(factor):
    values = 10 ** np.random.default_rng(1).uniform(-3, 3, size=200)
    groups = quadrature.groups_of_close(values, factor)
    assert sorted(np.concatenate(groups)) == list(range(200))
    for group in groups:
        assert values[group].max() < factor * values[group].min()
        assert np.all(np.diff(values[group]) >= 0)
    assert quadrature.groups_of_close(np.empty(0)) == []


def test_groups_by_hand():
    """From 1 to below 4, from 4 to below 16; a group without values is none."""
    groups = quadrature.groups_of_close(np.array([70.0, 3.9, 1.0, 4.1, 15.0]))
    assert [group.tolist() for group in groups] == [[2, 1], [3, 4], [0]]


@pytest.mark.parametrize("rule", ["nodes_between", "logarithms_between", "powers_between"])
def test_rules_on_many_intervals(rule):
    """Each interval by itself; those that end where they begin, or before, weigh nothing."""
    low, high = np.array([[1.0, 2.0], [3.0, 3.0]]), np.array([[4.0, 2.5], [3.0, 1.0]])
    x, w = getattr(quadrature, rule)(low, high, 12)
    assert x.shape == w.shape == (2, 2, 12)
    np.testing.assert_allclose((w * x).sum(axis=-1)[0], (high**2 - low**2)[0] / 2, rtol=1e-10)
    np.testing.assert_array_equal(w[1], 0)
    assert np.all((x[0] > low[0, :, None]) & (x[0] < high[0, :, None]))


@pytest.mark.parametrize("fields", [1, 99, 100, 101, 250])
@pytest.mark.parametrize("order", [1, -1])
def test_on_grid_is_the_function_itself(fields, order):
    """Temperatures along the other axis, before or after the fields, or along the same one."""

    def function(T, a, b, power):
        assert a.shape == b.shape
        assert a.size <= 100
        assert T.max() < 4 * T.min() or T.shape[1] > 1
        return T**power * a + b

    T, a = np.array([0.1, 5.0, 0.3, 100.0]), np.linspace(1, 2, fields)
    T_grid, a_grid = T.reshape((4, 1)[::order]), a.reshape((1, fields)[::order])
    found = quadrature.on_grid(function, T_grid, a_grid, 3 * a_grid, 2)
    np.testing.assert_allclose(found, T_grid**2 * a_grid + 3 * a_grid, rtol=1e-14)
    along = np.geomspace(1e-3, 1e3, fields)
    found = quadrature.on_grid(function, along, a, 3 * a, 2)
    np.testing.assert_allclose(found, along**2 * a + 3 * a, rtol=1e-14)
    mixed = quadrature.on_grid(
        function, np.array([0.1, 5.0])[:, None, None], np.stack([a, -a]), np.stack([a, a]), 1
    )
    assert mixed.shape == (2, 2, fields)
    assert isinstance(
        quadrature.on_grid(function, np.array(2.0), np.array(3.0), np.array(1.0), 3), float
    )


@pytest.mark.parametrize("width", [1.0, 0.1, 0.02])
def test_running_mean(width):
    """Poisson kernels, peaked about the multiples of 2π, have elementary means."""
    r = np.exp(-width)

    def kernel(phi):
        return (1 - r * r) / (1 - 2 * r * np.cos(phi) + r * r)

    upper = np.array([0.0, 1e-6, width, 1.0, 3.1, 3.2, 6.0, 2 * np.pi, 7.0, 14.0, 100.0])
    whole = np.round(upper / (2 * np.pi))
    part = upper - 2 * np.pi * whole
    area = 2 * np.arctan((1 + r) / (1 - r) * np.tan(part / 2)) + 2 * np.pi * whole
    mean = np.append(kernel(0.0), area[1:] / upper[1:])
    found = quadrature.running_mean(kernel, upper, 2 * np.pi, width)
    np.testing.assert_allclose(found, mean, rtol=1e-8)


def test_running_mean_over_nothing_is_the_value_at_zero():
    zeros = quadrature.running_mean(np.cos, np.zeros(3), 2 * np.pi, 1.0)
    np.testing.assert_array_equal(zeros, [1.0, 1.0, 1.0])
    assert quadrature.running_mean(np.cos, np.array([]), 2 * np.pi, 1.0).shape == (0,)


def test_running_mean_keeps_leading_axes():
    def waves(phi):
        return np.array([np.cos(phi), np.ones_like(phi)])

    for upper in (np.array([0.0]), np.array([0.0, 1.0])):
        mean = quadrature.running_mean(waves, upper, 2 * np.pi, 1.0)
        expected = np.array([np.sinc(upper / np.pi), np.ones_like(upper)])
        np.testing.assert_allclose(mean, expected, rtol=1e-12)
