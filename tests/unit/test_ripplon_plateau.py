"""Coupled ripplons: states on a grid and the plateau against plain counting and sums."""

from itertools import product

import numpy as np
import pytest
from scipy import integrate

from etm import ripplon_coupling, ripplon_plateau, ripplons
from etm.ripplon_coupling import Coupling

OMEGA, COPIES = ripplons.frequencies()


def one_by_one(modes, n):
    """States at 0, 1, …, n steps, each mode with its own number of quanta."""
    quanta = np.repeat(np.arange(1, modes.size + 1), modes)
    counts = np.zeros(n + 1)
    for numbers in product(*(range(n // q + 1) for q in quanta)):
        total = int(np.dot(numbers, quanta))
        if total <= n:
            counts[total] += 1
    return counts


def test_states_against_counting_one_by_one():
    modes = np.array([0, 2, 1, 0, 3, 0, 0, 1, 0, 0, 0, 0])
    np.testing.assert_allclose(ripplon_plateau.states(modes), one_by_one(modes, 12), rtol=1e-13)


def test_states_of_real_numbers_of_modes_against_the_exponential():
    """exp Σ_k g_k Σ_j z^{kj}/j, the series of the exponential term by term."""
    modes = np.array([0.3, 0.0, 1.7, 0.01, 2.2, 0.4, 0.0, 5.1])
    logarithm = np.zeros(9)
    for k, g in enumerate(modes, start=1):
        for j in range(1, 8 // k + 1):
            logarithm[k * j] += g / j
    total, term = np.zeros(9), np.eye(9)[0]
    for order in range(1, 30):
        total += term
        term = np.convolve(term, logarithm)[:9] / order
    np.testing.assert_allclose(ripplon_plateau.states(modes), total, rtol=1e-13)


def test_states_against_the_partition_function():
    coupling, step, T = Coupling(3.0), 1 / 400, 0.04
    modes = ripplon_plateau.on_steps(*ripplon_coupling.lines(coupling, OMEGA, COPIES), step, 1400)
    counts = ripplon_plateau.states(modes)
    energies = step * np.arange(counts.size)
    closed = np.exp(-(modes * np.log(-np.expm1(-energies[1:] / T))).sum())
    assert counts @ np.exp(-energies / T) == pytest.approx(closed, rel=1e-10)


def test_whole_modes_on_steps():
    modes = ripplon_plateau.on_steps([0.2, 0.5, 0.9], [5.0, 7.0, 9.0], 0.1, 6)
    np.testing.assert_allclose(modes, [0, 5, 0, 0, 7, 0], atol=1e-12)
    rng = np.random.default_rng(3)
    nodes, weights = rng.uniform(0.05, 0.9, 50), rng.uniform(0, 1, 50) + 1e-3
    modes = ripplon_plateau.on_steps(nodes, weights, 0.05, 40)
    assert modes.sum() == pytest.approx(weights.sum(), rel=1e-13)
    assert 0.05 * np.arange(1, 41) @ modes == pytest.approx(weights @ nodes, rel=1e-13)


def plain_absorbers(counts, step, T, T_g, weight):
    """The sums over S one by one, every state spread evenly over its step."""
    found = []
    for m in range(1, round(1 / step) + 1):
        w, total = m * step, 0.0
        for k, count in enumerate(counts):
            S = k * step
            half = 0.5 if k == m else 1.0
            total += half * count * np.exp(-(w - S) / T_g) if k <= m else 0.0
            total += half * count * np.exp(-(S - w) / T_g) * weight(S - w) if k >= m else 0.0
        found.append(total)
    return np.array(found)


@pytest.mark.parametrize(("T", "T_g"), [(0.01, 2.0), (0.08, 5.0), (0.2, 0.4)])
def test_absorbers_one_by_one(T, T_g):
    step = 1 / 50
    modes = ripplon_plateau.on_steps(OMEGA, COPIES / 3, step, 150)
    counts = ripplon_plateau.states(modes)
    found = ripplon_plateau.absorbers(counts, step, T, T_g)
    exact = plain_absorbers(counts, step, T, T_g, lambda E: 2 / (np.exp(E / T) + 1))
    np.testing.assert_allclose(found, exact, rtol=1e-12)
    reach = 5 * step / T  # ends on a step, of which one half counts
    found = ripplon_plateau.absorbers(counts, step, T, T_g, "below reach", reach)
    exact = plain_absorbers(
        counts, step, T, T_g,
        lambda E: 1.0 if E < 4.9 * step else 0.5 * (E < 5.1 * step),
    )  # fmt: skip
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_absorbers_of_single_states_are_those_of_the_frictionless_ripplons():
    """Between the steps of the spectrum, where no state lies."""
    step, omega = 1 / 200, np.array([0.15, 0.25, 0.4])
    copies, T, T_g = np.array([5, 7, 9]), 0.05, 4.4
    counts = ripplon_plateau.states(ripplon_plateau.on_steps(omega, copies, step, 700))
    found = ripplon_plateau.absorbers(counts, step, T, T_g)
    w = step * np.arange(1, 201)
    free = np.abs(w / 0.05 - np.round(w / 0.05)) > 0.01
    states = ripplons.multisets(omega, copies, 3.49)
    exact = ripplons.scattering_states(w, T_g, states)
    exact = exact + ripplons.excited_states(w, T, T_g, states)
    np.testing.assert_allclose(found[free], exact[free], rtol=1e-10)


@pytest.mark.parametrize("excited", ["thermal", "below reach"])
@pytest.mark.parametrize("T_g", [2.0, 3.5])
def test_conductivity_by_plain_sums(T_g, excited):
    """Own grid, own weights, trapezoid: nothing shared but the profile and the recursion."""
    T, step, coupling = 0.0305, 1 / 1000, Coupling(T_g)
    fine = step / 20 * (np.arange(60000) + 0.5)
    mass = ripplon_coupling.density(fine, coupling, OMEGA, COPIES) * step / 20
    place = np.maximum(np.round(fine / step), 1).astype(int)
    modes = np.bincount(place, mass)[1:3001]
    counts = ripplon_plateau.states(modes)
    S, w = step * np.arange(3001), step * np.arange(1, 1001)
    gap = S[None, :] - w[:, None]
    up = np.maximum(gap, 0)
    thermal = 2 / (np.exp(up / T) + 1) if excited == "thermal" else np.where(up < T, 1.0, 0)
    own = np.where(np.abs(gap) < step / 2, 0.5, 1.0)
    lower = np.where(gap < step / 2, own * np.exp(np.minimum(gap, 0) / T_g), 0)
    upper = np.where(gap > -step / 2, own * np.exp(-up / T_g) * thermal, 0)
    scatter = (lower + upper) @ counts
    x = w / T
    integrand = x**3 / (4 * np.sinh(x / 2) ** 2) * (1 + 150 / scatter)
    exact = T * integrate.trapezoid(np.append(0, integrand), np.append(0, w))
    found = ripplon_plateau.conductivity(T, coupling, OMEGA, COPIES, excited=excited)
    assert found == pytest.approx(exact, rel=4e-3)


def test_finer_steps_change_little():
    T, coupling = np.array([0.005, 0.02, 0.05, 0.12]), Coupling(3.5)
    coarse, fine = (
        ripplon_plateau.conductivity(T, coupling, OMEGA, COPIES, step=1 / n) for n in (800, 2000)
    )
    np.testing.assert_allclose(coarse, fine, rtol=1e-3)


def test_scalars_empty_arrays_and_point_by_point():
    def call(T):
        return ripplon_plateau.conductivity(T, Coupling(2.0), OMEGA, COPIES, step=1 / 200)

    assert isinstance(call(np.float64(0.1)), float)
    assert call(np.empty((0, 3))).shape == (0, 3)
    T = np.array([[0.03, 0.1], [0.05, 0.01]])
    single = [[call(t) for t in row] for row in T]
    np.testing.assert_allclose(call(T), single, rtol=1e-6)


@pytest.mark.parametrize("T", [0.3, [0.1, 0.26]])
def test_too_hot(T):
    with pytest.raises(ValueError, match=r"^T = 0\.(3|26): must not exceed 0.25$"):
        ripplon_plateau.conductivity(T, Coupling(2.0), OMEGA, COPIES)


@pytest.mark.parametrize("step", [0.1, 1e-5])
def test_steps(step):
    with pytest.raises(ValueError, match=r"^step = .*: must lie between 1/4000 and 1/50$"):
        ripplon_plateau.conductivity(0.1, Coupling(2.0), OMEGA, COPIES, step=step)


def test_what_is_taken_unless_given():
    """α = 1 as in Fig. 20, l/λ = 150 as measured, 800 steps up to the Debye frequency."""
    counts = ripplon_plateau.states(np.ones(60))
    given = ripplon_plateau.absorbers(counts, 1 / 50, 0.1, 2.0, "below reach", 1.0)
    plain = ripplon_plateau.absorbers(counts, 1 / 50, 0.1, 2.0, "below reach")
    np.testing.assert_array_equal(plain, given)
    args = 0.02, Coupling(2.0), OMEGA, COPIES
    for excited in ("thermal", "below reach"):
        given = ripplon_plateau.conductivity(*args, 150.0, excited, 1.0, 1 / 800)
        assert ripplon_plateau.conductivity(*args, excited=excited) == given
    assert ripplon_plateau.conductivity(*args) == ripplon_plateau.conductivity(*args, 150.0)


def test_a_whole_number_of_steps_reaches_the_debye_frequency():
    """The next one is taken: 50 for 1/50.4, 51 for 1/50.6."""
    args = 0.05, Coupling(2.0), OMEGA, COPIES
    kappa = {n: ripplon_plateau.conductivity(*args, step=1 / n) for n in (50, 50.4, 50.6, 51)}
    assert kappa[50.4] == kappa[50] != kappa[51] == kappa[50.6]


def test_the_edges_of_the_ranges_are_legal():
    cold = Coupling(0.1), OMEGA, COPIES
    assert ripplon_plateau.conductivity(0.1, *cold, step=1 / 50) > 0
    with pytest.raises(ValueError, match=r"^T = 0.11: must not exceed 0.1$"):
        ripplon_plateau.conductivity(0.11, *cold)
    assert ripplon_plateau.conductivity(0.25, Coupling(2.0), OMEGA, COPIES, step=1 / 50) > 0
    assert ripplon_plateau.conductivity(1e-3, *cold, step=1 / 4000) > 0
    for step in (1 / 49, 1 / 4001):
        with pytest.raises(ValueError, match="must lie between"):
            ripplon_plateau.conductivity(0.1, *cold, step=step)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coupling": 2.0}, r"^coupling = 2.0: must be of class Coupling$"),
        ({"excited": "no"}, r"^excited = 'no': must be one of "),
        ({"reach": -1.0}, r"^reach = -1.0: must be finite and > 0$"),
        ({"path": 0.0}, r"^path = 0.0: must be finite and > 0$"),
        ({"step": 0.1}, r"^step = 0.1: must lie between"),
    ],
)
def test_bad_arguments_are_named_even_without_a_temperature(changes, message):
    good = {"T": [], "coupling": Coupling(2.0), "omega": OMEGA, "copies": COPIES}
    with pytest.raises(ValueError, match=message):
        ripplon_plateau.conductivity(**(good | changes))


@pytest.mark.parametrize("n", [1, 3, 7])
def test_modes_beyond_the_last_step_do_not_count(n):
    """At and beyond one step more; below the first step all is put there."""
    nodes, weights = np.array([1.0, 1.25, 3.0, 3.5, 7.0, 7.75, 8.0, 60.0]), np.arange(1.0, 9.0)
    plain = np.zeros(100)
    for x, g in zip(nodes, weights, strict=True):
        plain[int(x)] += g * (1 - x % 1)
        plain[int(x) + 1] += g * (x % 1)
    found = ripplon_plateau.on_steps(nodes / 10, weights, 0.1, n)
    np.testing.assert_allclose(found, plain[1 : n + 1], rtol=1e-13, atol=1e-13)
    assert ripplon_plateau.on_steps([1e-9], [2.0], 0.1, n)[0] == 2
