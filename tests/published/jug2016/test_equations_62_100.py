"""Proofs of eqs 62–100 of Jug, Bonfanti & Kob 2016: echoes, magnetization, iron."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from scipy import constants
from scipy.integrate import quad

import etm


def test_62_powers_of_the_energy():
    """Distribution, dipole and cubed Rabi frequency give E⁻⁴ in all; as printed it is E⁻²."""
    P, D0, p, F, y, E, hbar, Omega_G = sp.symbols("P Delta0 p0 F0 y E hbar Omega_G", positive=True)
    distribution = P / D0
    dipole = p * y * D0 / E
    rabi = D0 * p * F * y / (hbar * E)
    derived = distribution * dipole * (rabi / Omega_G) ** 3
    corrected = P * D0**3 * F**3 * p**4 / (hbar**3 * E**3) * y**4 / (E * Omega_G**3)
    printed = P * D0**3 * F**3 * p**4 / (hbar**3 * E) * y**4 / (E * Omega_G**3)
    assert sp.simplify(derived - corrected) == 0
    assert sp.simplify(printed / derived) == E**2


def pulse(rabi, detuning, duration, phase=0.0):
    """Rotation of (upper, lower) by a pulse -ħΩ cos(ωt + phase) σx, resonant terms only."""
    turn = np.hypot(rabi, detuning)
    drive = -rabi * np.exp(-1j * phase)
    axis = np.array([[detuning, drive], [np.conj(drive), -detuning]]) / turn
    angle = turn * duration / 2
    return np.cos(angle) * np.eye(2) - 1j * np.sin(angle) * axis


def echo(rabi, detuning, durations, wait, after, phases=(0.0, 0.0), drift=(0.0, 0.0)):
    """Coherence (upper, lower) of the echo, in the rotating frame, for tanh(E/2T) = 1.

    Only what is turned over by the second pulse is kept: the rest has dephased.
    """
    start = np.diag([0.0, 1.0])
    first, second = (pulse(rabi, detuning, d, p) for d, p in zip(durations, phases, strict=True))
    rho = first @ start @ first.conj().T
    conjugate = rho[1, 0] * np.exp(1j * (detuning + drift[0]) * wait)
    turned = second @ np.array([[0, 0], [conjugate, 0]]) @ second.conj().T
    return turned[0, 1] * np.exp(-1j * (detuning + drift[1]) * after)


CASES = [(1.3, 0.4, (0.7, 1.9)), (0.8, -1.1, (1.5, 2.2)), (2.0, 0.0, (0.6, 0.9))]


@pytest.mark.parametrize(("rabi", "z", "durations"), CASES)
def test_62_63_echo_of_two_pulses(rabi, z, durations):
    """Eqs 62–63, with Ω_G in the bracket, are the echo of a two-level system after two pulses."""
    wait, after, omega = 40.0, 41.7, 300.0
    total = sum(durations) + wait + after
    mean_delay = (sum(durations) + 2 * wait) / 2
    simulated = 2 * np.real(echo(rabi, z, durations, wait, after) * np.exp(-1j * omega * total))
    turn = np.hypot(rabi, z)

    def formula(bracket):
        refocused = np.exp(1j * omega * total + 1j * z * (total - 2 * mean_delay))
        shape = np.sin(turn * durations[1] / 2) ** 2 * (
            np.sin(turn * durations[0]) - 2j * z / bracket * np.sin(turn * durations[0] / 2) ** 2
        )
        return (rabi / turn) ** 3 * np.imag(refocused * shape)

    # the sign: right after a weak pulse the dipoles lag behind the field, and so does the echo
    assert simulated == pytest.approx(-formula(turn), rel=1e-10)
    if z:
        assert abs(simulated / formula(rabi) + 1) > 1e-3


def test_64_65_drift_of_the_gap():
    """A gap that drifts by Δω before and after the second pulse adds exp(-i∫Δω s dt) to eq. 63."""
    rabi, z, durations, wait, after = 1.3, 0.4, (0.7, 1.9), 40.0, 41.7
    before, later = 0.031, -0.017
    still = echo(rabi, z, durations, wait, after)
    moving = echo(rabi, z, durations, wait, after, drift=(before, later))
    integral = before * wait - later * after  # ∫ Δω s dt with s = +1, then -1
    # eq. 62 takes the imaginary part of e^{iωt}: the conjugate of the coherence
    np.testing.assert_allclose(np.conj(moving / still), np.exp(-1j * integral), rtol=1e-12)
    assert abs(np.conj(moving / still) - np.exp(1j * integral)) > 0.1


@pytest.mark.parametrize("restarted", [True, False])
def test_66_74_phase_of_the_echo(restarted):
    """At its centre the echo has the phase ωΔτ if each pulse restarts the carrier, else 2ωτ̄12."""
    rabi, z, durations, wait, omega = 1.3, 0.4, (0.7, 1.9), 40.0, 300.0
    second_start = durations[0] + wait
    phases = (0.0, -omega * second_start if restarted else 0.0)
    centre = sum(durations) + 2 * wait
    signal = np.conj(echo(rabi, z, durations, wait, wait, phases) * np.exp(-1j * omega * centre))
    reference = np.conj(echo(rabi, z, durations, wait, wait))
    angle = omega * (durations[1] - durations[0]) if restarted else omega * centre
    np.testing.assert_allclose(signal / reference, np.exp(1j * angle), rtol=1e-9)
    # eq. 66 is then Im(e^{iωΔτ} X) with ℘+ = Im X and ℘- = -Re X
    split = reference.imag * np.cos(angle) + reference.real * np.sin(angle)
    assert signal.imag == pytest.approx(split, rel=1e-9)
    if restarted:
        assert abs(np.exp(1j * angle) - np.exp(1j * omega * centre)) > 0.1


def test_68_69_matrix_element():
    """S H S⁻¹ is diagonal, and its element 01 under a field is Σ -p_k·F S_0k S*_1k."""
    rng = np.random.default_rng(68)
    E = etm.wells.asymmetries_from_polar(0.2, 0.7)
    H = etm.wells.three_well(E, 1.0, 0.3)
    energies, vectors = np.linalg.eigh(H)
    S = vectors.conj().T
    shift = -rng.normal(size=3)
    transformed = S @ (H + np.diag(shift)) @ np.linalg.inv(S)
    still = S @ H @ np.linalg.inv(S)
    np.testing.assert_allclose(still, np.diag(energies), atol=1e-13)
    element = sum(shift[k] * S[0, k] * np.conj(S[1, k]) for k in range(3))
    assert transformed[0, 1] == pytest.approx(element, abs=1e-13)
    assert transformed[1, 0] == pytest.approx(np.conj(element), abs=1e-13)


def test_72_rabi_frequency():
    """Averaged over directions |A01|² is p²F²(D0²φ² + D²/2)/6E²; with 5/6 it would be too large."""
    corners = 2 * np.pi / 3 * np.arange(3)
    places = np.stack([np.cos(corners), np.sin(corners)])  # dipoles p_k, |p_k| = 1
    D, phase = 1e-4, 2e-4  # in units of the rescaled D0
    mean = 0.0
    angles = 2 * np.pi * (np.arange(12) + 0.3) / 12
    for angle in angles:
        E = etm.wells.asymmetries_from_polar(D, angle)
        _, v = np.linalg.eigh(etm.wells.three_well(E, np.sqrt(0.75), phase))
        dipole = places @ (v[:, 0].conj() * v[:, 1])
        mean += np.sum(np.abs(dipole) ** 2) / 3 / angles.size  # field direction: 1/3 each
    gap2 = D**2 + phase**2
    assert mean == pytest.approx((phase**2 + D**2 / 2) / (6 * gap2), rel=2e-4)
    assert (phase**2 + 5 * D**2 / 6) / (6 * gap2) / mean == pytest.approx(1.074, abs=1e-3)


def test_75_76_the_delta_function():
    """The integral over D0 leaves dE/E dD/D E²/(E² - D²) between D1 and D2, as in 2018, eq. 31."""
    D_min, a, b = 0.3, 0.2, 0.9  # D_min, D0min φ, D0max φ

    def weight(E, D):
        return np.exp(-E) / (1 + D**2)

    def plain(D):  # f = D0 φ, uniform in ln f
        return quad(lambda f: weight(np.hypot(D, f), D) / f, a, b)[0] / D

    direct = quad(plain, D_min, np.inf)[0]

    def at_gap(E):
        low = max(D_min, np.sqrt(max(E**2 - b**2, 0)))
        high = np.sqrt(E**2 - a**2)
        return quad(lambda D: weight(E, D) / D * E**2 / (E**2 - D**2), low, high)[0] / E

    first, second = np.hypot(D_min, a), np.hypot(D_min, b)
    reduced = quad(at_gap, first, second)[0] + quad(at_gap, second, np.inf)[0]
    assert reduced == pytest.approx(direct, rel=1e-7)
    # the factor: 2πP* (ħ/F0) Ω_R⁴/Ω_G³ = (4πħ²P*/F0) Ω_R² σ with σ = Ω_R²/2ħΩ_G³
    hbar, P, F, R, G = sp.symbols("hbar P F R G", positive=True)
    sigma = R**2 / (2 * hbar * G**3)
    assert sp.simplify(2 * sp.pi * P * hbar / F * R**4 / G**3 / (R**2 * sigma)) == (
        4 * sp.pi * hbar**2 * P / F
    )


@pytest.mark.parametrize(("rabi", "z", "durations"), CASES[:2])
def test_77_echo_functions(rabi, z, durations):
    """At the centre the two quadratures of the echo are S and C, if C carries 1/Ω_G."""
    turn = np.hypot(rabi, z)
    coherence = np.conj(echo(rabi, z, durations, 40.0, 40.0))
    found = -2j * coherence / (rabi / turn) ** 3  # S + iC, by eq. 62 and its sign
    first, second = (np.sin(turn * d / 2) for d in durations)
    S = np.sin(turn * durations[0]) * second**2
    C, printed = (-2 * z / frequency * first**2 * second**2 for frequency in (turn, rabi))
    assert found == pytest.approx(S + 1j * C, abs=1e-12)
    assert abs(found.imag - printed) > 1e-3


def test_77_81_82_delimiters():
    """σ(E) and χ(E) have the integral 1 over E, and σ → 1/2ħΩ_R at resonance."""
    hbar, R, w = sp.symbols("hbar Omega_R w", positive=True)
    z = sp.symbols("z", real=True)  # ω0 - ω, and dE = ħ dz
    sigma = R**2 / (2 * hbar * (R**2 + z**2) ** sp.Rational(3, 2))
    primitive = z / (2 * sp.sqrt(R**2 + z**2))
    assert sp.simplify(hbar * sigma - sp.diff(primitive, z)) == 0
    assert sp.limit(primitive, z, sp.oo) - sp.limit(primitive, z, -sp.oo) == 1
    chi = w / (sp.pi * hbar * (w**2 + z**2))
    assert sp.simplify(sp.integrate(hbar * chi, (z, -sp.oo, sp.oo))) == 1
    assert sigma.subs(z, 0) == 1 / (2 * hbar * R)
    # at a tenth of Ω_R it has lost 1.5 per cent
    assert float((sigma * 2 * hbar * R).subs(z, R / 10)) == pytest.approx(0.985, abs=2e-4)


def test_84_weak_field():
    """The logarithm is right; the moving edge, which eq. 84 leaves out, is of the order kept."""
    D, E, a, b = sp.symbols("D E a b", positive=True)
    primitive = sp.log(D**2 / (E**2 - D**2)) / 2
    assert sp.simplify(sp.diff(primitive, D) - E**2 / (D * (E**2 - D**2))) == 0
    limits = [primitive.subs(D, sp.sqrt(E**2 - f**2)) for f in (a, b)]
    stated = sp.log(b**2 / a**2 * (E**2 - a**2) / (E**2 - b**2)) / 2
    assert sp.simplify(sp.expand_log(limits[0] - limits[1] - stated, force=True)) == 0

    mp.mp.dps = 25
    low, high, D_min = mp.mpf("1e-3"), mp.mpf("3e-3"), mp.mpf(1)
    first, second = mp.hypot(D_min, low), mp.hypot(D_min, high)

    def h(E):  # any smooth weight
        return mp.exp(-E)

    def below(E):
        return mp.log((E**2 - low**2) * (E**2 - D_min**2) / (low * D_min) ** 2) / 2

    def above(E):
        return mp.log((high / low) ** 2 * (E**2 - low**2) / (E**2 - high**2)) / 2

    exact = mp.quad(lambda E: h(E) * below(E), [first, second])
    exact += mp.quad(lambda E: h(E) * above(E), [second, 1.01, 2, 60])
    as_printed = mp.quad(lambda E: h(E) * above(E), [D_min, second, 1.01, 2, 60])
    missing = -(high**2 - low**2) / 2 * h(D_min) / (2 * D_min)
    assert float((exact - as_printed) / missing) == pytest.approx(1, abs=1e-3)


def test_84_edge_near_resonance():
    """With the numbers of Fig. 20 the moving edge is a thousand times what eq. 84 keeps."""
    omega, offset, w = 2 * np.pi * 887.0, 0.6, 1.0  # 1/µs, ħ = 1

    def h(x):  # x = E - ω, waiting time 1 µs
        return w / (w**2 + x**2) * np.cos(2 * x) / (omega + x)

    kept = quad(lambda x: h(x) / (omega + x) ** 2, -offset, 200, limit=800)[0]
    edge = -h(-offset) / (2 * (omega - offset))
    assert -4000 < edge / kept < -400


def test_85_constant_population():
    """With the numbers of Fig. 20, tanh(E/2kT)/E may be taken out: it changes 85 by under 0.1 %."""
    omega, offset, tau, T = 2 * np.pi * 887.0, 0.6, 1.0, 13.5e-3  # 1/µs, 1/µs, µs, K
    resonance = constants.hbar / constants.k * omega * 1e6  # K

    def integral(weight, wait):
        def lorentzian(x):
            return weight(x) / (1 / tau**2 + x**2) / tau / np.pi

        return sum(
            quad(lorentzian, low, high, weight="cos", wvar=2 * wait, limit=200)[0]
            for low, high in ((-offset, 5.0), (5.0, 50.0), (50.0, 500.0))
        )

    def slow(x):
        E = resonance * (1 + x / omega)
        return np.tanh(E / (2 * T)) / E / (np.tanh(resonance / (2 * T)) / resonance)

    for wait in (0.5, 1.0, 2.0):
        assert integral(slow, wait) / integral(np.ones_like, wait) == pytest.approx(1, abs=1e-3)


def bracket(Ei, first, second, a, b):
    """The imaginary part in eqs 86 and 87, for either exponential integral."""
    left = mp.exp(-a) / (2 * a) * Ei(mp.mpc(first, b))
    return mp.im(left - mp.exp(a) / (2 * a) * Ei(mp.mpc(second, b)))


def test_86_the_integral():
    """∫₀ᵇ cos x/(x² + a²) dx is right as printed if Ei is ∫_z^∞ dt e^-t/t, usually called E1.

    With the Ei of most libraries the arguments change places and the first term is πe^a/2a.
    """
    mp.mp.dps = 20
    for a, b in ((2, 5), (mp.mpf("0.7"), 3), (3, 20)):
        direct = mp.quad(lambda x, a=a: mp.cos(x) / (x**2 + a**2), mp.linspace(0, b, 9))
        first = mp.pi / (2 * a) * mp.exp(-a)
        assert abs(first + bracket(mp.e1, -a, a, a, b) - direct) < 1e-15
        exchanged = mp.pi / (2 * a) * mp.exp(a) + bracket(mp.ei, a, -a, a, b)
        assert abs(exchanged - direct) < 1e-15
        assert abs(first + bracket(mp.ei, -a, a, a, b) - direct) > 0.8


def test_87_88_lost_factor():
    """Eq. 85 in x = 2(ω0 - ω)τ12 is (a/π)∫ cos x/(x² + a²) from -b: eq. 87 has lost this a."""
    mp.mp.dps = 30
    tau, offset = mp.mpf(1), mp.mpf("0.6")  # τ_φ and ω - D_min/ħ, as in Fig. 20
    for wait in (mp.mpf("0.5"), mp.mpf(2), mp.mpf(6)):
        a, b = 2 * wait / tau, 2 * wait * offset

        def lorentzian(x, wait=wait):
            return mp.cos(2 * x * wait) / tau / (mp.pi * (tau**-2 + x**2))

        # over the whole axis the Lorentzian gives e^-a; below the resonance it ends at -offset
        eq85 = mp.exp(-a) / 2 + mp.quad(lorentzian, mp.linspace(0, offset, 5))
        oscillating = mp.pi / (2 * a) * mp.exp(-a) + bracket(mp.e1, -a, a, a, b)
        with_factor = mp.exp(-a) / 2 + a / mp.pi * oscillating
        assert abs(with_factor - eq85) < 1e-12
    whole = 2 * quad(lambda x: 1 / (1 + x**2) / np.pi, 0, np.inf, weight="cos", wvar=1.4)[0]
    assert whole == pytest.approx(np.exp(-1.4), abs=1e-8)  # no τ_φ/τ12 in front of it


BOHR_MAGNETON = etm.units.BOHR_MAGNETON_IN_KELVIN


def test_89_magnetic_moment():
    """Eq. 89 is the slope of E/2 in strong fields; with Table 4 it is 0.56 to 3.03 Bohr magnetons."""
    D, D0, B, phi_per_B = sp.symbols("D D_0 B f", positive=True)
    moment = sp.diff(sp.sqrt(D**2 + D0**2 * phi_per_B**2 * B**2) / 2, B)
    assert sp.limit(moment, B, sp.oo) == D0 * phi_per_B / 2  # = π D0 S|q/e|/φ0
    table = etm.tables.read("jug2016_table4")
    cutoffs = np.array([table["D0_min_K_A2"].min(), table["D0_max_K_A2"].max()])
    moments = np.pi * cutoffs / etm.units.FLUX_QUANTUM / BOHR_MAGNETON
    np.testing.assert_allclose(moments, [0.564, 3.031], atol=1e-3)
    np.testing.assert_allclose(np.array([3.8, 27.1]) / moments, [6.7, 8.9], atol=0.05)
    # no table of the paper reaches the printed range: it would need these D0 S|q/e|
    needed = np.array([3.8, 27.1]) * BOHR_MAGNETON * etm.units.FLUX_QUANTUM / np.pi
    np.testing.assert_allclose(needed, [3.36e5, 2.396e6], rtol=2e-3)


def test_90_91_92_langevin():
    """From ln Z of 2J + 1 Zeeman levels follow the Brillouin function and Curie's law."""
    z, J = sp.symbols("z J", positive=True)
    log_Z = sp.log(sp.sinh((2 * J + 1) * z / (2 * J))) - sp.log(sp.sinh(z / (2 * J)))
    brillouin = (2 * J + 1) / (2 * J) * sp.coth((2 * J + 1) * z / (2 * J)) - sp.coth(
        z / (2 * J)
    ) / (2 * J)
    # M = kT ∂lnZ/∂B with z = gμBBJ/kT
    assert sp.simplify((sp.diff(log_Z, z) - brillouin).rewrite(sp.exp)) == 0
    slope = sp.series(brillouin, z, 0, 2).removeO().coeff(z)
    assert sp.simplify(slope - (J + 1) / (3 * J)) == 0  # hence J · slope · J = J(J+1)/3
    m = np.arange(-2, 3)
    weight = np.exp(m * 0.7 / 2)
    direct = np.sum(weight * m) / weight.sum() / 2
    assert float(brillouin.subs({J: 2, z: 0.7})) == pytest.approx(direct, rel=1e-12)


