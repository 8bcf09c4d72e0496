"""Coupled ripplons: shift, line, norm and bump against principal values and diagonalisation."""

from dataclasses import FrozenInstanceError

import mpmath
import numpy as np
import pytest
from scipy import integrate

from etm import ripplon_coupling, ripplons
from etm.ripplon_coupling import Coupling

OMEGA, COPIES = ripplons.frequencies()


def cauchy(function, pole, low, high):
    """Principal value of ∫ f(v)/(v - pole) dv."""
    if low < pole < high:
        return integrate.quad(function, low, high, weight="cauchy", wvar=pole, epsabs=1e-13)[0]
    regular = integrate.quad(lambda v: function(v) / (v - pole), low, high, epsabs=0, epsrel=1e-12)
    return regular[0]


def share(coupling):
    """Probability that the cutoff lies above v."""
    low, high = coupling.ramp
    return lambda v: np.clip((high - v) / (high - low), 0, 1)


@pytest.mark.parametrize("w", [1e-6, 0.05, 0.2, 0.3, 0.31, 0.5, 1.0, 2.4, 2.6, 30.0, 1e4])
def test_shift_of_a_sharp_cutoff_is_a_principal_value(w):
    coupling = Coupling(2.5, smearing=0.0)
    expected = 1.5 * 2.5 * cauchy(lambda v: v**3, w, 0, 1.8 / 5.8)
    assert coupling.shift(w) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("w", [1e-6, 0.05, 0.2, 0.27, 0.31, 0.38, 0.5, 1.0, 3.1, 3.2, 1e4])
@pytest.mark.parametrize("smearing", [0.158, 0.4])
def test_shift_of_a_smeared_cutoff_is_a_principal_value(w, smearing):
    coupling = Coupling(2.5, cutoff=2.1, length=6.0, smearing=smearing)
    low, high = coupling.ramp
    assert (low + high) / 2 == pytest.approx(0.35, rel=1e-14)
    assert (high - low) / np.sqrt(12) == pytest.approx(0.35 * smearing, rel=1e-14)
    weight = share(coupling)
    pieces = sorted(
        {0.0, low, high} | ({(low + w) / 2, (high + w) / 2} if low < w < high else set())
    )
    total = sum(
        cauchy(lambda v: v**3 * weight(v), w, a, b)
        for a, b in zip(pieces[:-1], pieces[1:], strict=True)
    )
    assert coupling.shift(w) == pytest.approx(1.5 * 2.5 * total, rel=1e-8)


@pytest.mark.parametrize("smearing", [0.0, 0.5])
def test_shift_far_above_the_cutoff_in_many_digits(smearing):
    """No pole lies in the way there: a plain integral, to 1e-11 though its terms cancel."""
    coupling = Coupling(2.5, smearing=smearing)
    low, high = map(mpmath.mpf, coupling.ramp)
    w = coupling.ramp[1] * np.array([6.0, 7.9, 8.0, 8.1, 11.0, 12.0, 13.0, 14.0, 15.0, 15.9])
    for x, found in zip(w, coupling.shift(w), strict=True):
        whole = mpmath.quad(lambda v, x=x: v**3 / (v - x), [0, low])
        if smearing:
            whole += mpmath.quad(
                lambda v, x=x: v**3 / (v - x) * (high - v) / (high - low), [low, high]
            )
        assert found == pytest.approx(float(1.5 * 2.5 * whole), rel=1e-11)


def test_static_shift_and_edges():
    coupling = Coupling(3.0)
    low, high = coupling.ramp
    mean_cube = (high**4 - low**4) / 4 / (high - low)
    assert coupling.shift(0.0) == pytest.approx(0.5 * 3.0 * mean_cube, rel=1e-13)
    for edge in (low, high):
        around = coupling.shift(edge * (1 + np.array([-1e-12, 0, 1e-12])))
        np.testing.assert_allclose(around, around[1], rtol=1e-9)


def test_width_and_profile():
    coupling, w = Coupling(3.0), np.array([0.01, 0.2, 0.31, 2.0])
    np.testing.assert_allclose(coupling.damping(w), 1.5 * np.pi * 3.0 * w**3, rtol=1e-14)
    for o in OMEGA:
        away, width = w - o + coupling.shift(w), coupling.damping(w)
        exact = width / np.pi / (away**2 + width**2)
        np.testing.assert_allclose(coupling.profile(w, o), exact, rtol=1e-13)
    cut = Coupling(3.0, damped="below cutoff")
    np.testing.assert_allclose(cut.damping(w), coupling.damping(w) * share(cut)(w), rtol=1e-13)
    sharp = Coupling(3.0, smearing=0.0, damped="below cutoff")
    np.testing.assert_array_equal(sharp.damping(w) > 0, w < 1.8 / 5.8)
    edge = sharp.ramp[1]
    assert sharp.damping(edge) == 0
    assert sharp.damping(edge * (1 - 1e-14)) == pytest.approx(1.5 * np.pi * 3 * edge**3)
    assert sharp.damping(0.2) == coupling.damping(0.2)


