"""Magnetization, free energy and entropy by the longest way, with nothing of etm's quadrature.

Two levels: composite Gauss panels over the field energy s = D0 |φ cos β| and over ln D.
Three levels: every Hamiltonian of a grid is diagonalised, its current read from the
eigenvectors (Hellmann–Feynman).
"""

import mpmath
import numpy as np
from plain_integrals import BOLTZMANN, FACTOR, field_energies, graded

import etm

X, W = np.polynomial.legendre.leggauss(14)


def population(row, B_star):
    """The population in a row of Tables 10, 11, 14 of 2016 or 3, 4 of 2021."""
    cutoffs = row["D_min_K"], row["D0_min_K_A2"], row["D0_max_K_A2"]
    area = etm.ATS.flux_area_from_field(B_star)
    return etm.ATS(*map(float, cutoffs), float(row["ats_density_per_g"]), area)


def published():
    """Name and population of every published fit of a magnetization.

    2021 prints no B*: for the BK7 of its tables that of 2016, Table 14, is taken.
    """
    found = {}
    for number in (10, 11, 14):
        row = etm.tables.read(f"jug2016_table{number}").iloc[0]
        found[row["glass"]] = population(row, row["B_star_T"])
    borrowed = etm.tables.read("jug2016_table14")["B_star_T"].item()
    for number in (3, 4):
        table = etm.tables.read(f"jug2021_table{number}").set_index(["sample", "method"])
        row = table.loc[("this sample", "SQUID fit")]
        found[f"BK7, 2021 Table {number}"] = population(row, borrowed)
    return found


PUBLISHED = published()


def panels(low, high, longest):
    """Gauss nodes and weights on equal panels no longer than `longest`."""
    edges = np.linspace(low, high, int((high - low) / longest) + 2)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * X).ravel(), (half[:, None] * W).ravel()


def over_asymmetry(s, T, D_min, derivative):
    """∫ dD/D of s² tanh(E/2T) / 2E, or of its derivative with respect to T."""
    far = 60 * max(T, D_min, s.max())
    u, du = panels(0.0, np.log(far / D_min), min(0.7, 3 * T / D_min) if derivative else 0.7)
    E = np.hypot(D_min * np.exp(u), s[:, None])
    if derivative:
        decay = np.exp(-E / T)
        return (-(s[:, None] ** 2) * decay / (T * (1 + decay)) ** 2) @ du
    beyond = s / 2 * np.arcsinh(s / far)  # tanh is 1 there
    return (s[:, None] ** 2 / (2 * E) * np.tanh(E / (2 * T))) @ du + beyond


def plain(quantity, T, B, ats, orientation):
    """M [A m²/g], F(B) - F(0) [J/g] or S(B) - S(0) [J/(g K)], by the letter.

    Of one direction systems have the measure ds/s between a and b, averaged over
    directions ds (1/max(a, s) - 1/b) between 0 and b.  F is -∫ M dB: at a share t of the
    field s is a share t of its own, and the integral over dt/t changes the measure only.
    """
    a, b = field_energies(B, ats, orientation)
    width = (ats.D0_max - ats.D0_min) / ats.D0_min
    total = 0.0
    longest = min(0.5, np.sqrt(T / ats.D_min)) if quantity == "S" else 0.5
    v, dv = panels(0.0, np.arcsinh(a / ats.D_min), longest)
    below = ats.D_min * np.sinh(v), ats.D_min * np.cosh(v) * dv
    v, dv = panels(np.log(a), np.log(b), longest)
    between = np.exp(v), np.exp(v) * dv
    for s, ds in (below, between):
        if quantity == "M" and orientation == "average":
            measure = (a * width - np.maximum(s - a, 0)) / (np.maximum(a, s) * b)
        elif quantity == "M":
            measure = np.where(s >= a, 1 / s, 0.0)
        else:
            room = np.where(s > a, (b - s) / s, width)
            measure = np.log1p(room)
            if orientation == "average":
                measure += np.maximum(a - s, 0) * width / b - room / (1 + room)
            measure /= s
        total += np.sum(ds * measure * over_asymmetry(s, T, ats.D_min, quantity == "S"))
    total *= 2 * np.pi * ats.density * BOLTZMANN
    return {"M": total / B, "F": -total, "S": total}[quantity]


