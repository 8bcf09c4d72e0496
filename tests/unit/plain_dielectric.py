"""Dielectric constant and loss by the longest way: plain integrals over the distribution.

Nothing here uses the averages, the quadrature or the closed forms of `etm`.  One system
of asymmetry D and field energy s = D0 φ |cos β| contributes what eqs 41, 45, 54 and 55 of
Jug, Bonfanti & Kob 2016 say; the measure is dD/D dD0/D0 dcos β, that of a two-level
system dΔ dΔ0/Δ0.  Panels double in width from every end at which an integrand is steep.
"""

import mpmath
import numpy as np
from plain_integrals import FACTOR, field_energies, graded

WEIGHTS = {
    "isotropic": lambda mu2: 1 + 0 * mu2,
    "parallel": lambda mu2: 1.5 * (1 - mu2),
    "perpendicular": lambda mu2: 0.75 * (1 + mu2),
}
"""3 sin²(E, normal) / 2 averaged about **B**, of a loop with cos²β = mu2."""


def sech2(x):
    """1/cosh²(x/2) for x >= 0, without overflow."""
    decay = np.exp(-x)
    return 4 * decay / (1 + decay) ** 2


def resonant(D, s, T):
    """tanh(E/2T)/E (E² + s²)/E² [1/K], less its value at s = 0."""
    E = np.sqrt(D * D + s * s)
    return np.tanh(E / (2 * T)) / E * (1 + (s / E) ** 2) - np.tanh(D / (2 * T)) / D


def relaxing(slowness, power):
    """(D/E)² sech²(E/2T) (ωτ)^power/(1 + ω²τ²) less its value at s = 0, for slowness = ωΓ."""

    def at(D, E, s, T):
        phase = slowness * np.tanh(E / (2 * T)) / (E**3 * (s * s + D * D / 2))
        return (D / E) ** 2 * phase**power / (1 + phase**2) * sech2(E / T)

    return lambda D, s, T: at(D, np.sqrt(D * D + s * s), s, T) - at(D, D, 0 * s, T)


def field_average(change, T, B, ats, orientation, geometries, reach=None, count=20):
    """The same as `etm.field_average.field_average`, a dict over geometries.

    A weight of cos β is integrated over D0 at fixed s by Gauss in 1/D0, where it is a
    polynomial.
    """
    a, b = field_energies(B, ats, orientation)
    weights = {name: WEIGHTS[name] for name in geometries}
    scales = [ats.D_min, np.sqrt(ats.D_min * T), T]
    if orientation != "average":
        s, ds = graded(a, b, min([a, *scales]), count)
        inner = over_asymmetry(change, s, T, ats.D_min, reach, count)
        cosine2 = 1 / 3 if orientation == "rms" else 1.0
        return {n: float(w(cosine2) * np.sum(ds / s * inner)) for n, w in weights.items()}
    total = dict.fromkeys(weights, 0.0)
    x, half = np.polynomial.legendre.leggauss(3)
    for low, high in ((0.0, a), (a, b)):
        s, ds = graded(low, high, min(scales) if low == 0 else min([a, *scales]), count)
        inner = over_asymmetry(change, s, T, ats.D_min, reach, count)
        # cos β = s/c, dcos β dc/c = ds dc/c² = ds dq with q = 1/c from 1/b to 1/max(a, s)
        start = np.maximum(s, a)
        length = (b - start) / (b * start)
        q = 1 / b + length[:, None] * (x + 1) / 2
        for name, weight in weights.items():
            seen = (weight((s[:, None] * q) ** 2) * half / 2).sum(axis=1) * length
            total[name] += float(np.sum(ds * seen * inner))
    return total


def over_asymmetry(change, s, T, D_min, reach=None, count=20):
    """∫ change dD/D from D_min up to D_min + reach, or to where it has fallen as D^-3."""
    low = D_min * np.ones(1, dtype=s.dtype)[0]
    finest = min(T, D_min, float(np.min(s[s > 0]))) if s.size else D_min
    finest = max(finest, D_min / 50)
    top = 1e5 * max(float(np.max(s, initial=0.0)), 60 * T, D_min) if reach is None else reach
    D, dD = graded(0.0, top, min(finest, T), count)
    D = low + D
    result = np.empty_like(s)
    for start in range(0, s.size, 100):
        part = slice(start, start + 100)
        result[part] = (change(D, s[part, None], T) * (dD / D)).sum(axis=1)
    return result


def ats_permittivity(T, B, ats, strength, orientation="average", geometries=tuple(WEIGHTS)):
    """[ε′(T, B) - ε′(T, 0)] / ε′ of Jug, Bonfanti & Kob 2016, eqs 41 and 45-51."""
    values = field_average(resonant, T, B, ats, orientation, geometries)
    return {name: strength / 2 * value for name, value in values.items()}


def ats_loss(T, B, ats, strength, Gamma, omega, orientation="average", geometries=tuple(WEIGHTS)):
    """tan δ(T, B) - tan δ(T, 0) of Jug, Bonfanti & Kob 2016, eqs 54, 55 and 61."""
    return _relaxing(1, T, B, ats, strength, omega * Gamma, orientation, geometries)


def ats_permittivity_relaxing(
    T, B, ats, strength, Gamma, omega, orientation="average", geometries=tuple(WEIGHTS)
):
    """The same for the relaxational part of ε′, with 1 in place of ωτ."""
    return _relaxing(0, T, B, ats, strength, omega * Gamma, orientation, geometries)