def test_the_coupling_that_is_drawn():
    """The smearing is 1/√D for D = 40; a coupling does not change afterwards."""
    coupling = Coupling(2.0)
    assert coupling.smearing == pytest.approx(40**-0.5, abs=5e-4)
    with pytest.raises(FrozenInstanceError):
        coupling.T_g = 3.0
    np.testing.assert_array_less(0, Coupling(2.0, smearing=0.5).ramp)


@pytest.mark.parametrize("T_g", [0.3, 2.0, 5.0])
@pytest.mark.parametrize("smearing", [0.0, 0.158])
def test_norm_by_quad(T_g, smearing):
    coupling = Coupling(T_g, smearing=smearing)
    for o in OMEGA[[0, 2, 7]]:
        crossings, (low, high) = coupling._crossings(o), coupling.ramp
        width = coupling.damping(crossings)
        marks = crossings[:, None] + width[:, None] * [-50, -5, -1, 0, 1, 5, 50]
        near = low + low * np.array([-1e-3, -1e-6, 0, 1e-6, 1e-3])
        edges = np.concatenate([marks.ravel(), near, [high, 1e-9, 1.0, 5, 30, 1e3]])
        edges = np.unique(np.clip(edges, 1e-9, 1e3))
        total = sum(
            integrate.quad(lambda w, o=o: coupling.profile(w, o), a, b, epsabs=1e-12,
                           epsrel=1e-10, limit=400)[0]
            for a, b in zip(edges[:-1], edges[1:], strict=True)
        )  # fmt: skip
        total += 1 / (1.5 * np.pi**2 * T_g) / 2 / 1e6  # beyond 10³ the line is 1/πγ
        assert coupling.norm(o) == pytest.approx(total, abs=2e-8)


def phonon_band(coupling, n):
    """Frequencies and squared couplings of a discrete band with the width of eq. 53."""
    v = (np.arange(n) + 0.5) * coupling.ramp[1] / n
    return v, 1.5 * coupling.T_g * v**3 * share(coupling)(v) * coupling.ramp[1] / n


@pytest.mark.parametrize("mode", [0, 4, 7])
@pytest.mark.parametrize("T_g", [2.0, 5.0])
def test_line_is_the_spectrum_of_a_resonance_among_phonons(T_g, mode):
    """Eq. 49 with one quantum, diagonalised: weights of the resonance in all eigenstates."""
    coupling = Coupling(T_g, damped="below cutoff")
    v, squares = phonon_band(coupling, 1500)
    H = np.diag(np.append(v, OMEGA[mode]))
    H[-1, :-1] = H[:-1, -1] = np.sqrt(squares)
    levels, vectors = np.linalg.eigh(H)
    weight = vectors[-1] ** 2
    nodes, line = coupling._line(OMEGA[mode])
    for test in (lambda w: w, lambda w: w**2, lambda w: np.exp(-w / 0.1), np.cos):
        assert line @ test(nodes) == pytest.approx(weight @ test(levels), rel=2e-5)
    free = levels > coupling.ramp[1] * 1.001
    assert weight[free].sum() == pytest.approx(line[nodes > coupling.ramp[1]].sum(), abs=1e-4)


@pytest.mark.parametrize("T_g", [1e-6, 1e-3, 0.2, 2.0, 3.5, 5.0])
@pytest.mark.parametrize("smearing", [0.0, 0.158, 0.35])
@pytest.mark.parametrize(("cutoff", "length"), [(1.8, 5.8), (2.5, 5.8), (1.0, 2.0)])
def test_a_consistent_cutoff_keeps_the_norm(T_g, smearing, cutoff, length):
    """Width and real part of one Green's function: sum rule, also where a part of the line is
    pushed far above cutoff and ripplon, or is narrower by far than any distance."""
    coupling = Coupling(T_g, cutoff, length, smearing, damped="below cutoff")
    stable = OMEGA[1.01 * coupling.shift(0.0) < OMEGA]
    norms = [coupling.norm(o) for o in stable]
    np.testing.assert_allclose(norms, 1, rtol=0, atol=1e-9)
    nodes, weights = ripplon_coupling.lines(coupling, stable, np.ones(stable.size))
    assert np.all(weights > 0)
    assert np.all(nodes > 0)


