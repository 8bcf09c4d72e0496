"""Jug, Bonfanti & Kob 2016, equations 1–40: short proofs, one function an equation or a group."""

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import dblquad, quad

E, T, Delta, Delta0 = sp.symbols("E T Delta Delta_0", positive=True)
hbar, k, p0, F, t = sp.symbols("hbar k p_0 F t", positive=True)
omega, omega0, T1, T2, alpha, delta = sp.symbols("omega omega_0 T_1 T_2 alpha delta", positive=True)
S_start, S_end = sp.symbols("S_start S_end", real=True)  # S_z^0(0) and S_z^0(∞)
SX, SY, SZ = sp.Matrix([[0, 1], [1, 0]]), sp.Matrix([[0, -sp.I], [sp.I, 0]]), sp.diag(1, -1)


def test_eq_1_levels_of_a_double_well():
    """The Hamiltonian of eq. 1 has the levels ∓½√(Δ² + Δ0²), the ground state with the minus."""
    H = -sp.Matrix([[Delta, Delta0], [Delta0, -Delta]]) / 2
    gap = sp.sqrt(Delta**2 + Delta0**2)
    assert set(H.eigenvals()) == {-gap / 2, gap / 2}


def test_eq_7_phase_around_a_triangle():
    """(q/ħ)∮A·dl around a triangle is 2πΦ/Φ0 with Φ0 = h/q, wherever the triangle lies."""
    q, B, h, s = sp.symbols("q B h s", positive=True)
    corners = [sp.Matrix(sp.symbols(f"x{i} y{i}", real=True)) for i in range(3)]
    loop = 0
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        x, y = start + s * (end - start)
        dx, dy = end - start
        loop += sp.integrate(B / 2 * (x * dy - y * dx), (s, 0, 1))
    edges = sp.Matrix.hstack(corners[1] - corners[0], corners[2] - corners[0])
    flux = B * edges.det() / 2
    assert sp.expand(q / (h / (2 * sp.pi)) * loop - 2 * sp.pi * flux / (h / q)) == 0


def test_eqs_21_and_22_field_on_the_asymmetry():
    """Eq. 21 is H0 + p·F σz, and the rotation to the eigenstates of H0 makes it eq. 22."""
    H0 = -(Delta * SZ + Delta0 * SX) / 2
    H = -sp.Matrix([[Delta - 2 * p0 * F, Delta0], [Delta0, -Delta + 2 * p0 * F]]) / 2
    assert sp.expand(H - H0 - p0 * F * SZ) == sp.zeros(2)
    theta = sp.symbols("theta", positive=True)  # tan θ = Δ0/Δ
    ground = sp.Matrix([sp.cos(theta / 2), sp.sin(theta / 2)])
    excited = sp.Matrix([sp.sin(theta / 2), -sp.cos(theta / 2)])
    R = sp.Matrix.hstack(ground, excited)
    polar = {Delta: E * sp.cos(theta), Delta0: E * sp.sin(theta)}
    printed = -E / 2 * SZ + p0 * F * (sp.cos(theta) * SZ + sp.sin(theta) * SX)
    assert sp.simplify((R.T * H * R).subs(polar) - printed) == sp.zeros(2)


def precession(H):
    """Heisenberg's (i/ħ)[H, S] as a list of its components along Sx, Sy, Sz."""
    spins = [m / 2 for m in (SX, SY, SZ)]
    rates = [sp.I / hbar * (H * S - S * H) for S in spins]
    return [[sp.simplify(2 * (rate * S).trace()) for S in spins] for rate in rates]


def test_eqs_23_and_24_precession():
    """Bloch's precession is that of H = -ħγ B·S; eq. 24 then needs the opposite sign.

    With γB = -(2Δ0 pF/E, 0, E + 2Δ pF/E)/ħ the rest of the section follows: ω0 = -E/ħ and
    S_z(∞) = -½ tanh(E/2kT).  With the printed +, ω0 would be +E/ħ.
    """
    Bx, By, Bz = sp.symbols("B_x B_y B_z", real=True)  # γ̃B
    H = -hbar * (Bx * SX + By * SY + Bz * SZ) / 2
    bloch = [[0, Bz, -By], [-Bz, 0, Bx], [By, -Bx, 0]]  # rows of S × B, as eq. 23 has them
    assert precession(H) == bloch
    pF = p0 * F
    two_level = E / 2 * SZ + pF * (Delta / E * SZ + Delta0 / E * SX)
    printed = {Bx: 2 * Delta0 * pF / E / hbar, By: 0, Bz: (E + 2 * Delta * pF / E) / hbar}
    right = {component: -value for component, value in printed.items()}
    assert sp.simplify(H.subs(right) - two_level) == sp.zeros(2)
    assert sp.simplify(H.subs(printed) - two_level) != sp.zeros(2)
    assert right[Bz].subs(F, 0) == -E / hbar


