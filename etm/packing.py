"""Random packings of discs or spheres that grow until they touch, and the voids they leave.

Particles live in a periodic box of unit edge; they repel with a spring where they overlap.
"""

from typing import Literal

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from etm.checks import Array, choice, finite, instance, integer, non_negative, number, positive

__all__ = ["grow", "jiggle", "overlap_energy", "tetrahedral_voids"]

CONTACT = 3e-10
"""Energy for each particle, in squares of the mean radius, below which they touch: by 1e-4 of it."""

TIME_STEP = 0.1
"""Of Brownian motion, in units of friction over spring constant."""

FIRST_STEP, LONGEST_STEP, MIXING, PATIENCE, MOST_STEPS = 0.1, 0.5, 0.25, 5, 4000
"""Of the relaxation, in units of the oscillation of one particle on one spring."""

SPARSE = 0.3
"""Packing fraction from which they grow."""


def overlap_energy(places: Array, radii: Array) -> tuple[float, Array]:
    """Energy and forces of overlapping discs or spheres in a periodic box.

    Parameters
    ----------
    places : ndarray, shape (n, d)
        Centres, in two or three dimensions.
    radii : ndarray, shape (n,)
        Below a quarter of the edge.

    Returns
    -------
    energy : float
        Sum of half of the squares of the overlaps.
    gradient : ndarray, shape (n, d)
        Its derivatives.

    Raises
    ------
    ValueError
        For shapes that do not fit, numbers that are not finite, or radii that are not
        > 0 and below 1/4.

    Notes
    -----
    Source: ours; the packing is that of Jug 2018, Fig. 2.
    """
    return _overlap_energy(*_particles(places, radii))


def _particles(places, radii):
    places, radii = finite("places", places), positive("radii", radii)
    if radii.ndim != 1 or places.shape not in ((radii.size, 2), (radii.size, 3)):
        raise ValueError(
            f"places, radii have shapes {places.shape}, {radii.shape}: must be (n, 2) or (n, 3),"
            " (n,)"
        )
    if np.any(radii >= 0.25):
        raise ValueError(f"radii = {radii.max()}: must be below 1/4 of the edge of the box")
    return places, radii


def _overlap_energy(places, radii):
    inside = places % 1.0
    inside[inside == 1.0] = 0.0  # of a tiny negative number
    pairs = cKDTree(inside, boxsize=1.0).query_pairs(2 * radii.max(), output_type="ndarray")
    i, j = pairs.T
    step = inside[i] - inside[j]
    step -= np.round(step)
    distance = np.linalg.norm(step, axis=1)
    overlap = np.maximum(radii[i] + radii[j] - distance, 0.0)
    push = step * (overlap / np.where(distance > 0, distance, 1.0))[:, None]
    ends = [np.bincount(j, part, radii.size) - np.bincount(i, part, radii.size) for part in push.T]
    gradient = np.stack(ends, axis=1)
    return 0.5 * float(np.sum(overlap**2)), gradient


def grow(
    count: int,
    spread: float,
    rng: np.random.Generator,
    dimension: Literal[2, 3] = 3,
    step: float = 0.02,
) -> tuple[Array, Array, list[tuple[float, Array]]]:
    """Let discs or spheres of different sizes grow until they jam.

    Parameters
    ----------
    count : int
        How many, >= 30.
    spread : float
        Sizes are spread evenly within this share of their mean, 0 to 0.5.
    rng : numpy.random.Generator
        Source of random numbers.
    dimension : {2, 3}, optional
        Of space.
    step : float, optional
        First growth of the packing fraction, halved at each failure down to 1/64 of itself.

    Returns
    -------
    places : ndarray, shape (count, dimension)
        Centres in the unit box.
    radii : ndarray, shape (count,)
        At the densest packing without overlap that was reached.
    history : list of (float, ndarray)
        Packing fraction and places after each successful growth.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: the growth to contact of Jug 2018, Figs 2 and 3.
    """
    count, dimension = integer("count", count, 30), choice("dimension", dimension, (2, 3))
    spread, step = number("spread", spread), number("step", step, positive)
    instance("rng", rng, np.random.Generator)
    if not 0 <= spread <= 0.5:
        raise ValueError(f"spread = {spread}: must be between 0 and 0.5")
    sizes = 1 + spread * (2 * rng.random(count) - 1)
    unit = _fraction(sizes, dimension)
    places, fraction, history = rng.random((count, dimension)), SPARSE, []
    finest = step / 64
    while step > finest:
        radii = sizes * (fraction / unit) ** (1 / dimension)
        relaxed, energy = _relax(places, radii)
        if energy < CONTACT * count:
            places = relaxed
            history.append((fraction, places % 1.0))
            fraction += step
        else:
            fraction -= step / 2
            step /= 2
    fraction, places = history[-1]
    return places, sizes * (fraction / unit) ** (1 / dimension), history


