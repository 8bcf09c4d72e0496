"""Posterior samples: exact posteriors, resuming, interruptions, pools, refusals."""

import builtins
import multiprocessing
import warnings
from concurrent.futures import ProcessPoolExecutor

import lmfit
import numpy as np
import pytest

from etm import fitting
from etm.fitting.posterior import LONG_ENOUGH, Posterior, sample
from etm.fitting.walkers import LogProbability, covariance

COVARIANCE = np.array([[1.0, 1.4, 0.0], [1.4, 4.0, 0.3], [0.0, 0.3, 0.25]])
MEAN = np.array([1.0, -2.0, 0.5])


class Linear:
    """A fit whose residuals are linear: its posterior is the Gaussian of `cov`, cut at the bounds."""

    def __init__(self, mean=MEAN, cov=COVARIANCE, low=-np.inf, stop_after=None):
        self.mean, self.root = np.array(mean), np.linalg.inv(np.linalg.cholesky(cov))
        self.stop_after, self.calls = stop_after, 0
        self.parameters = lmfit.Parameters()
        for name, value, error in zip("abc", self.mean, np.sqrt(np.diag(cov)), strict=False):
            self.parameters.add(name, value, min=low, max=np.inf)
            self.parameters[name].stderr = error
        self.parameters.add("held", 7.0, vary=False)

    def residual(self, values):
        """Residuals whose squares add to the square of the Mahalanobis distance."""
        self.calls += 1
        if self.stop_after is not None and self.calls > self.stop_after:
            raise KeyboardInterrupt
        assert values["held"] == 7.0
        x = np.array([values[name] for name in "abc"[: self.mean.size]])
        return self.root @ (x - self.mean)


def run(fit, file, steps, **options):
    """A chain without bar and without the warning of a short one."""
    options = {"walkers": 12, "progress": False, "seed": 3} | options
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*autocorrelation times", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*too few", category=UserWarning)
        return sample(fit, steps=steps, file=file, **options)


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory):
    """A chain of many walkers, to be compared with the exact Gaussian."""
    file = tmp_path_factory.mktemp("chain") / "chain.h5"
    return run(Linear(), file, 360, walkers=120)


def independent(chain):
    """Number of independent samples of the slowest parameter."""
    return len(chain.samples) / chain.autocorrelation.max()


def test_gaussian_posterior_has_its_exact_mean_and_covariance(long_chain):
    samples = long_chain.samples.to_numpy()
    n = independent(long_chain)
    assert n > 1000
    error = np.sqrt(np.diag(COVARIANCE))
    assert np.all(np.abs(samples.mean(axis=0) - MEAN) < 4 * error / np.sqrt(n))
    scale = np.outer(error, error)
    assert np.all(np.abs(np.cov(samples.T) - COVARIANCE) < 4 * np.sqrt(2 / n) * scale)


def test_summary_is_median_and_68_percent(long_chain):
    table = long_chain.summary()
    error = np.sqrt(np.diag(COVARIANCE))
    spread = 4 * 1.6 * error / np.sqrt(independent(long_chain))  # of a quantile at one sigma
    assert list(table.index) == ["a", "b", "c"]
    assert np.all(np.abs(table["median"] - MEAN) < spread)
    assert np.all(np.abs(table["low"] - (MEAN - error)) < spread)
    assert np.all(np.abs(table["high"] - (MEAN + error)) < spread)


@pytest.mark.parametrize(("steps", "rtol"), [(100, 0.25), (1000, 0.1)])
def test_autocorrelation_time_of_a_known_process(steps, rtol):
    memory = 0.5  # x' = memory x + noise has the autocorrelation time (1 + memory)/(1 - memory)
    rng = np.random.default_rng(5)
    x = rng.standard_normal((steps, 50, 1)) * np.sqrt(1 - memory**2)
    x[0] /= np.sqrt(1 - memory**2)
    for k in range(1, steps):
        x[k] += memory * x[k - 1]
    chain = Posterior(("a",), x, -(x[:, :, 0] ** 2) / 2)
    np.testing.assert_allclose(chain.autocorrelation, 3, rtol=rtol)
    assert chain.burn_in == np.ceil(2 * chain.autocorrelation[0])
    assert len(chain.samples) == 50 * (steps - chain.burn_in)
    assert (chain.caution == "") == (steps > 3 * LONG_ENOUGH)


def test_prior_ends_at_the_bounds(tmp_path):
    fit = Linear(mean=[0.0], cov=[[4.0]], low=0.0)
    chain = run(fit, tmp_path / "chain.h5", 200, walkers=100)
    x = chain.samples["a"].to_numpy()
    assert x.min() >= 0
    exact, deviation = 2 * np.sqrt(2 / np.pi), 2 * np.sqrt(1 - 2 / np.pi)
    assert abs(x.mean() - exact) < 4 * deviation / np.sqrt(independent(chain))


