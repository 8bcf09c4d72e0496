"""What must not stand in any committed file, and what must agree between files."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import etm

ROOT = Path(__file__).resolve().parents[2]

# Spelled in pieces, so that this file does not find itself.
UNWANTED = {
    "a path of one machine": re.compile(r"/(?:" + "home|Users|" + r"work|tmp|root|opt)" + r"/\w"),
    "a package registry": re.compile(
        r"(?:files\.python" + "hosted|py" + r"pi\.org|registry\.npm" + r"js|pypi-" + "more)"
    ),
    "an unfinished place": re.compile("TO" + "DO|FIX" + "ME|X" + "XX"),
}


def tracked():
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("not a git clone, so there is no list of tracked files")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and "/vendor/" not in name]


@pytest.mark.parametrize("kind", sorted(UNWANTED))
def test_no_tracked_file_contains(kind):
    found = []
    for path in tracked():
        if not path.is_file():
            continue
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        content = re.sub(r'"image/png": "[^"]*"', "", content)
        match = UNWANTED[kind].search(content)
        if match:
            found.append(f"{path.relative_to(ROOT)}: {match.group()}")
    assert not found, "\n".join(found)


def test_the_lock_is_exact_and_hashed():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [i for i, line in enumerate(lines) if line and not line.startswith((" ", "#"))]
    assert len(pins) > 100
    for i in pins:
        assert re.match(r"[a-z0-9._-]+==\S+( ;.*)? \\$", lines[i]), lines[i]
        assert lines[i + 1].strip().startswith("--hash=sha256:")


def test_the_lock_holds_everything_that_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    locked = dict(
        re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)
    )
    for line in asked:
        requirement = Requirement(line)
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), line


def test_every_notebook_is_a_chapter_of_the_book():
    contents = (ROOT / "_toc.yml").read_text()
    for path in (ROOT / "book").rglob("*.ipynb"):
        name = path.relative_to(ROOT).with_suffix("").as_posix()
        assert name in contents, f"{name} is missing in _toc.yml"


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
    assert etm.__version__ == version


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(path):
    workflow = yaml.safe_load(path.read_text())
    for name, job in workflow["jobs"].items():
        for step in [job, *job.get("steps", [])]:
            yield name, step


def test_there_are_workflows():
    assert {path.stem for path in WORKFLOWS} == {"tests", "weekly", "publish"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_digest(path):
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    assert used
    for action, comment in used:
        if not action.startswith("./"):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
            assert re.fullmatch(r"  # v\d+\.\d+\.\d+", comment), (
                f"{action} does not say its version"
            )


def test_an_action_has_one_digest():
    used = [re.findall(r"uses: (\S+)@(\S+)", path.read_text()) for path in WORKFLOWS]
    digests = {}
    for action, digest in sum(used, []):
        assert digests.setdefault(action, digest) == digest, action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_only_call_make(path):
    """So that whoever reads the log can do the same at home."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    for job, step in steps(path):
        for command in step.get("run", "").splitlines():
            if command.startswith("make "):
                assert command.split()[1] in targets, command
            else:
                known = (".ci/run", "gh release create ", "cd dist && sha256sum --check ")
                assert command.startswith(known), f"{job}: {command}"
        if "uses" in step and step["uses"].startswith("./"):
            assert (ROOT / step["uses"]).exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_have_few_rights_and_an_end(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert "uses" in job or job["timeout-minutes"] <= 90, name


def test_workflows_try_every_allowed_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    matrix = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text())["jobs"][
        "package"
    ]["strategy"]["matrix"]
    allowed = SpecifierSet(project["requires-python"])
    assert matrix["python"] == [f"3.{n}" for n in range(20) if f"3.{n}" in allowed]
    named = [
        c for c in project["classifiers"] if c.startswith("Programming Language :: Python :: ")
    ]
    assert [c.rsplit(" ", 1)[1] for c in named] == matrix["python"]
    assert matrix["versions"] == ["oldest", "newest"]