def linear_bloch():
    """Eq. 23 with γ̃B = (αδ cos ωt, 0, ω0 + δ cos ωt), to first order in δ."""
    small, lam = sp.symbols("epsilon lambda", positive=True)
    Sz0, Sx1, Sy1, Sz1 = (sp.Function(n)(t) for n in ("S_z0", "S_x1", "S_y1", "S_z1"))
    Sx, Sy, Sz = small * Sx1, small * Sy1, Sz0 + small * Sz1
    Bx, Bz = small * alpha * delta * sp.cos(omega * t), omega0 + small * delta * sp.cos(omega * t)
    equilibrium = S_end + small * lam * delta * sp.cos(omega * t)
    rates = [
        -Sx / T2 + Sy * Bz,
        -Sy / T2 + Sz * Bx - Sx * Bz,
        -(Sz - equilibrium) / T1 - Sy * Bx,
    ]
    left = [sp.diff(S, t) - rate for S, rate in zip((Sx, Sy, Sz), rates, strict=True)]
    return lam, (Sz0, Sx1, Sy1, Sz1), [sp.expand(x).coeff(small, 1) for x in left]


def test_eq_25_linearised_bloch_equations():
    """Line 3 needs ω0 S_x of first order, line 4 the drive δλ cos ωt/T1; the rest is right."""
    lam, (Sz0, Sx1, Sy1, Sz1), derived = linear_bloch()
    drive = sp.cos(omega * t)
    x_printed = sp.diff(Sx1, t) - omega0 * Sy1 + Sx1 / T2
    y_right = sp.diff(Sy1, t) + omega0 * Sx1 + Sy1 / T2 - delta * alpha * Sz0 * drive
    z_right = sp.diff(Sz1, t) + Sz1 / T1 - delta * lam / T1 * drive
    z_printed = sp.diff(Sz1, t) + Sz1 / T1 - delta * alpha * Sz0 * drive
    right = [x_printed, y_right, z_right]
    assert [sp.expand(a - b) for a, b in zip(derived, right, strict=True)] == [0, 0, 0]
    assert sp.expand(derived[1] - y_right.subs(Sx1, 0)) != 0  # S_x^0 vanishes
    assert sp.expand(derived[2] - z_printed) != 0


def test_eq_25_susceptibility_lambda():
    """λ = ħ[1 - 4 S_z(∞)²]/4kT is the first-order change of ½ tanh(ħγ̃B_z/2kT) with γ̃B_z."""
    thermal = sp.tanh(hbar * omega0 / (2 * k * T)) / 2
    lam = hbar * (1 - 4 * thermal**2) / (4 * k * T)
    assert sp.simplify((sp.diff(thermal, omega0) - lam).rewrite(sp.exp)) == 0


def test_eqs_26_and_27_their_solutions():
    """Eq. 26 is line 2 plus i times line 3 of the right eq. 25; eq. 27 solves it term by term."""
    lam, (Sz0, Sx1, Sy1, Sz1), derived = linear_bloch()
    S_plus, drive = Sx1 + sp.I * Sy1, sp.cos(omega * t)
    W = omega0 - sp.I / T2
    eq_26 = sp.diff(S_plus, t) + sp.I * W * S_plus - sp.I * alpha * delta * Sz0 * drive
    assert sp.expand(derived[0] + sp.I * derived[1] - eq_26) == 0

    decay = sp.exp(-t / T1)
    z_zero = S_end + (S_start - S_end) * decay
    assert sp.simplify(sp.diff(z_zero, t) + (z_zero - S_end) / T1) == 0
    z_one = delta * lam / (1 + T1**2 * omega**2) * (drive + T1 * omega * sp.sin(omega * t))
    assert sp.simplify(derived[2].subs(Sy1, 0).subs(Sz1, z_one).doit()) == 0

    def response(W):
        return delta * alpha * (W * drive - sp.I * omega * sp.sin(omega * t)) / (W**2 - omega**2)

    plus = response(W) * S_end + response(W + sp.I / T1) * (S_start - S_end) * decay
    left = sp.diff(plus, t) + sp.I * W * plus - sp.I * alpha * delta * z_zero * drive
    assert sp.simplify(left) == 0