DURAN = etm.ATS(D_min=0.32, D0_min=5.30e4, D0_max=2.50e5, density=1.0)


def as_in_eq_93(T, B, ats, prefactor):
    """Eq. 93 with a free prefactor, loops facing the field; in K/T per P* n k_B."""
    a, b = ats.field_energies(B, "parallel")
    first, second = np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)
    low = quad(lambda E: np.tanh(E / (2 * T)) * np.log((E**2 - a**2) / ats.D_min**2), first, second)
    high = quad(
        lambda y: (
            np.tanh(np.sqrt(y**2 + second**2) / (2 * T))
            * np.log1p((b**2 - a**2) / (y**2 + ats.D_min**2))
            * y
            / np.sqrt(y**2 + second**2)
        ),
        0,
        np.inf,
        limit=200,
    )
    return prefactor / B * (low[0] + high[0])


def over_the_gaps(function, B, ats, top):
    """Sum of a function of the gap over the density of states, up to a fixed gap."""
    a, b = ats.field_energies(B, "parallel")
    first, second = np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)
    marks = [first, second, 3 * second, 20 * second, top]
    return sum(
        quad(
            lambda E: function(E) * ats.gap_density(E, B, "parallel"),
            low,
            high,
            epsabs=1e-12,
            epsrel=1e-12,
            limit=200,
        )[0]
        for low, high in zip(marks[:-1], marks[1:], strict=True)
    )


