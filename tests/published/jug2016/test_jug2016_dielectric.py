"""What the parameters of Jug, Bonfanti & Kob 2016, Tables 5–7 give for the dielectric response."""

import numpy as np
import pytest

import etm
from etm.dielectric import ats_loss, ats_permittivity

TABLE_5 = {
    (row.glass, row.temperature_mK): row
    for row in etm.tables.read("jug2016_table5").itertuples(index=False)
}
TABLE_7 = list(etm.tables.read("jug2016_table7").itertuples(index=False))
B = np.geomspace(1e-3, 5, 300)


def population(row):
    return etm.ATS(row.D_min_K, row.D0_min_K_A2, row.D0_max_K_A2, 1e16)


def response(row, orientation="average", geometry="isotropic"):
    """Δε′/ε′ at the temperature of the row."""
    arguments = (row.temperature_mK / 1e3, B, population(row), row.prefactor_K)
    return ats_permittivity(*arguments, orientation, geometry)


@pytest.mark.parametrize("key", TABLE_5)
def test_rises_falls_and_saturates(key):
    """Sect. 5: ε′ first rises as B², has one maximum, and falls below its value without a field."""
    change = response(TABLE_5[key])
    top = change.argmax()
    assert 0 < top < B.size - 1
    assert np.all(np.diff(change[: top + 1]) > 0)
    assert change[-1] < 0
    assert np.count_nonzero(np.diff(np.sign(change))) == 1


@pytest.mark.parametrize("key", TABLE_5)
def test_size_of_the_effect(key):
    """Between parts in 1e6 and in 1e4, as the axes of Figs 8–10: the prefactor is in kelvin."""
    assert 1e-6 < np.abs(response(TABLE_5[key])).max() < 1e-4


@pytest.mark.parametrize("key", TABLE_5)
def test_the_shortcut_moves_the_zero(key):
    """φ/√3 puts the sign change of the average somewhere else, so that there are fields at which
    it has the wrong sign."""
    average, shortcut = (response(TABLE_5[key], o) for o in ("average", "rms"))
    assert np.any(average * shortcut < 0)
    near_maximum = average.argmax()
    assert abs(shortcut[near_maximum] / average[near_maximum] - 1) > 0.02


@pytest.mark.parametrize("key", TABLE_5)
def test_twice_the_response_across_the_field(key):
    """The correlation that eq. 44 drops, at the weakest fields; at the maximum 10 to 17 per cent are left."""
    row = TABLE_5[key]
    arguments = (row.temperature_mK / 1e3, 1e-5, population(row), row.prefactor_K, "average")
    ratio = ats_permittivity(*arguments, "perpendicular") / ats_permittivity(*arguments, "parallel")
    assert ratio == pytest.approx(2, rel=1e-4)  # B² is left
    across, along = (response(row, "average", g) for g in ("perpendicular", "parallel"))
    assert 1.09 < across.max() / along.max() < 1.18


@pytest.mark.parametrize("row", TABLE_7, ids=lambda r: f"{r.glass} {r.temperature_mK} mK")
def test_loss(row):
    """Table 7 at 1 kHz: the loss first rises, and strong fields take it away."""
    arguments = (row.prefactor_K, 1 / row.Gamma_inverse_per_s_K5, 2 * np.pi * 1e3)
    loss = ats_loss(row.temperature_mK / 1e3, B, population(row), *arguments)
    assert loss[0] > 0
    assert loss[-1] < 0
