"""Site percolation on square and cubic lattices: clusters, their hulls and interfaces."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from etm.checks import instance, integer, number

__all__ = ["bonds_across", "clusters", "hull", "occupy", "spanning"]


def occupy(shape: tuple[int, ...], x: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Occupy the sites of a lattice at random.

    Parameters
    ----------
    shape : tuple of int
        Two or three lengths.
    x : float
        Probability of each site, 0 to 1.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray of bool
        Of the given shape.

    Raises
    ------
    ValueError
        For x outside of 0 to 1, or a shape that is not of two or three positive lengths.

    Notes
    -----
    Source: the picture of Jug & Paliienko 2013, Fig. 11.
    """
    x = number("x", x)
    if not 0 <= x <= 1:
        raise ValueError(f"x = {x}: must be between 0 and 1")
    instance("rng", rng, np.random.Generator)
    shape = tuple(integer("shape", n, 1) for n in shape)
    if len(shape) not in (2, 3):
        raise ValueError(f"shape = {shape}: must have two or three lengths")
    return rng.random(shape) < x


def clusters(occupied: NDArray[np.bool_]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Clusters of occupied sites that are nearest neighbours, edges free.

    Parameters
    ----------
    occupied : ndarray of bool
        Lattice in two or three dimensions.

    Returns
    -------
    labels : ndarray of int
        0 where empty, 1, 2, … in the clusters, the largest first.
    sizes : ndarray of int
        Sites of cluster 1, 2, …, descending.

    Notes
    -----
    Source: `scipy.ndimage.label` with the neighbours of the square or cubic lattice.
    """
    occupied = _lattice(occupied)
    labels, count = ndimage.label(occupied)
    sizes = np.bincount(labels.ravel())[1:]
    order = np.argsort(-sizes, kind="stable")
    rank = np.zeros(count + 1, dtype=int)
    rank[order + 1] = np.arange(1, count + 1)
    return rank[labels], sizes[order]


def spanning(labels: NDArray[np.integer]) -> int:
    """Number of a cluster that touches both ends of the first axis, or 0.

    Parameters
    ----------
    labels : ndarray of int
        From `clusters`.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For labels that are not whole numbers in two or three dimensions.

    Notes
    -----
    Source: the spanning cluster of Jug & Paliienko 2013, text below eq. 20.
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.ndim not in (2, 3) or not labels.size:
        raise ValueError(
            f"labels of shape {labels.shape} and type {labels.dtype}: must be whole numbers"
            " in two or three dimensions"
        )
    both = np.intersect1d(labels[0], labels[-1])
    both = both[both > 0]
    return int(both[0]) if both.size else 0


def hull(cluster: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Sites of a cluster that can be seen from outside.

    Parameters
    ----------
    cluster : ndarray of bool
        The sites of one cluster.

    Returns
    -------
    ndarray of bool
        Sites of the cluster next to the outside: to empty sites that are connected to
        the border, diagonal steps included, or to the border itself.

    Notes
    -----
    Source: the hull of Jug & Paliienko 2013, text below eq. 20.
    """
    cluster = _lattice(cluster)
    empty = ~np.pad(cluster, 1)
    everywhere = np.ones((3,) * cluster.ndim)
    outside, _ = ndimage.label(empty, structure=everywhere)
    reached = outside == outside[(0,) * cluster.ndim]
    touched = ndimage.binary_dilation(reached)
    return cluster & touched[(slice(1, -1),) * cluster.ndim]


def bonds_across(occupied: NDArray[np.bool_]) -> float:
    """Share of the bonds of the lattice that join an occupied and an empty site.

    Parameters
    ----------
    occupied : ndarray of bool
        Lattice in two or three dimensions, each length >= 2.

    Returns
    -------
    float
        Its mean is 2 x (1 - x) for sites occupied at random.

    Raises
    ------
    ValueError
        If a length is 1.

    Notes
    -----
    Source: the interface of Jug & Paliienko 2013, text above eq. 20.
    """
    occupied = _lattice(occupied)
    if min(occupied.shape) < 2:
        raise ValueError(f"lattice of shape {occupied.shape}: each length must be >= 2")
    differing = [np.diff(occupied, axis=axis) for axis in range(occupied.ndim)]
    return float(sum(d.sum() for d in differing) / sum(d.size for d in differing))


def _lattice(sites):
    sites = np.asarray(sites)
    if sites.dtype != bool or sites.ndim not in (2, 3):
        raise ValueError(
            f"lattice of shape {sites.shape} and type {sites.dtype}: must be bool with two"
            " or three dimensions"
        )
    return sites