def test_93_from_the_free_energy():
    """∂M/∂T = ∂S/∂B holds for the prefactor π/2; with the printed π it fails by a factor 2."""
    T, B, dT, dB = 1.23, 0.7, 1e-3, 1e-3

    def entropy(field):
        def of_gap(E):
            x = E / (2 * T)
            return np.logaddexp(x, -x) - x * np.tanh(x)

        return over_the_gaps(of_gap, field, DURAN, 60.0)

    slope_of_S = (entropy(B + dB) - entropy(B - dB)) / (2 * dB)
    for prefactor, factor in ((np.pi / 2, 1.0), (np.pi, 2.0)):
        warmer, colder = (as_in_eq_93(T + s * dT, B, DURAN, prefactor) for s in (1, -1))
        slope_of_M = (warmer - colder) / (2 * dT)
        assert slope_of_M / slope_of_S == pytest.approx(factor, rel=1e-5)


def test_93_94_by_pieces():
    """-∂F/∂B of one system, summed over D and D0, gives half of eqs 93 and 94 as printed."""
    T, B = 1.23, 0.7
    a, b = DURAN.field_energies(B, "parallel")

    def moment(f, D):  # ½ tanh(E/2T) ∂E/∂B with ∂E/∂B = f²/EB and f = D0 φ
        E = np.hypot(D, f)
        return 0.5 * np.tanh(E / (2 * T)) * f**2 / (E * B)

    def over_D(f):
        return quad(lambda u: moment(f, np.exp(u)), np.log(DURAN.D_min), 30, limit=200)[0]

    direct = 2 * np.pi * quad(lambda f: over_D(f) / f, a, b)[0]
    assert as_in_eq_93(T, B, DURAN, np.pi / 2) == pytest.approx(direct, rel=1e-6)
    assert as_in_eq_93(T, B, DURAN, np.pi) == pytest.approx(2 * direct, rel=1e-6)
    # eq. 94: with E = 2Ty the integral gains 2T, and the prefactor π/2 becomes πT,
    # which is eq. 93 at T = 1/2 with all energies divided by 2T
    scaled = as_in_eq_93(0.5, B, etm.ATS(0.32 / 2 / T, 5.3e4 / 2 / T, 2.5e5 / 2 / T, 1.0), np.pi)
    assert scaled * T == pytest.approx(direct, rel=1e-6)


