"""The count of `tools/recovery.py`: what it draws, stores, and that it goes on where it was stopped."""

import json
from concurrent.futures import Future

import numpy as np
import pytest
import recovery

from etm import tables
from etm.fitting.columns import OBSERVABLES


class Now:
    """An executor that does everything at once, in this process."""

    def __init__(self, workers, initializer):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        return False

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """The tool with fits that cost nothing; what was fitted is in the list."""
    fitted = []

    def one(name, seed):
        fitted.append((name, seed))
        return {"seed": seed, "converged": seed != 3, "settled": ["b"] if seed == 2 else [],
                "chi2": 10.0, "freedom": 8, "seconds": 0.5, "rises": {"a": seed - 0.5, "b": 3.0},
                "pulls": {"a": seed - 2.5, "b": None if seed == 2 else 1.5}}  # fmt: skip

    monkeypatch.setattr(recovery, "LINES", tmp_path)
    monkeypatch.setattr(recovery, "ProcessPoolExecutor", Now)
    monkeypatch.setattr(recovery, "one", one)
    return fitted


def test_a_run_that_was_stopped_goes_on(quick, tmp_path):
    recovery.run(["loss"], seeds=3)
    with (tmp_path / "loss.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"seed": 3, "conv')  # the lights went out
    recovery.run(["loss"], seeds=3)
    assert quick == [("loss", s) for s in (0, 1, 2)]
    assert sorted(recovery.lines("loss")) == [0, 1, 2]


def test_counts_are_those_of_the_lines(quick):
    recovery.run(["loss"], seeds=6)
    entries = recovery.lines("loss")
    found = recovery.summary("loss", [entries[s] for s in range(6)])
    assert (found["fits"], found["converged"], found["at_a_bound"]) == (6, 5, 1)
    assert found["chi2_per_freedom"] == 10 / 8
    assert found["better_minimum"] == 1  # seed 0, where the rise is -0.5
    a, b = found["parameters"]["a"], found["parameters"]["b"]
    # seeds 0, 1, 2, 4, 5 converged: distances 2.5, 1.5, 0.5, 1.5, 2.5 and rises -0.5 to 4.5
    assert [a["covariance"][w]["inside"] for w in ("one", "two")] == [1, 3]
    assert [a["profile"][w]["inside"] for w in ("one", "two")] == [2, 4]
    assert (b["covariance"]["two"]["of"], b["without_error"]) == (4, 1)


def test_an_interval_of_a_count_is_wilsons():
    found = recovery.counted(45, 60)
    z, n, p = 1.959964, 60, 0.75
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert found["share"] == p
    assert found["interval"] == pytest.approx([middle - half, middle + half], abs=1e-4)
    assert recovery.counted(0, 0)["interval"] is None


def test_one_fit_is_compared_with_the_truth():
    found = recovery.one_fit("joint", 0)
    assert found["converged"]
    assert {"ln_n_ATS", "ln_Dmin_C", "ln_Dmin_M", "chi_L_M"} < set(found["pulls"])
    assert max(abs(p) for p in found["pulls"].values()) < 5
    again = recovery.one_fit("joint", 0)
    assert again["pulls"] == found["pulls"]
    assert recovery.one_fit("joint", 1)["pulls"] != found["pulls"]


def test_stored_counts_are_whole():
    """Every observable has been counted, and no count disagrees with itself."""
    stored = json.loads((tables.DATA / "evidence.json").read_text(encoding="utf-8"))["recovery"]
    assert stored["expected"] == {"one": 0.6827, "two": 0.9545}
    assert set(stored["cases"]) == {*OBSERVABLES, "joint", "one-temperature", "iron-known"}
    for case in stored["cases"].values():
        assert case["fits"] >= 20
        for p in case["parameters"].values():
            for kind in ("covariance", "profile"):
                for count in p.get(kind, {}).values():
                    assert count == recovery.counted(count["inside"], count["of"])
            assert p["covariance"]["one"]["of"] + p["without_error"] == case["converged"]
