"""Relaxation over a distribution of barriers against plain integrals and limits."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from etm import rfot, stretching

WIDTHS = [0.0, 0.3, 2.0, 6.0, 15.0]
BOTH = pytest.mark.parametrize("collapsed", [False, True])


def plain_decay(log_t, width, collapsed):
    """One barrier after the other, by an adaptive integral."""

    def left(z):
        return np.exp(-np.exp(min(log_t - width * (min(z, 0) if collapsed else z), 50)))

    def integrand(z):
        return stats.norm.pdf(z) * left(z)

    step = np.clip(log_t / width, -9, 9) if width else 0.0  # where the decay happens
    marks = np.unique(np.clip([-9, step - 1, step, step + 1, 0, 9], -9, 9))
    return sum(
        integrate.quad(integrand, a, b, epsabs=1e-13, limit=200)[0]
        for a, b in zip(marks[:-1], marks[1:], strict=True)
    )


@BOTH
@pytest.mark.parametrize("width", WIDTHS)
def test_decay_is_the_mean_over_the_barriers(width, collapsed):
    for log_t in (-30.0, -3.0, 0.0, 1.0, 20.0):
        expected = plain_decay(log_t, width, collapsed)
        assert stretching.decay(log_t, width, collapsed) == pytest.approx(expected, abs=1e-9)


@BOTH
def test_shapes(collapsed):
    log_t, width = np.zeros((3, 1)), np.ones(4)
    assert stretching.decay(log_t, width, collapsed).shape == (3, 4)
    beta, log_time = stretching.exponent(np.ones((2, 1)), collapsed)
    assert beta.shape == log_time.shape == (2, 1)
    assert isinstance(stretching.exponent(1.0, collapsed)[0], float)


@BOTH
def test_the_exponent_is_that_of_the_nearest_stretched_exponential(collapsed):
    """Another minimiser on another grid."""
    log_t = np.linspace(-60, 60, 2401)
    curve = np.array([plain_decay(v, 2.5, collapsed) for v in log_t[::8]])

    def distance(fit):
        guess = np.exp(-np.exp(np.minimum(fit[0] * (log_t[::8] - fit[1]), 50)))
        return np.sum((guess - curve) ** 2)

    best = optimize.minimize(
        distance, [0.5, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-16}
    )
    assert stretching.exponent(2.5, collapsed) == pytest.approx(tuple(best.x), abs=1e-6)


@BOTH
@pytest.mark.parametrize("width", [0.4, 1.0, 5.0])
def test_the_exponent_does_not_depend_on_the_grid(width, collapsed):
    """With the slopes of the stretched exponential written out, on a grid four times as fine."""
    log_t = np.arange(-80, 80, 0.0625)
    curve = stretching.decay(log_t, width, collapsed)

    def parts(fit):
        u = np.minimum(np.exp(fit[0]) * (log_t - fit[1]), 50.0)
        left = np.exp(-np.exp(u))
        return u, left, np.exp(u) * left

    best = optimize.least_squares(
        lambda fit: parts(fit)[1] - curve,
        [-0.5, 0.2],
        lambda fit: np.stack([-parts(fit)[0], np.full(log_t.size, np.exp(fit[0]))], -1)
        * parts(fit)[2][:, None],
        xtol=1e-15, ftol=1e-15, gtol=1e-15,
    ).x  # fmt: skip
    beta, log_time = stretching.exponent(width, collapsed)
    assert beta == pytest.approx(np.exp(best[0]), abs=2e-8)
    assert log_time == pytest.approx(best[1], abs=3e-7)


def test_no_barrier_is_moved_unless_told():
    """Half of the barriers lie above the most probable one: they hold the decay back."""
    assert stretching.decay(1.0, 4.0) == stretching.decay(1.0, 4.0, collapsed=False)
    assert stretching.decay(1.0, 4.0) > stretching.decay(1.0, 4.0, collapsed=True) + 0.2
    assert stretching.exponent(4.0) == stretching.exponent(4.0, collapsed=False)
    assert stretching.exponent(4.0)[0] < stretching.exponent(4.0, collapsed=True)[0] - 0.1


@BOTH
@pytest.mark.parametrize("width", [0.0, 1.0, 7.0, 40.0])
def test_decay_begins_at_one_and_ends_at_nothing(width, collapsed):
    """To rounding, also where e^t is beyond the numbers; and half is left halfway of wide barriers."""
    ends = stretching.decay([-1e4, 1e4], width, collapsed)
    np.testing.assert_allclose(ends, [1.0, 0.0], rtol=0, atol=1e-14)
    if width > 5 and not collapsed:
        assert stretching.decay(-np.euler_gamma, width) == pytest.approx(0.5, abs=0.05)


@BOTH
def test_no_times_and_no_widths(collapsed):
    assert stretching.decay([], 1.0, collapsed).shape == (0,)
    assert stretching.decay(0.0, [], collapsed).shape == (0,)
    assert stretching.exponent([], collapsed)[1].shape == (0,)


@BOTH
def test_one_barrier_relaxes_exponentially(collapsed):
    assert stretching.exponent(0.0, collapsed) == pytest.approx((1.0, 0.0), abs=1e-9)
    beta, _ = stretching.exponent(1e-3, collapsed)
    assert 1 - 1e-5 < beta < 1


def test_wide_distributions_stretch_as_one_over_their_width():
    """For widths far above k_B T every barrier is a step and the fit knows one scale only."""
    u = np.linspace(-12, 12, 4801)

    def distance(fit):
        return np.exp(-np.exp(np.minimum(fit[0] * (u - fit[1]), 50))) - stats.norm.sf(u)

    scale = optimize.least_squares(distance, [1.2, 0.3], xtol=1e-12).x
    for width in (12.0, 30.0):
        beta, log_time = stretching.exponent(width)
        assert beta * width == pytest.approx(scale[0], rel=1.5 / width**2)
        assert log_time / width == pytest.approx(scale[1], abs=1 / width)


def test_the_fit_lies_near_the_exponent_of_equal_variance():
    """ln t of a stretched exponential has the variance π²/6β², of a decay π²/6 plus the barriers'."""
    for width in (0.5, 2.0, 6.0):
        for collapsed, share in ((False, 1.0), (True, 0.5 - 0.5 / np.pi)):
            beta, _ = stretching.exponent(width, collapsed)
            estimate = 1 / np.sqrt(1 + 6 * share * width**2 / np.pi**2)
            assert beta == pytest.approx(estimate, rel=0.08)