def test_log_probability_is_minus_half_chi_square():
    fit = Linear(low=-3.0)
    probability = LogProbability(fit.residual, fit.parameters)
    x = MEAN + [0.1, 0.2, -0.3]
    chi2 = (x - MEAN) @ np.linalg.solve(COVARIANCE, x - MEAN)
    np.testing.assert_allclose(probability(x), -chi2 / 2, rtol=1e-12)
    assert probability(np.array([0.0, -3.1, 0.0])) == -np.inf
    assert probability.names == ("a", "b", "c")


def test_walkers_begin_with_the_covariance_of_the_fit():
    fit = Linear()
    fit.parameters["a"].correl = {"b": 0.7, "c": 0.0}
    fit.parameters["b"].correl = {"a": 0.7, "c": 0.3}
    fit.parameters["c"].correl = {"a": 0.0, "b": 0.3}
    np.testing.assert_allclose(covariance(fit.parameters), COVARIANCE, atol=1e-12)
    fit.parameters["a"].stderr = None
    assert covariance(fit.parameters)[0, 0] == pytest.approx(1e-4)


def test_resume_goes_on_with_the_same_chain(tmp_path):
    whole = run(Linear(), tmp_path / "whole.h5", 40)
    run(Linear(), tmp_path / "parts.h5", 15)
    parts = run(Linear(), tmp_path / "parts.h5", 40, resume=True, walkers=None)
    assert parts.steps == 40
    np.testing.assert_array_equal(parts.chain, whole.chain)
    np.testing.assert_array_equal(parts.log_probability, whole.log_probability)
    again = run(Linear(stop_after=1), tmp_path / "parts.h5", 30, resume=True)
    assert again.steps == 40


@pytest.mark.parametrize("calls", [5, 20, 100, 333])
def test_interrupted_chain_is_readable_and_goes_on(tmp_path, calls, capsys):
    file = tmp_path / "chain.h5"
    with pytest.raises(KeyboardInterrupt) as stopped:
        run(Linear(stop_after=calls), file, 60)
    assert "resume=True goes on" in stopped.value.__notes__[0]
    assert capsys.readouterr().out == ""
    # Before the first step: one call to check, one for the file, one a walker.
    done = max(0, (calls - 14) // 12)
    if done:
        assert Posterior.read(file).steps == done
    else:
        with pytest.raises(ValueError, match="holds no step yet"):
            Posterior.read(file)
    resumed = run(Linear(), file, 60, resume=True)
    np.testing.assert_array_equal(resumed.chain, run(Linear(), tmp_path / "w.h5", 60).chain)


def test_another_seed_is_another_chain(tmp_path):
    first = run(Linear(), tmp_path / "1.h5", 5)
    second = run(Linear(), tmp_path / "2.h5", 5, seed=4)
    assert not np.any(first.chain == second.chain)


@pytest.fixture(scope="module")
def iron():
    """A fit of synthetic magnetization, linear in all its parameters."""
    B = np.tile(np.linspace(0.2, 5, 12), 2)
    T = np.repeat([4.0, 40.0], 12)
    none = np.zeros(24)
    curve = np.array([f"{t:g} K" for t in T])
    data = fitting.Measurements("magnetization", T, B, none, none + 2e-8, curve)
    truth = {"n_Fe2": 3.0, "n_Fe3": 5.0, "chi_L": 0.5}
    value = fitting.model("magnetization", "iron").predict(truth, data)
    noise = 2e-8 * np.random.default_rng(8).standard_normal(24)
    data = fitting.Measurements("magnetization", T, B, value + noise, none + 2e-8, curve)
    return fitting.fit(data, "iron")


def test_posterior_of_a_linear_fit_is_its_covariance(iron, tmp_path):
    chain = run(iron, tmp_path / "chain.h5", 200, walkers=100)
    assert chain.names == iron.free
    n = independent(chain)
    for name in chain.names:
        p, x = iron.parameters[name], chain.samples[name]
        assert p.value > 6 * p.stderr  # the bound at zero is far
        assert abs(x.mean() - p.value) < 4 * p.stderr / np.sqrt(n)
        assert abs(x.std() / p.stderr - 1) < 4 / np.sqrt(2 * n)


def test_pool_of_processes_equals_serial(iron, tmp_path):
    serial = run(iron, tmp_path / "serial.h5", 4)
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=fresh) as pool:
        spread = run(iron, tmp_path / "pool.h5", 4, pool=pool)
    np.testing.assert_allclose(spread.chain, serial.chain, rtol=1e-12)