def _relaxing(power, T, B, ats, strength, slowness, orientation, geometries):
    change = relaxing(slowness, power)
    values = field_average(change, T, B, ats, orientation, geometries, reach=50 * T)
    return {name: strength / (4 * T) * value for name, value in values.items()}


def two_level(T, omega, strength, gamma, D0_min, D0_max, count=14):
    """Resonant and relaxational permittivity and loss, as ∫∫ dΔ dΔ0/Δ0, for an array of omega.

    In Δ0 = E sin ψ, Δ = E cos ψ the measure is dE dψ / sin ψ.  E = D0_min (1 + z²)
    below 2 D0_min keeps the end at D0_min smooth.
    """
    top = np.sqrt(min(1.0, (D0_max - D0_min) / D0_min))
    z, dz = graded(0.0, top, min(top / 4, np.sqrt(T / D0_min).item() / 2), count)
    near, dnear = D0_min * (1 + z * z), 2 * D0_min * z * dz
    far, dfar = np.empty((2, 0))
    if D0_max > 2 * D0_min:
        far, dfar = graded(2 * D0_min, D0_max, min(D0_min, T), count)
    resonant_part = relaxational = loss = 0.0
    for E, dE in zip(np.concatenate([near, far]), np.concatenate([dnear, dfar]), strict=True):
        lowest = np.arcsin(D0_min / E)
        psi, dpsi = graded(lowest, np.pi / 2, min(lowest, np.pi / 2 - lowest), count)
        sine = np.sin(psi)
        measure = dE * dpsi / sine
        thermal = np.tanh(E / (2 * T))
        resonant_part += np.sum(measure * sine**2) * thermal / E
        phase = np.asarray(omega)[..., None] * gamma * thermal / (E**3 * sine**2)
        share = measure * np.cos(psi) ** 2 * sech2(E / T)
        relaxational += np.sum(share / (1 + phase**2), axis=-1)
        loss += np.sum(share * phase / (1 + phase**2), axis=-1)
    scale = strength / (3 * T)
    resonant_part = np.broadcast_to(2 / 3 * strength * resonant_part, np.shape(omega))
    return resonant_part, scale * relaxational, scale * loss


def ats_zero_field(T, omega, strength, Gamma, D_min, count=20):
    """Resonant and relaxational permittivity without a field, ∫ dD/D (2013, eq. 14)."""
    D, dD = graded(D_min, 1e17 * (T + D_min), min(T, D_min), count)
    thermal = np.tanh(D / (2 * T))
    phase = omega * Gamma * thermal / D**5
    falling = sech2(D / T) / (1 + phase**2)
    scale = strength * D_min / 3
    return scale * np.sum(dD / D**2 * thermal), scale / (2 * T) * np.sum(dD / D * falling)


def mpmath_field_average(kind, T, B, ats, orientation, geometry="isotropic", slowness=None):
    """The average with 36 digits, for fields so weak that s is small against D_min."""
    with mpmath.workdps(36):
        T, D_min = mpmath.mpf(T), mpmath.mpf(ats.D_min)
        field = mpmath.mpf(FACTOR) * mpmath.mpf(B)
        if orientation == "rms":
            field /= mpmath.sqrt(3)
        a, b = mpmath.mpf(ats.D0_min) * field, mpmath.mpf(ats.D0_max) * field

        def system(D, s):
            E = mpmath.sqrt(D * D + s * s)
            if kind == "resonant":
                return mpmath.tanh(E / (2 * T)) / E * (1 + (s / E) ** 2)
            phase = slowness * mpmath.tanh(E / (2 * T)) / (E**3 * (s * s + D * D / 2))
            share = (D / E) ** 2 / mpmath.cosh(E / (2 * T)) ** 2 / (1 + phase**2)
            return share * (phase if kind == "loss" else 1)

        def change(D, s):
            return system(D, s) - system(D, mpmath.mpf(0))

        nodes, few = _gauss(24), _gauss(8)  # few for s: the change is s² (1 + c s²)
        span = mpmath.log((1 + 60 * T / D_min) * (10**8 if kind == "resonant" else 1))
        panels = int(span / 0.35) + 1

        def inner(s):
            total = mpmath.mpf(0)
            for k in range(panels):
                for p, q in nodes:
                    D = D_min * mpmath.exp(span * (k + p) / panels)
                    total += q * span / panels * change(D, s)
            return total

        def at(s, start):
            if orientation != "average":
                return inner(s) / s
            mean = 1 / start - 1 / b
            square = s * s * (1 / start**3 - 1 / b**3) / 3
            w0 = WEIGHTS[geometry](0)
            return inner(s) * (w0 * mean + (WEIGHTS[geometry](1) - w0) * square)

        total = mpmath.mpf(0)
        pieces = [(a, b)] if orientation != "average" else [(mpmath.mpf(0), a), (a, b)]
        for low, high in pieces:
            for p, q in few:
                s = low + (high - low) * p
                total += q * (high - low) * at(s, a if low == 0 else s)
        return float(total)


def _gauss(n):
    """Gauss nodes and weights on [0, 1], in mpmath numbers."""
    x, w = np.polynomial.legendre.leggauss(n)
    return [(mpmath.mpf(p), mpmath.mpf(q)) for p, q in zip((x + 1) / 2, w / 2, strict=True)]