def magnetization_mpmath(T, B, ats, orientation):
    """M [A m²/g] as an integral over ln D inside one over s, with 20 digits."""
    with mpmath.workdps(20):
        T, B, D_min = mpmath.mpf(T), mpmath.mpf(B), mpmath.mpf(ats.D_min)
        field = mpmath.mpf(FACTOR) * B / (mpmath.sqrt(3) if orientation == "rms" else 1)
        a, b = ats.D0_min * field, ats.D0_max * field

        def inner(s):
            far = 60 * max(T, D_min, s)

            def work(u):
                E = mpmath.hypot(D_min * mpmath.exp(u), s)
                return s * s * mpmath.tanh(E / (2 * T)) / (2 * E)

            marks = mpmath.linspace(0, mpmath.log(far / D_min), 4)
            return mpmath.quad(work, marks, maxdegree=5) + s / 2 * mpmath.asinh(s / far)

        if orientation == "average":
            pieces = ((mpmath.mpf(0), a, lambda s: 1 / a - 1 / b), (a, b, lambda s: 1 / s - 1 / b))
        else:
            pieces = ((a, b, lambda s: 1 / s),)
        total = mpmath.mpf(0)
        for low, high, measure in pieces:
            marks = mpmath.linspace(mpmath.asinh(low / D_min), mpmath.asinh(high / D_min), 3)

            def outer(v, measure=measure):
                s = D_min * mpmath.sinh(v)
                return measure(s) * inner(s) * D_min * mpmath.cosh(v)

            total += mpmath.quad(outer, marks, method="gauss-legendre", maxdegree=4)
        return float(2 * mpmath.pi * ats.density * mpmath.mpf(BOLTZMANN) * total / B)


def asymmetry_grid(D_min, D0, T, count=8):
    """Well energies (0, u, w), 0 < u < w, beyond D_min, with weights that sum dD/D dα/2π.

    D² = 4/9 (u² + w² - u w); the share c = u/w is graded to both of its ends, where two
    wells come within D0.  The six orders of the wells are equivalent.
    """
    x, weight = np.polynomial.legendre.leggauss(count)
    last = np.log((3e5 * (1 + D0) + 3e4 * T) / D_min)
    edges = np.linspace(0.0, last, int(last) + 2)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    energies, weights = [], []
    for m, h in zip(middle, half, strict=True):
        D = D_min * np.exp(m + h * x)
        c, dc = graded(0.0, 0.5, min(0.25, D0 / D.max() / 4), count)
        c, dc = np.concatenate([c, 1 - c[::-1]]), np.concatenate([dc, dc[::-1]])
        shape = c * c - c + 1
        w = D[:, None] * 1.5 / np.sqrt(shape)
        energies.append(np.stack(np.broadcast_arrays(0.0, c * w, w), axis=-1).reshape(-1, 3))
        area = 9 / (2 * np.pi * np.sqrt(3)) * dc / shape  # dα/2π, six times
        weights.append((h * weight[:, None] * area).ravel())
    return np.concatenate(energies), np.concatenate(weights)


def currents_by_diagonalisation(T, phases, ats, D0_nodes):
    """∫ dD0/D0 ∫ dD/D of -∂F/∂φ [K], one row for each T, one column for each phase."""
    x, w = np.polynomial.legendre.leggauss(D0_nodes)
    ratio = np.log(ats.D0_max / ats.D0_min)
    log_D0 = np.log(ats.D0_min / ats.flux_area) + ratio * (x + 1) / 2
    total = np.zeros((len(T), len(phases)))
    for D0, dD0 in zip(np.exp(log_D0), ratio * w / 2, strict=True):
        energies, weight = asymmetry_grid(ats.D_min, D0, max(T))
        for column, phase in enumerate(phases):
            step = np.roll(np.eye(3), 1, axis=1) * np.sqrt(0.75) * D0 * np.exp(1j * phase / 3)
            H = step + step.conj().T + energies[:, :, None] * np.eye(3)
            slope = 1j / 3 * (step - step.conj().T)
            levels, states = np.linalg.eigh(H)
            slopes = np.einsum("nik,ij,njk->nk", states.conj(), slope, states, optimize=True).real
            for row, t in enumerate(T):
                boltzmann = np.exp((levels[:, :1] - levels) / t)
                boltzmann /= boltzmann.sum(axis=1, keepdims=True)
                current = -(boltzmann * slopes).sum(axis=1)
                total[row, column] += dD0 * np.sum(weight * current)
    return total
