"""The average of any function of D and D0 φ, on functions whose average is known in closed form."""

import numpy as np
import pytest

import etm
from etm.field_average import GEOMETRIES, field_average
from etm.units import PHASE_ENERGY

ATS = etm.ATS(0.03, 1e5, 4e5, 1e16)
T = 0.05


def cutoffs(B):
    return PHASE_ENERGY * ATS.D0_min * B, PHASE_ENERGY * ATS.D0_max * B


def square(D, s, T):
    """A function of order s² for small s that stays bounded."""
    return s * s / (D * D + s * s)


def over_asymmetry(s):
    """∫ from D_min of dD/D s²/(D² + s²) = ln(1 + s²/D_min²) / 2."""
    return 0.5 * np.log1p((s / ATS.D_min) ** 2)


def plain(B, weight, orientation):
    """∫ dD0/D0 ⟨w(cos β) ln(1 + s²/D_min²)/2⟩ by Gauss in ln D0 and in cos β."""
    x, w = np.polynomial.legendre.leggauss(60)
    low, high = cutoffs(B)
    log = np.log(low) + (x + 1) / 2 * np.log(high / low)
    dlog = w / 2 * np.log(high / low)
    if orientation != "average":
        cosine = 1.0 if orientation == "parallel" else 1 / np.sqrt(3)
        return weight(cosine**2) * np.sum(dlog * over_asymmetry(np.exp(log) * cosine))
    total = 0.0
    edges = [0.0, *2.0 ** np.arange(-8, 1)]
    for start, end in zip(edges, edges[1:], strict=False):
        cosine, dcosine = start + (end - start) * (x + 1) / 2, (end - start) * w / 2
        values = over_asymmetry(np.exp(log)[:, None] * cosine) * weight(cosine**2)
        total += dlog @ values @ dcosine
    return total


WEIGHTS = {
    "isotropic": lambda mu2: 1 + 0 * mu2,
    "parallel": lambda mu2: 3 / 2 * (1 - mu2),
    "perpendicular": lambda mu2: 3 / 4 * (1 + mu2),
}


@pytest.mark.parametrize("geometry", WEIGHTS)
@pytest.mark.parametrize("orientation", ["average", "parallel", "rms"])
def test_a_logarithm(orientation, geometry):
    B = np.array([1e-3, 0.02, 0.3, 6.0])
    average = field_average(square, np.array(T), B, ATS, orientation, geometry)
    expected = [plain(b, WEIGHTS[geometry], orientation) for b in B]
    np.testing.assert_allclose(average, expected, rtol=1e-10, atol=1e-16)


def test_the_weights_are_means_over_the_azimuth():
    """3/2 sin² of the angle between **E** and the normal of the loop, the mean about **B** for
    **E** along and across **B**: one third of them is the mean over all directions of **E**."""
    mu2 = np.linspace(0, 1, 5)
    azimuth = 2 * np.pi * np.arange(8) / 8
    normal = np.sqrt(1 - mu2)[:, None] * np.cos(azimuth)  # component along E ⊥ B
    across = 1.5 * np.mean(1 - normal**2, axis=1)
    along = 1.5 * (1 - mu2)
    for name, expected in (("parallel", along), ("perpendicular", across)):
        w0, w2 = GEOMETRIES[name]
        np.testing.assert_allclose(w0 + w2 * mu2, expected, atol=1e-14)
        assert w0 + w2 / 3 == 1
    np.testing.assert_allclose((along + 2 * across) / 3, 1)


def test_directions_drawn_at_random():
    """Loops and **E** drawn for one population, 4 standard errors."""
    rng, B, count = np.random.default_rng(5), 0.03, 400_000
    _, _, D0, cosine = ATS.sample(count, rng, 1.0)
    s = PHASE_ENERGY * D0 * B * cosine
    azimuth = 2 * np.pi * rng.random(count)
    across = np.sqrt(1 - cosine**2) * np.cos(azimuth)
    systems = np.log(ATS.D0_max / ATS.D0_min)
    for geometry, seen in (("parallel", cosine), ("perpendicular", across)):
        values = systems * 1.5 * (1 - seen**2) * over_asymmetry(s)
        error = values.std() / np.sqrt(count)
        exact = field_average(square, np.array(T), np.array(B), ATS, "average", geometry)
        assert abs(values.mean() - exact) < 4 * error


def test_few_points_of_many_values_are_as_on_a_grid():
    """A few hundred pairs of T and B take another way than a surface."""

    def change(D, s, T):
        return s * s / (D * D + s * s) * np.exp(-D / T)

    rng = np.random.default_rng(2)
    T, B = rng.uniform(0.02, 0.3, 30), rng.uniform(-1, 1, 30)
    surface = field_average(change, T[:, None], B, ATS)
    paired = field_average(change, T, B, ATS)
    np.testing.assert_allclose(paired, np.diagonal(surface), rtol=1e-12)
