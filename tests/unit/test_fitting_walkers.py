"""Where walkers may be and begin, and what is read from a chain that is known; nothing is sampled."""

import pickle
from types import SimpleNamespace

import emcee
import lmfit
import numpy as np
import pytest
from scipy import stats

from etm.fitting import chain_file
from etm.fitting.posterior import FEWEST_STEPS, LONG_ENOUGH, Posterior, sample
from etm.fitting.walkers import LogProbability, covariance, first_state, mapping


def parameters(**entries):
    """Each name with value, lower and upper bound, and error."""
    made = lmfit.Parameters()
    for name, (value, low, high, error) in entries.items():
        made.add(name, value, min=low, max=high)
        made[name].stderr = error
    made.add("held", 7.0, vary=False)
    return made


def distance(values):
    """Residuals that know the held parameter too."""
    return np.array([values["a"], 2 * values["b"], values["held"] - 7.0])


BOX = parameters(a=(0.5, 0.0, 1.0, 0.1), b=(-1.0, -3.0, 4.0, 0.2))


def test_the_probability_ends_beyond_the_bounds_not_at_them():
    probability = LogProbability(distance, BOX)
    for x in ([0.0, -1.0], [1.0, -1.0], [0.5, -3.0], [0.5, 4.0]):
        assert probability(np.array(x)) == -(x[0] ** 2 + 4 * x[1] ** 2) / 2
    for x in ([-1e-9, -1.0], [1 + 1e-9, -1.0], [0.5, -3.001], [0.5, 4.001]):
        assert probability(np.array(x)) == -np.inf
    assert (probability.best.tolist(), probability.names) == ([0.5, -1.0], ("a", "b"))
    again = pickle.loads(pickle.dumps(probability.packed()))
    assert again(np.array([0.25, 1.0])) == probability(np.array([0.25, 1.0]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_has_no_probability(bad):
    probability = LogProbability(lambda values: np.array([bad]), BOX)
    assert probability(probability.best) == -np.inf
    with pytest.raises(ValueError, match="not finite at its best values"):
        first_state(emcee, probability, np.eye(2), 8, 1)


@pytest.mark.parametrize("unknown", [None, np.nan, 0.0, np.inf])
@pytest.mark.parametrize(("value", "spread"), [(5.0, 0.05), (-5.0, 0.05), (0.2, 0.01)])
def test_an_unknown_error_counts_as_a_hundredth(unknown, value, spread):
    made = parameters(a=(value, -100.0, 100.0, unknown), b=(1.0, -100.0, 100.0, 0.3))
    np.testing.assert_allclose(np.sqrt(np.diag(covariance(made))), [spread, 0.3], rtol=1e-12)


def test_no_spread_is_more_than_a_tenth_of_the_way_between_bounds():
    made = parameters(a=(0.0, -1.0, 3.0, 9.0), b=(1.0, -100.0, 100.0, 0.3))
    np.testing.assert_allclose(np.sqrt(np.diag(covariance(made))), [0.4, 0.3], rtol=1e-12)


@pytest.mark.parametrize(
    ("r", "kept"), [(0.9, 0.9), (-0.5, -0.5), (1.0, 0.0), (1.2, 0.0), (np.nan, 0.0)]
)
def test_correlations_that_cannot_be_are_left_out(r, kept):
    made = parameters(a=(0.0, -9.0, 9.0, 0.5), b=(1.0, -9.0, 9.0, 0.2))
    made["a"].correl, made["b"].correl = {"b": r}, {"a": r}
    expected = [[0.25, 0.1 * kept], [0.1 * kept, 0.04]]
    np.testing.assert_allclose(covariance(made), expected, atol=1e-15)


def test_walkers_begin_inside_of_the_bounds_and_not_on_them():
    """Drawn beyond a bound they are folded back; a fold that overshoots ends at the other bound."""
    probability = LogProbability(distance, BOX)
    state = first_state(emcee, probability, np.diag([0.09, 4.0]), 4000, 5)
    a, b = state.coords.T
    assert (a.min() > 0, a.max() < 1, b.min() > -3, b.max() <= 4) == (True,) * 4
    z = np.linspace(-5, 5, 100_001)
    inside = (
        0.5 + 0.3 * z - 2 * np.clip(0.3 * z - 0.5, 0, None) - 2 * np.clip(0.3 * z + 0.5, None, 0)
    )
    folded = np.sqrt(np.average((inside - 0.5) ** 2, weights=stats.norm.pdf(z)))
    assert a.mean() == pytest.approx(0.5, abs=0.02)
    assert a.std() == pytest.approx(folded, rel=0.04)
    x = 2 * z - 1
    inside = np.where(x < -3, -6 - x, np.where(x > 4, 8 - x, x))
    assert b.mean() == pytest.approx(np.average(inside, weights=stats.norm.pdf(z)), abs=0.1)
    assert state.random_state[3:] == (0, 0.0)  # no normal number is kept back
    wide = first_state(emcee, probability, np.diag([400.0, 4e4]), 500, 5).coords
    assert np.all((wide >= probability.low) & (wide <= probability.high))
    same = first_state(emcee, probability, np.diag([0.09, 4.0]), 4000, 5)
    other = first_state(emcee, probability, np.diag([0.09, 4.0]), 4000, 6)
    np.testing.assert_array_equal(same.coords, state.coords)
    np.testing.assert_array_equal(same.random_state[1], state.random_state[1])
    assert not np.array_equal(other.coords, state.coords)
    assert not np.array_equal(other.random_state[1], state.random_state[1])


def test_who_computes():
    class Client:
        """As a Dask client: futures, to be gathered."""

        def map(self, function, items, pure):
            assert not pure
            return [SimpleNamespace(result=function(x)) for x in items]

        def gather(self, futures):
            return [future.result for future in futures]

    pool = SimpleNamespace(map=map)
    assert mapping(None) is None
    assert mapping(pool) is pool
    assert mapping(Client()).map(abs, [-1, 2]) == [1, 2]
    for strange in (3, SimpleNamespace(gather=list)):
        with pytest.raises(ValueError, match="must have a method map, or be None"):
            mapping(strange)


def chain(steps, walkers=40, seed=2):
    """A chain without memory, of two parameters with known distributions."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((steps, walkers, 2)) * [1.0, 3.0] + [0.0, 10.0]
    return Posterior(("a", "b"), x, -0.5 * (x**2).sum(axis=-1))


def test_quantiles_of_a_known_chain():
    known = chain(400)
    kept = known.chain[known.burn_in :].reshape(-1, 2)
    table = known.summary()
    for column, share in (
        ("low", stats.norm.cdf(-1)),
        ("median", 0.5),
        ("high", stats.norm.cdf(1)),
    ):
        np.testing.assert_allclose(table[column], np.quantile(kept, share, axis=0), atol=1e-4)
    assert table.index.tolist() == ["a", "b"]
    np.testing.assert_array_equal(table["autocorrelation"], known.autocorrelation)
    np.testing.assert_allclose(known.autocorrelation, 1, atol=0.2)
    assert known.burn_in == np.ceil(2 * known.autocorrelation.max())


def test_too_few_steps_to_judge_and_enough():
    few, more = chain(FEWEST_STEPS - 1), chain(FEWEST_STEPS)
    assert np.all(np.isnan(few.autocorrelation))
    assert np.all(np.isfinite(more.autocorrelation))
    assert (few.steps, few.burn_in, len(few.samples)) == (9, 4, 5 * 40)
    assert few.caution.startswith("9 steps: too few to see")
    still = Posterior(("a",), np.ones((40, 6, 1)), np.zeros((40, 6)))
    assert (still.burn_in, still.caution.startswith("40 steps: too few")) == (20, True)


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_the_caution_ends_at_fifty_autocorrelation_times(factor):
    known = chain(200)
    times = 200 / (factor * LONG_ENOUGH) * np.array([0.5, 1.0])
    known.__dict__["autocorrelation"] = times  # as if it had been found
    assert bool(known.caution) == (factor < 1)
    if factor < 1:
        assert (
            f"200 steps are {factor * 50:.0f} autocorrelation times of b; below 50" in known.caution
        )
    assert known.burn_in == np.ceil(2 * times[1])
    known.__dict__["autocorrelation"] = np.array([1.0, 90.0])
    assert known.burn_in == 100


@pytest.mark.parametrize(("count", "walkers"), [(1, 32), (8, 32), (9, 36)])
def test_four_walkers_a_parameter_and_not_too_few(count, walkers, tmp_path, capsys):
    free = parameters(**{f"p{k}": (0.0, -9.0, 9.0, 1.0) for k in range(count)})
    fit = SimpleNamespace(
        parameters=free, residual=lambda values: np.array([values[f"p{k}"] for k in range(count)])
    )
    with pytest.warns(UserWarning, match="1 steps: too few"):
        found = sample(fit, steps=1, file=tmp_path / "chain.h5", progress=False, seed=1)
    assert capsys.readouterr().err == ""
    assert found.chain.shape == (1, walkers, count)
    with pytest.raises(
        ValueError, match=f"walkers = {2 * count - 1}: must be a whole number >= {2 * count}"
    ):
        sample(fit, walkers=2 * count - 1, steps=1, file=tmp_path / "other.h5", progress=False)
    with pytest.warns(UserWarning, match="2 steps: too few"):
        sample(fit, steps=2, file=tmp_path / "chain.h5", resume=True)  # with a bar unless told
    assert "2/2" in capsys.readouterr().err


def test_a_file_without_a_chain_holds_no_step(tmp_path):
    file, probability = tmp_path / "chain.h5", LogProbability(distance, BOX)
    chain_file.write_identity(file, probability, probability.best)
    assert chain_file.steps_in(file) == 0
    found = chain_file.identity(file)
    assert found["names"] == ["a", "b"]
    np.testing.assert_array_equal(found["low"], [0.0, -3.0])
    np.testing.assert_array_equal(found["high"], [1.0, 4.0])
    np.testing.assert_array_equal(found["residuals"], [0.5, -2.0, 0.0])
    chain_file.check_same(file, probability)
    for column, value in (("low", -1.0), ("high", 2.0)):
        other = LogProbability(distance, BOX)
        getattr(other, column)[0] = value
        with pytest.raises(ValueError, match="a fit with other bounds"):
            chain_file.check_same(file, other)
    for shift, same in ((1e-8, True), (1e-4, False)):
        other = LogProbability(lambda values, shift=shift: distance(values) + shift, BOX)
        if same:
            chain_file.check_same(file, other)
        else:
            with pytest.raises(ValueError, match="a fit of other data or another model"):
                chain_file.check_same(file, other)
    longer = LogProbability(lambda values: np.append(distance(values), 0.0), BOX)
    with pytest.raises(ValueError, match="a fit of other data or another model"):
        chain_file.check_same(file, longer)


@pytest.mark.parametrize("name", ["h5py", "emcee"])
def test_a_missing_extra_is_named(name, tmp_path, monkeypatch):
    real = chain_file.import_module

    def without(wanted):
        if wanted == name:
            raise ImportError(wanted)
        return real(wanted)

    monkeypatch.setattr(chain_file, "import_module", without)
    with pytest.raises(ImportError, match=f"{name} is missing; .*pip install 'etm\\[posterior\\]'"):
        chain_file.backend(tmp_path / "chain.h5")