def test_95_prefactor_in_stronger_fields():
    """With the gap of eq. 95 the prefactor 1/B gains (1 - 2φ²/27)/(1 - φ²/27), not a square root."""
    D, D0, phi, B = sp.symbols("D D_0 phi B", positive=True)
    f = phi**2 * (1 - phi**2 / 27)
    E = sp.sqrt(D**2 + D0**2 * f)
    dE_dB = sp.diff(E, phi) * phi / B
    stated = D0**2 * f / (E * B) * (1 - 2 * phi**2 / 27) / (1 - phi**2 / 27)
    assert sp.simplify(dE_dB - stated) == 0
    # linear response averaged over directions: φ = b μ, and b = B/B*
    b, mu = sp.symbols("b mu", positive=True)
    average = sp.integrate((phi * sp.diff(f, phi) / 2).subs(phi, b * mu), (mu, 0, 1))
    replaced = b**2 / 3 * (1 - b**2 / 45)  # eq. 20: φ² averaged
    right = sp.series(average / replaced, b, 0, 4).removeO()
    assert sp.expand(right - (1 - b**2 / 45)) == 0
    in_the_prefactor_too = sp.series(1 / sp.sqrt(1 - b**2 / 45), b, 0, 4).removeO()
    assert sp.expand(in_the_prefactor_too - (1 + b**2 / 90)) == 0