def test_eq_28_dipole_moment():
    """p∥ is -∂H/∂F for a field at the angle θ to the dipole, with 2S for the Pauli matrices."""
    theta = sp.symbols("theta", real=True)
    H = E / 2 * SZ + p0 * F * sp.cos(theta) * (Delta / E * SZ + Delta0 / E * SX)
    S_plus = SX / 2 + sp.I * SY / 2
    bracket = 2 * Delta * (SZ / 2) / E + Delta0 * (S_plus + S_plus.H) / E
    assert sp.simplify(-sp.diff(H, F) + p0 * sp.cos(theta) * bracket) == sp.zeros(2)


def quadratures(oscillation):
    """Coefficients of cos ωt and sin ωt."""
    return oscillation.subs(t, 0), oscillation.subs(t, sp.pi / (2 * omega))


def test_eq_29_resonant_response():
    """Eqs 27 and 28 give eq. 29, if its ω0 is taken as +E/ħ (above it stands for -E/ħ)."""
    theta, T12 = sp.symbols("theta T_12", positive=True)
    scale = p0**2 * sp.cos(theta) ** 2 / hbar * (Delta0 / E) ** 2
    amplitude = -(2 * Delta0 / (hbar * E)) * p0 * sp.cos(theta)  # αδ per unit of the field

    def moment(rate, Sz):  # -p0 cos θ Δ0/E (S⁺ + S⁻), with ω0 = -E/ħ written as -omega0
        W = -omega0 - sp.I * rate
        plus = (W * sp.cos(omega * t) - sp.I * omega * sp.sin(omega * t)) / (W**2 - omega**2)
        both = sp.expand_complex(plus) + sp.conjugate(sp.expand_complex(plus))
        return -p0 * sp.cos(theta) * Delta0 / E * amplitude * Sz * both

    def printed(time):
        up, down = omega0 + omega, omega0 - omega
        real = sum(w * time**2 / (1 + w**2 * time**2) for w in (up, down))
        loss = time / (1 + down**2 * time**2) - time / (1 + up**2 * time**2)
        return real, loss

    thermal = sp.symbols("t_h", positive=True)  # tanh(E/2kT), so that S_z(∞) = -t_h/2
    for time, Sz, factor in [
        (T2, -thermal / 2, thermal),
        (T12, S_start + thermal / 2, -(2 * S_start + thermal)),
    ]:
        for derived, shown in zip(quadratures(moment(1 / time, Sz)), printed(time), strict=True):
            assert sp.simplify(derived - scale * factor * shown) == 0


def test_eqs_30_and_31_relaxation():
    """S_z of eq. 27 in eq. 28 gives eq. 30, the two parts of ε_REL/(1 + iωτ) in eq. 31."""
    theta = sp.symbols("theta", positive=True)
    sech = 1 / sp.cosh(E / (2 * k * T))
    lam = hbar * sech**2 / (4 * k * T)
    amplitude = -(2 * Delta / (hbar * E)) * p0 * sp.cos(theta)
    Sz = amplitude * lam * (sp.cos(omega * t) + T1 * omega * sp.sin(omega * t))
    Sz /= 1 + T1**2 * omega**2
    real, loss = quadratures(-p0 * sp.cos(theta) * 2 * Delta / E * Sz)
    static = p0**2 * sp.cos(theta) ** 2 / (k * T) * (Delta / E) ** 2 * sech**2
    assert sp.simplify(real - static / (1 + T1**2 * omega**2)) == 0
    assert sp.simplify(loss - static * T1 * omega / (1 + T1**2 * omega**2)) == 0
    assert sp.simplify(real - sp.I * loss - static / (1 + sp.I * omega * T1)) == 0


