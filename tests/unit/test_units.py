"""Constants and conversions against the digits of CODATA 2018 and of definitions."""

import numpy as np
import pytest

from etm import units

K_B, H, E, N_A = 1.380649e-23, 6.62607015e-34, 1.602176634e-19, 6.02214076e23
MU_B = 9.2740100783e-24


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        (units.BOLTZMANN, K_B),
        (units.AVOGADRO, N_A),
        (units.BOHR_MAGNETON, MU_B),
        (units.BOHR_MAGNETON_IN_KELVIN, MU_B / K_B),
        (units.FLUX_QUANTUM, 413_566.77),  # T Å²
        (units.PHASE_ENERGY, 2 * np.pi * E / H * 1e-20),
        (units.REDUCED_PLANCK, 7.638233e-12),
        (units.DEBYE_KILOVOLT_PER_METRE, 3.33564095e-30 * 1e3 / K_B),
    ],
)
def test_constants(constant, value):
    assert constant == pytest.approx(value, rel=3e-8)


def test_electromagnetic_units():
    """1 emu is 1 erg/G; 1 Oe goes with 1 G; so 1 emu/Oe in 1 kOe is a thousand emu."""
    erg, gauss = 1e-7, 1e-4
    assert pytest.approx(erg / gauss) == units.EMU
    assert pytest.approx(1000 * gauss) == units.KILO_OERSTED
    assert units.EMU_PER_OERSTED * units.KILO_OERSTED == pytest.approx(1000 * units.EMU)


def test_one_flux_quantum_turns_the_phase_once():
    area, B = 4e4, np.array([-1.0, 0.5])
    turns = B * area / 413_566.77
    np.testing.assert_allclose(units.aharonov_bohm_phase(area, B), 2 * np.pi * turns, rtol=1e-7)
    np.testing.assert_allclose(units.phase_energy(2 * area, B), 4 * np.pi * turns, rtol=1e-7)


def test_parts_per_million_of_formula_units():
    """A gram of silica holds N_A/60.08 units; a millionth of them are 1 ppm; and back."""
    per_gram = units.ppm_to_per_gram([1.0, 250.0], 60.08)
    np.testing.assert_allclose(per_gram, np.array([1, 250]) * 1e-6 * N_A / 60.08, rtol=1e-9)
    np.testing.assert_allclose(units.per_gram_to_ppm(per_gram, 60.08), [1, 250], rtol=1e-12)