def test_dask_cluster_equals_serial(iron, tmp_path):
    distributed = pytest.importorskip("distributed")
    serial = run(iron, tmp_path / "serial.h5", 4)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
    with (
        distributed.LocalCluster(dashboard_address=None, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        spread = run(iron, tmp_path / "dask.h5", 4, pool=client)
    np.testing.assert_allclose(spread.chain, serial.chain, rtol=1e-12)


def test_short_chain_warns_with_the_remedy(tmp_path):
    with pytest.warns(UserWarning, match="autocorrelation times .* resume=True"):
        chain = sample(Linear(), 12, 60, tmp_path / "1.h5", progress=False, seed=2)
    assert "rough" in chain.caution
    with pytest.warns(UserWarning, match="too few"):
        chain = sample(Linear(), 12, 5, tmp_path / "2.h5", progress=False, seed=2)
    assert np.all(np.isnan(chain.autocorrelation))
    assert chain.burn_in == 2


def test_progress_bar_counts_the_steps_of_earlier_calls(tmp_path, capsys):
    run(Linear(), tmp_path / "chain.h5", 3)
    assert capsys.readouterr().err == ""
    run(Linear(), tmp_path / "chain.h5", 8, resume=True, progress=True)
    assert "8/8" in capsys.readouterr().err


def test_existing_file_is_not_touched(tmp_path):
    file = tmp_path / "chain.h5"
    run(Linear(), file, 3)
    before = file.read_bytes()
    with pytest.raises(FileExistsError, match="resume=True goes on with it, another name"):
        run(Linear(), file, 3)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Linear(MEAN[:2], COVARIANCE[:2, :2]), "a fit of a, b, c, this one has a, b; name another"),
        (Linear(low=-50.0), "a fit with other bounds"),
        (Linear(MEAN + 0.01), "a fit of other data or another model"),
        (Linear(cov=1.1 * COVARIANCE), "a fit of other data or another model"),
    ],
)
def test_file_of_another_fit_is_refused(tmp_path, other, message):
    file = tmp_path / "chain.h5"
    run(Linear(), file, 3)
    with pytest.raises(ValueError, match=message):
        run(other, file, 6, resume=True)
    assert Posterior.read(file).steps == 3


def test_a_better_minimum_of_the_same_fit_resumes(tmp_path):
    run(Linear(), tmp_path / "chain.h5", 3)
    fit = Linear()
    fit.parameters["a"].value += 0.2
    assert run(fit, tmp_path / "chain.h5", 6, resume=True).steps == 6


def test_walkers_of_the_file_are_kept(tmp_path):
    run(Linear(), tmp_path / "chain.h5", 3)
    with pytest.raises(ValueError, match="has 12 of them; leave walkers out"):
        run(Linear(), tmp_path / "chain.h5", 6, resume=True, walkers=14)


def test_files_that_are_no_chain(tmp_path):
    with pytest.raises(FileNotFoundError):
        Posterior.read(tmp_path / "none.h5")
    other = tmp_path / "other.h5"
    other.write_text("not HDF5")
    with pytest.raises(ValueError, match="is no chain of a fit; name another file"):
        Posterior.read(other)
    with pytest.raises(ValueError, match="is no chain of a fit"):
        run(Linear(), other, 3, resume=True)
    assert other.read_text() == "not HDF5"


def test_bad_arguments_leave_no_file(tmp_path):
    file = tmp_path / "chain.h5"
    fixed = Linear()
    for p in fixed.parameters.values():
        p.vary = False
    infinite = Linear()
    infinite.residual = lambda values: np.array([np.inf])
    for fit, options, message in (
        (fixed, {}, "no parameter varies"),
        (infinite, {}, "χ² is not finite at its best values"),
        (Linear(), {"walkers": 5}, "walkers = 5: must be a whole number >= 6"),
        (Linear(), {"steps": 0}, "steps = 0: must be a whole number >= 1"),
        (Linear(), {"pool": 3}, "pool = 3: must have a method map"),
    ):
        with pytest.raises(ValueError, match=message):
            run(fit, file, **({"steps": 3} | options))
        assert not file.exists()


def test_missing_extra_is_named(monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *rest, **options):
        if name.split(".")[0] in ("emcee", "corner"):
            raise ImportError(name)
        return real(name, *rest, **options)

    chain = run(Linear(), tmp_path / "chain.h5", 12)
    monkeypatch.setattr("etm.fitting.chain_file.import_module", without)
    with pytest.raises(ImportError, match=r"emcee is missing; .* pip install 'etm\[posterior\]'"):
        run(Linear(), tmp_path / "new.h5", 3)
    assert not (tmp_path / "new.h5").exists()
    with pytest.raises(ImportError, match=r"corner is missing; .* pip install 'etm\[posterior\]'"):
        chain.corner()


def test_corner_shows_every_pair(long_chain):
    import matplotlib

    matplotlib.use("agg")
    figure = long_chain.corner()
    assert len(figure.axes) == 9
    assert figure.axes[6].get_xlabel() == "a"
    matplotlib.pyplot.close(figure)
