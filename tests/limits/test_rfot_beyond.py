"""Limits of coupling, mixing and attraction: weak, cold, hot, slow."""

import numpy as np
import pytest
from scipy.special import gamma, zeta

from etm import (
    attraction,
    fast_centers,
    relaxational,
    ripplon_coupling,
    ripplon_mixing,
    ripplon_plateau,
    ripplons,
)
from etm.ripplon_coupling import Coupling

OMEGA, COPIES = ripplons.frequencies()
WEAK = Coupling(4.4, cutoff=0.02, damped="below cutoff")


def test_a_low_cutoff_leaves_the_ripplons_alone():
    """Shift as ω_c³, and the bump and the plateau without coupling."""
    assert WEAK.shift(0.0) < 1e-6
    for o in OMEGA:
        assert WEAK.resonance(o) == pytest.approx(o, rel=1e-7)
        assert WEAK.norm(o) == pytest.approx(1, abs=1e-6)
    T = np.array([0.01, 0.04, 0.1])
    free = ripplons.bump(T, 4.4, OMEGA, COPIES)
    np.testing.assert_allclose(ripplon_coupling.bump(T, WEAK, OMEGA, COPIES), free, rtol=1e-4)
    free = ripplons.conductivity(T, 4.4, OMEGA, COPIES)
    kappa = ripplon_plateau.conductivity(T, WEAK, OMEGA, COPIES)
    np.testing.assert_allclose(kappa, free, rtol=1e-3)


def test_far_above_the_cutoff_a_ripplon_is_raised():
    """-(3/8) T_g ω_c⁴/ω, the mean of ω_c⁴ over the ramp."""
    coupling = Coupling(3.0)
    low, high = coupling.ramp
    mean = (high**5 - low**5) / 5 / (high - low)
    w = np.array([1e3, 1e6])
    np.testing.assert_allclose(coupling.shift(w), -3 / 8 * 3.0 * mean / w, rtol=1e-3)


def test_broadened_ripplons_begin_as_the_cube():
    """Σ (2l+1) (3/2) T_g ω³/(ω_l - shift)² far below the first of them."""
    coupling, w = Coupling(2.0), np.array([1e-4, 1e-3])
    level = OMEGA - coupling.shift(0.0)
    law = 1.5 * 2.0 * w**3 * np.sum(COPIES / level**2)
    found = ripplon_coupling.density(w, coupling, OMEGA, COPIES)
    np.testing.assert_allclose(found, law, rtol=0.03)
    np.testing.assert_allclose(found[0], law[0], rtol=0.003)


def test_cold_plateau_is_the_square_of_temperature():
    T = np.array([1e-4, 2e-4])
    kappa = ripplon_plateau.conductivity(T, Coupling(5.0), OMEGA, COPIES)
    np.testing.assert_allclose(kappa, 151 * 6 * zeta(3) * T**2, rtol=1e-3)


def test_excited_states_up_to_nowhere():
    """A reach of zero leaves the ground state: half the level at ω itself comes from below."""
    counts = ripplon_plateau.states(ripplon_plateau.on_steps(OMEGA, COPIES, 1 / 200, 400))
    small = ripplon_plateau.absorbers(counts, 1 / 200, 1e-12, 4.4, "below reach")
    w = np.arange(1, 201) / 200
    states = np.arange(401) / 200, counts
    ground = ripplons.scattering_states(w * (1 + 1e-12), 4.4, states) - counts[1:201] / 2
    np.testing.assert_allclose(small, ground, rtol=1e-7)


def test_weak_and_strong_renormalization():
    assert ripplon_mixing.renormalized_amplitude(1e-6, 229.0) == pytest.approx(1e-6, rel=1e-9)
    strong = ripplon_mixing.renormalized_amplitude([1e20, 1e22], 229.0)
    law = np.log(229 * np.array([1e40, 1e44]))
    law -= np.log(law)
    np.testing.assert_allclose(strong, np.sqrt(law / 229), rtol=1e-3)


def test_without_mixing_the_power_is_two_plus_c():
    T = np.array([1e-3, 2e-3])
    for c in (0.0, 0.1, 0.5):
        kappa = fast_centers.conductivity(T, 0.0, 4.4, c, 1e-9, 0.1)
        assert np.log2(kappa[1] / kappa[0]) == pytest.approx(2 + c, abs=2e-3)
    fast = fast_centers.conductivity(T, 1e12, 4.4, 0.1, 1e-9, 0.1)
    assert np.log2(fast[1] / fast[0]) == pytest.approx(1.1, abs=2e-3)


@pytest.mark.parametrize("c", [0.1, 0.5, 1.2])
def test_after_long_times_all_fast_systems_take_up_heat(c):
    """∫ x^{3-c} eˣ/(eˣ+1)² dx = Γ(4-c) η(3-c)."""
    whole = gamma(4 - c) * (1 - 2 ** (c - 2)) * zeta(3 - c)
    assert fast_centers.heat_capacity_factor(1e25, c, 4.4) == pytest.approx(whole, rel=1e-6)
    assert fast_centers.heat_capacity_factor(1e-30, c, 4.4) == 0


def test_ordinary_scatterers_between_one_and_half_pi():
    assert fast_centers.ordinary_scatterers(1.0, 0.0, 1e-12) == pytest.approx(1, rel=1e-12)
    assert fast_centers.ordinary_scatterers(1.0, 1.0, 1e-12) == pytest.approx(np.pi / 2, rel=1e-10)


def test_fast_sound_does_not_wait_for_relaxation():
    change = relaxational.sound_change([1e-9, 1e-6, 1e-3, 1.0, 1e3], 0.01, 4.4)
    assert np.all(np.diff(change) > 0)
    assert -1e-6 < change[-1] < 0


def test_cold_hot_and_equal_transitions():
    """1/(w_i + w_j) when cold, 1/2T when hot, and finite where the two are equal."""
    assert attraction.virtual(1.0, 2.0, 1e-4) == pytest.approx(1 / 3, rel=1e-14)
    assert attraction.virtual(1e-6, 2e-6, 5.0) == pytest.approx(1 / (2 * 5.0), rel=1e-10)
    equal = attraction.virtual(1.0, 1.0, 1e-3)
    assert equal == pytest.approx(0.5, rel=1e-14)


def test_cold_two_level_pairs():
    cold = attraction.two_level_pairs(1e-12, 5.8, 4.4)
    assert cold == pytest.approx(4.4 / 3 / 5.8**6, rel=1e-12)


def test_large_glass_transitions_give_the_logarithm():
    """e^x E1(x) → -ln x - γ_E."""
    omega, copies = OMEGA, COPIES
    T_g = 1e9
    law = np.sum(copies * (np.log(T_g / omega) - np.euler_gamma))
    found = attraction.mixed_pairs(5.8, T_g, (omega, copies))
    assert found == pytest.approx(2 / 3 * np.log(2) * 5.8**-6 * law, rel=1e-8)