def test_eqs_32_to_34_averages_of_one_system():
    """At low frequency and with cos²θ → 1/3, eqs 29 and 30 become 32 and 33; 34 lacks ωτ."""
    x = sp.symbols("x", real=True)
    third = sp.integrate(x**2, (x, -1, 1)) / 2
    up, down = omega0 + omega, omega0 - omega
    bracket = sum(sp.limit(w * T2**2 / (1 + w**2 * T2**2), T2, sp.oo) for w in (up, down))
    static = bracket.subs(omega, 0).subs(omega0, E / hbar)
    resonant = third * p0**2 / hbar * (Delta0 / E) ** 2 * static
    assert sp.simplify(resonant - sp.Rational(2, 3) * p0**2 * Delta0**2 / E**3) == 0
    relaxing = third * p0**2 / (k * T) * (Delta / E) ** 2  # times sech² and the Debye factor
    assert relaxing == p0**2 * Delta**2 / (3 * k * T * E**2)
    tau = sp.symbols("tau", positive=True)
    loss = -sp.im(sp.expand_complex(1 / (1 + sp.I * omega * tau)))
    assert sp.simplify(loss - omega * tau / (1 + omega**2 * tau**2)) == 0
    assert sp.limit(loss, omega, 0) == 0
    assert sp.limit(1 / (1 + omega**2 * tau**2), omega, 0) == 1  # printed: loss without motion


KT, GAMMA, W, LEAST, MOST = 0.2, 1e-5, 40.0, 0.02, 3.0
"""Temperature (K), γ (s K³), ω (1/s) and cutoffs of Δ0 and E (K) of the numerical checks."""


def relaxation_time(gap, tunneling):
    """Eq. 39 as γ tanh(E/2kT)/(Δ0² E)."""
    return GAMMA * np.tanh(gap / (2 * KT)) / (tunneling**2 * gap)


def over_the_distribution(function):
    """∫dE ∫dΔ0 of f(E, Δ0) with the density 1/Δ0 for Δ ≥ 0: P̄ = 1; Δ0 = E sin w."""

    def integrand(w, gap):
        return function(gap, gap * np.sin(w)) / np.sin(w)

    return dblquad(integrand, LEAST, MOST, lambda e: np.arcsin(LEAST / e), np.pi / 2)[0]


def printed_relaxation(prefactor, debye):
    """The double integral of eq. 35 for ε' or tan δ, with τ = τ_min/s²."""

    def inner(gap):
        fastest = relaxation_time(gap, gap)

        def integrand(s):
            return 2 / s * np.sqrt(1 - s**2) * debye(W * fastest / s**2)

        return quad(integrand, LEAST / gap, 1)[0] / np.cosh(gap / (2 * KT)) ** 2

    return prefactor / KT * quad(inner, LEAST, MOST, limit=200)[0]


def test_eq_35_averages_over_the_two_level_systems():
    """Summed over P̄/Δ0: RES has 2/3 as printed, the relaxation of ε' and tan δ 1/6, not 1/3."""
    resonant = over_the_distribution(lambda e, d: 2 / 3 * d**2 / e**3 * np.tanh(e / (2 * KT)))
    printed = quad(
        lambda e: 2 / 3 / e * np.tanh(e / (2 * KT)) * np.sqrt(1 - (LEAST / e) ** 2), LEAST, MOST
    )[0]
    assert resonant == pytest.approx(printed, rel=1e-7)

    for debye in (lambda x: 1 / (1 + x**2), lambda x: x / (1 + x**2)):

        def one(e, d, debye=debye):
            thermal = (1 - (d / e) ** 2) / (3 * KT) / np.cosh(e / (2 * KT)) ** 2
            return thermal * debye(W * relaxation_time(e, d))

        summed = over_the_distribution(one)
        assert summed == pytest.approx(printed_relaxation(1 / 6, debye), rel=1e-6)
        assert printed_relaxation(1 / 3, debye) == pytest.approx(2 * summed, rel=1e-6)


def test_eq_36_logarithm_of_the_resonant_part():
    """With Δ0min → 0, dε'/d ln T = -(2/3) tanh(E_max/2kT): the slope -2/3, but not yet 0 at
    the printed limit T = Δ0max/2k, where it is still 76 % of it."""
    x, limit = sp.symbols("x E_max", positive=True)
    # ∫_0^{E_max} dE/E tanh(E/2kT) = ∫_0^{E_max/2kT} dx/x tanh x, differentiated at its limit
    upper = limit / (2 * k * T)
    slope = (sp.tanh(x) / x).subs(x, upper) * sp.diff(upper, T) * T
    assert sp.simplify(slope + sp.tanh(upper)) == 0
    assert float(sp.tanh(1)) == pytest.approx(0.76, abs=0.002)


