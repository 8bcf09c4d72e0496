"""Voids of Jug & Recchia 2021: eq. 1, the numbers below it, and voids of packings that grew."""

import numpy as np
import pytest

from etm import packing, polycluster, tables

QUOTED = tables.read("quoted").query("paper == 'jug2021'").set_index("quantity")["value"]


def test_1_void_and_its_numbers():
    """0.208 ξ³; for ξ = 30 nm 5.6e6 Å³, the volume of a regular tetrahedron of side 362 Å."""
    assert polycluster.VOID == pytest.approx(QUOTED["void_volume_factor"], abs=5e-4)
    volume = polycluster.void_volume(1e10 * QUOTED["cell_radius_BK7"])
    assert volume == pytest.approx(QUOTED["void_volume"], rel=0.005)
    side = (6 * np.sqrt(2) * volume) ** (1 / 3)
    assert side == pytest.approx(QUOTED["void_side"], rel=0.002)


def test_1_cell_of_the_two_papers():
    """Eq. 40 of 2018 with 1e16 per gram gives the 30 nm here; the diameter of 62 nm is 3 per cent more."""
    radius = polycluster.cell_radius(1e16, 2.5) * 1e-10
    assert radius == pytest.approx(QUOTED["cell_radius_BK7"], rel=0.001)
    assert 2 * radius / QUOTED["cell_diameter_BK7"] == pytest.approx(0.968, abs=0.001)


def test_1_species_do_not_fill_a_face():
    """400 ions in a monolayer of the stated side would be 13 Å apart, four times their size."""
    face = np.sqrt(3) / 4 * QUOTED["void_side"] ** 2
    spacing = np.sqrt(2 / np.sqrt(3) * face / QUOTED["sites_per_face"])
    assert spacing == pytest.approx(12.8, abs=0.1)


def test_1_is_the_smallest_void_of_a_random_packing():
    """Among equal spheres that grew to contact few tetrahedra leave less than 0.208 r³: the mean void
    is 1.9 times as large, as there are six tetrahedra for each sphere."""
    places, radii, _ = packing.grow(60, 0.0, np.random.default_rng(4))
    volumes, voids = packing.tetrahedral_voids(places, radii)
    voids = voids / radii[0] ** 3
    assert 6.0 < volumes.size / radii.size < 6.6
    assert np.mean(voids < polycluster.VOID) < 0.05
    assert voids.mean() / polycluster.VOID == pytest.approx(1.9, abs=0.15)
    assert np.quantile(voids, 0.05) == pytest.approx(1.2 * polycluster.VOID, rel=0.1)