def test_96_97_not_down_to_the_echo():
    """N ∝ exp(-E0/T) from the heat capacity to 12 mK would shrink D0 S|q/e| by far over 10⁴⁰."""
    E0, T0, T_echo = 0.42, 0.95, 0.012  # BAS: Table 10, mean of Table 2, Fig. 13
    s = np.exp(-E0 / T_echo + E0 / T0)
    assert s**3 < 1e-40
    # what the tables say (2 against 8): D_min by 20 to 30, D0max by 14 to 32
    cold, warm = np.array([17.74e-3, 2.13e4]), np.array([0.53, 2.90e5])
    ratio_D_min, ratio_D0 = warm / cold
    assert ratio_D_min == pytest.approx(30, abs=0.5)
    assert ratio_D0 == pytest.approx(13.6, abs=0.1)
    assert ratio_D0 < ratio_D_min < ratio_D_min**3  # N and N³ would need D0 to fall by 27000


def test_98_parts_per_million():
    """n·ΣξA/N_A counts ions per formula unit; a million times that are the ppm of eqs 99–100."""
    fraction = 7.63e17 * 80.530 / etm.units.AVOGADRO
    assert fraction * 1e6 == pytest.approx(102, abs=0.1)
    assert fraction * 100 == pytest.approx(0.0102, abs=1e-4)
    assert etm.units.per_gram_to_ppm(7.63e17, 80.530) == pytest.approx(fraction * 1e6)
    # silica: one gram holds N_A/60.08 units SiO2 but three times as many atoms
    units = etm.units.AVOGADRO / 60.08
    atoms = etm.units.AVOGADRO / 60.08 * 3
    ions = 1e18
    assert etm.units.per_gram_to_ppm(ions, 60.08) == pytest.approx(ions / units * 1e6)
    assert ions / atoms * 1e6 == pytest.approx(etm.units.per_gram_to_ppm(ions, 60.08) / 3)