def relaxation_slope(w):
    """Slope d/d ln T of the relaxation in P̄p0²/(ε0εr), Δ0min → 0; w = ωγ/(kT)³.

    The integral of eq. 35 over u = E/kT with τ_min = γ tanh(u/2)/u³: a function of w alone.
    """

    def relaxation(w):
        def inner(u):
            c = (w * np.tanh(u / 2) / u**3) ** 2
            # ∫_0^1 dy √(1-y) y/(y² + c), y = τ_min/τ = z²
            part = quad(lambda z: 2 * z**3 * np.sqrt(1 - z**2) / (z**4 + c), 0, 1, limit=200)[0]
            return part / np.cosh(u / 2) ** 2

        return quad(inner, 0, 60, limit=200)[0] / 6

    step = 0.05
    return -3 * (relaxation(w * np.exp(step)) - relaxation(w * np.exp(-step))) / (2 * step)


def test_eq_37_slope_of_the_relaxation():
    """For ωτ_min ≪ 1 the relaxation alone rises with the slope 1, not 1/3; 1/3 is the sum."""
    slope = relaxation_slope(1e-4)
    assert slope == pytest.approx(1, abs=0.02)
    assert slope - 2 / 3 == pytest.approx(1 / 3, abs=0.02)
    assert 1 / 3 - 2 / 3 < 0  # printed: the sum would fall for ever, without a minimum
    assert relaxation_slope(1e3) < 0.01  # ωτ_min ≫ 1: no contribution, as printed


def test_eq_38_crossover_temperature():
    """ωτ = 1 at E = Δ0 = kT means (kT0)³ = ωγ tanh ½; eq. 38 has ωγ/2, 2.7 % more in T0."""
    gamma, e = sp.symbols("gamma e", positive=True)
    tau = gamma * sp.tanh(E / (2 * k * T)) / (Delta0**2 * E)
    thermal = tau.subs({Delta0: e, E: e, T: e / k})
    exact = sp.solve(omega * thermal - 1, e)[0]
    printed = (omega * gamma / 2) ** sp.Rational(1, 3)
    assert float(sp.simplify(printed / exact)) == pytest.approx(1.027, abs=0.0005)
    assert sp.limit(tau, Delta0, 0) == sp.oo  # E = Δ, as printed, never relaxes


def test_eq_39_one_phonon_rate():
    """The golden rule with H = γ_s e σz for a strain e: emission plus absorption give eq. 39."""
    v, rho, coupling, q = sp.symbols("v rho gamma_s q", positive=True)
    occupied = 1 / (sp.exp(E / (k * T)) - 1)
    strain_squared = q**2 * hbar / (2 * rho * v * q)  # q² times the zero-point amplitude, V = 1
    modes = q**2 / (2 * sp.pi**2) / (hbar * v)  # states per unit of energy at ħvq = E
    element = (coupling * Delta0 / E) ** 2 * strain_squared
    down_and_up = 2 * sp.pi / hbar * element * modes * (2 * occupied + 1)
    rate = down_and_up.subs(q, E / (hbar * v))
    printed = coupling**2 / v**5 * Delta0**2 * E / (2 * sp.pi * rho * hbar**4)
    printed *= sp.coth(E / (2 * k * T))
    assert sp.simplify((rate / printed).rewrite(sp.exp)) == 1


def test_eq_40_distribution_of_relaxation_times():
    """P̄ dΔ dΔ0/Δ0 for Δ ≥ 0, written in E and τ, is P̄/(2τ√(1 - τ_min/τ))."""
    tau, fastest = sp.symbols("tau tau_min", positive=True)
    tunneling = E * sp.sqrt(fastest / tau)  # at fixed E, τ = τ_min E²/Δ0²
    asymmetry = sp.sqrt(E**2 - tunneling**2)
    # at fixed Δ0, dΔ = E dE/Δ; at fixed E, dΔ0/Δ0 = -dτ/2τ
    density = E / asymmetry * (-sp.diff(tunneling, tau) / tunneling)
    assert sp.simplify(density - 1 / (2 * tau * sp.sqrt(1 - fastest / tau))) == 0