def jiggle(
    places: Array,
    radii: Array,
    temperature: float,
    steps: int,
    every: int,
    rng: np.random.Generator,
) -> Array:
    """Brownian motion of soft discs or spheres.

    Parameters
    ----------
    places : ndarray, shape (n, d)
        Where they start, in the periodic unit box.
    radii : ndarray, shape (n,)
        Of the particles.
    temperature : float
        In units of the spring constant times the mean radius squared, >= 0.
    steps, every : int
        Steps of a tenth of the time in which a spring relaxes, and how many lie between
        two pictures.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, shape (1 + steps // every, n, d)
        Places without the folding into the box, in units of the box, the start first.

    Raises
    ------
    ValueError
        For arguments outside of these ranges.

    Notes
    -----
    Source: ours; slow and fast regions as in Jug 2018, Fig. 1.
    """
    places, radii = _particles(places, radii)
    steps, every = integer("steps", steps, 1), integer("every", every, 1)
    instance("rng", rng, np.random.Generator)
    temperature = number("temperature", temperature, non_negative) * radii.mean() ** 2
    kick = np.sqrt(2 * temperature * TIME_STEP)
    places = places.copy()
    pictures = [places.copy()]
    for done in range(1, steps + 1):
        _, gradient = _overlap_energy(places, radii)
        places += kick * rng.standard_normal(places.shape) - TIME_STEP * gradient
        if done % every == 0:
            pictures.append(places.copy())
    return np.stack(pictures)


def tetrahedral_voids(places: Array, radii: Array) -> tuple[Array, Array]:
    """Volumes of the tetrahedra between neighbouring spheres, and of the voids in them.

    Parameters
    ----------
    places : ndarray, shape (n, 3)
        Centres in the periodic unit box.
    radii : ndarray, shape (n,)
        Of the spheres.

    Returns
    -------
    tetrahedra, voids : ndarray, shape (m,)
        One tetrahedron of Delaunay's for each repeated set of four; their volumes add up
        to that of the box.  A void is what the four spheres leave of it: it is negative
        where a sphere reaches beyond the tetrahedron far enough.

    Raises
    ------
    ValueError
        For shapes that do not fit, numbers out of range, and spheres too few (below
        about 30) or too regular for tetrahedra that fill the box once.

    Notes
    -----
    Source: the void of Jug & Recchia 2021, eq. 1, for spheres that do not all touch.
    """
    places, radii = _particles(places, radii)
    if places.shape[1] != 3:
        raise ValueError(f"places has shape {places.shape}: must be (n, 3)")
    places = places % 1.0
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    images = (places + shifts[:, None]).reshape(-1, 3)
    near = np.all((images > -0.5) & (images < 1.5), axis=1)
    points, size = images[near], np.tile(radii, 27)[near]
    corners = Delaunay(points).simplices
    centre = points[corners].mean(axis=1)
    corners = corners[np.all((centre >= 0) & (centre < 1), axis=1)]
    vertex = points[corners]
    volumes = np.abs(np.linalg.det(vertex[:, 1:] - vertex[:, :1])) / 6
    if abs(volumes.sum() - 1) > 1e-9:
        raise ValueError(
            f"places of {radii.size} spheres: too few or too regular for tetrahedra that fill the box"
        )
    sectors = np.zeros(len(corners))
    for k in range(4):
        edges = np.delete(vertex, k, axis=1) - vertex[:, k : k + 1]
        sectors += size[corners[:, k]] ** 3 * _solid_angle(edges) / 3
    return volumes, volumes - sectors


def _solid_angle(edges):
    """Of three vectors, shape (m, 3, 3), by the formula of Van Oosterom and Strackee."""
    length = np.linalg.norm(edges, axis=2)
    triple = np.abs(np.linalg.det(edges))
    scalar = np.einsum("mik,mjk->mij", edges, edges)
    below = length.prod(axis=1)
    for i, j, k in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
        below += scalar[:, i, j] * length[:, k]
    return 2 * np.arctan2(triple, below)


def _fraction(radii, dimension):
    return np.sum(np.pi * radii**2 if dimension == 2 else 4 / 3 * np.pi * radii**3)


def _relax(places, radii):
    """Slide to rest by FIRE: inertia along the forces, a stop wherever it leads uphill.

    Sums of elements only, no linear algebra of the machine: the way into a jam
    magnifies the last digit, and a packing is to be the same on every processor.
    """
    velocity, step, mixing, downhill = np.zeros_like(places), FIRST_STEP, MIXING, 0
    enough = CONTACT * radii.size * radii.mean() ** 2
    for _ in range(MOST_STEPS):
        energy, gradient = _overlap_energy(places, radii)
        if energy < enough:
            break
        if np.sum(velocity * gradient) < 0:
            lengths = np.sqrt(np.sum(velocity**2)) / np.sqrt(np.sum(gradient**2))
            velocity = (1 - mixing) * velocity - mixing * lengths * gradient
            downhill += 1
            if downhill > PATIENCE:
                step, mixing = min(1.1 * step, LONGEST_STEP), 0.99 * mixing
        else:
            velocity, step, mixing, downhill = np.zeros_like(places), step / 2, MIXING, 0
        velocity = velocity - step * gradient
        places = places + step * velocity
    return places, energy / radii.mean() ** 2