@pytest.mark.parametrize("smearing", [0.0, 0.158, 0.5])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_the_highest_crossing_is_found(share, smearing):
    """Above the ramp ω - ω_l + shift only rises: it is positive beyond the last one that is found."""
    for cutoff in (0.01, 0.3, 1.0, 3.0, 100.0):
        T_g = share / Coupling(1.0, cutoff, 1.0, smearing).shift(0.0)
        coupling = Coupling(T_g, cutoff, 1.0, smearing)
        last = coupling._crossings(1.0)[-1]
        assert last == pytest.approx(1 - coupling.shift(last), rel=1e-12)
        beyond = max(last, coupling.ramp[1]) * np.geomspace(1 + 1e-9, 1e4, 200)
        assert np.all(beyond > 1 - coupling.shift(beyond))


def test_resonance_solves_its_equation():
    for T_g in (1.0, 4.4):
        coupling = Coupling(T_g)
        for o in OMEGA:
            w = coupling.resonance(o)
            assert w == pytest.approx(o - coupling.shift(w), abs=1e-12)
            below = np.linspace(0, w * (1 - 1e-9), 400)
            assert np.all(below < o - coupling.shift(below))


def test_an_unstable_domain():
    coupling = Coupling(5.0, cutoff=2.5)
    assert coupling.shift(0.0) > OMEGA[0]
    for call in (coupling.resonance, coupling.norm):
        with pytest.raises(ValueError, match=r"^omega = 0.149\d*: must exceed the static shift"):
            call(OMEGA[0])
    with pytest.raises(ValueError, match="unstable"):
        ripplon_coupling.bump(0.1, coupling, OMEGA, COPIES)
    with pytest.raises(ValueError, match="must exceed the static shift"):
        coupling.resonance(coupling.shift(0.0))


def test_weights_that_vanish_are_left_out():
    """A coupling so weak that the wings of the lines are no floats any more."""
    nodes, weights = ripplon_coupling.lines(Coupling(1e-305), OMEGA, COPIES)
    assert nodes.shape == weights.shape
    assert np.all(weights > 0)


def test_lines_and_density():
    coupling = Coupling(2.0)
    nodes, weights = ripplon_coupling.lines(coupling, OMEGA, COPIES)
    norms = np.array([coupling.norm(o) for o in OMEGA])
    assert weights.sum() == pytest.approx(COPIES @ norms, rel=1e-12)
    w = np.array([[0.03, 0.2], [0.5, 1.1]])
    exact = sum(g * coupling.profile(w, o) for o, g in zip(OMEGA, COPIES, strict=True))
    found = ripplon_coupling.density(w, coupling, OMEGA, COPIES)
    np.testing.assert_allclose(found, exact, rtol=1e-13)
    low, high = 0.05, 0.6
    middle = weights[(nodes > low) & (nodes < high)].sum()
    area = integrate.quad(
        lambda x: ripplon_coupling.density(x, coupling, OMEGA, COPIES), low, high, limit=300
    )[0]
    assert middle == pytest.approx(area, rel=0.03)  # edges of panels lie elsewhere


@pytest.mark.parametrize("T", [0.003, 0.02, 0.1, 1.0])
@pytest.mark.parametrize("T_g", [2.0, 4.4])
def test_bump_on_a_plain_grid(T, T_g):
    """The profile on a fine logarithmic grid in place of panels."""
    coupling = Coupling(T_g)
    w = np.geomspace(1e-5, 1e4, 40001)
    weights = ripplon_coupling.density(w, coupling, OMEGA, COPIES) * np.gradient(w)
    exact = ripplons.bump(T, T_g, w, weights)
    found = ripplon_coupling.bump(T, coupling, OMEGA, COPIES)
    assert found == pytest.approx(exact, rel=2e-4)
    one = ripplon_coupling.bump(T, coupling, OMEGA, COPIES, both_signs=False)
    assert one == pytest.approx(found / 2, rel=1e-14)


def test_shapes():
    coupling = Coupling(2.0)
    T = np.array([[0.02, 0.1]])
    assert ripplon_coupling.bump(T, coupling, OMEGA, COPIES).shape == (1, 2)
    assert ripplon_coupling.bump(np.empty((0, 2)), coupling, OMEGA, COPIES).shape == (0, 2)
    assert isinstance(ripplon_coupling.bump(0.1, coupling, OMEGA, COPIES), float)
    for call in (coupling.damping, coupling.shift, lambda w: coupling.profile(w, 0.2)):
        assert isinstance(call(0.1), float)
        assert call(np.full((2, 3), 0.1)).shape == (2, 3)