def test_fragile_liquids_stretch_more():
    """The trend of Fig. 6, and the solid line (collapsed) above the dashed one."""
    mosaic = rfot.Mosaic()
    width = stretching.barrier_width(np.array([5.0, 10.0, 30.0, 100.0]), mosaic.log_time)
    plain, _ = stretching.exponent(width)
    peaked, _ = stretching.exponent(width, collapsed=True)
    assert np.all(np.diff(plain) > 0)
    assert np.all(np.diff(peaked) > 0)
    assert np.all(peaked > plain)


def test_width_of_the_barriers_from_the_fluctuations_of_the_entropy():
    """δs/s = √(Δc_p/N*)/s_c with Δc_p = γ²/4D and F ∝ 1/s_c gives 1/2√D."""
    mosaic = rfot.Mosaic()
    for strength in (10.0, 50.0):
        jump = mosaic.surface**2 / (4 * strength)
        relative = np.sqrt(jump / mosaic.size) / mosaic.entropy
        width = stretching.barrier_width(strength, mosaic.log_time)
        assert width == pytest.approx(relative * mosaic.log_time, rel=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, "one", None, [1.0, np.nan]])
def test_bad_input(bad):
    for name, call in {
        "strength": lambda x: stretching.barrier_width(x, 39.0),
        "barrier": lambda x: stretching.barrier_width(10.0, x),
        "log_t": lambda x: stretching.decay(x, 1.0),
        "width": lambda x: stretching.decay(0.0, x),
    }.items():
        with pytest.raises(ValueError, match=f"{name} = "):
            call(bad)
    with pytest.raises(ValueError, match="width = "):
        stretching.exponent(bad)


def test_out_of_range():
    with pytest.raises(ValueError, match="width = -1"):
        stretching.exponent(-1.0)
    with pytest.raises(ValueError, match="strength = 0"):
        stretching.barrier_width(0.0, 39.0)
    with pytest.raises(ValueError, match=r"log_t has .* the shapes must broadcast$"):
        stretching.decay(np.zeros(3), np.ones(2))
    with pytest.raises(ValueError, match=r"strength has .* the shapes must broadcast$"):
        stretching.barrier_width(np.ones(3), np.ones(2))
