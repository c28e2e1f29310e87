"""What pyproject, the workflows and the tools say of releases agrees, and names what is there."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest
from scripts import script

import brickwork

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILD = PROJECT["tool"]["cibuildwheel"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
LINES = "\n".join(path.read_text("utf-8") for path in WORKFLOWS)


pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="an sdist holds no workflows")


def tool():
    """tools/wheels.py."""
    return script("tools/wheels.py")


def classified() -> list[tuple[int, int]]:
    """The Pythons that classifiers name."""
    lines = "\n".join(PROJECT["project"]["classifiers"])
    return sorted(
        (int(major), int(minor))
        for major, minor in re.findall(r"(?m)Python :: (\d+)\.(\d+)$", lines)
    )


def test_versions_agree():
    assert PROJECT["project"]["version"] == brickwork.__version__


def test_pythons_agree():
    """Those of classifiers are those that wheels are built for, from requires-python on, whole."""
    oldest = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    assert classified() == [(3, minor) for minor in range(int(oldest[1]), classified()[-1][1] + 1)]
    assert BUILD["build"] == [f"cp{major}{minor}-*" for major, minor in classified()]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py3{oldest[1]}"


def test_the_stable_abi_begins_where_nanobind_has_it():
    """3.11, which is before it, has a separate wheel in tools/wheels.py."""
    assert PROJECT["tool"]["scikit-build"]["wheel"]["py-api"] == "cp312"
    text = (ROOT / "tools/wheels.py").read_text("utf-8")
    for major, minor in classified():
        assert f'"python{major}.{minor}"' in text


def test_both_ways_build_for_the_same_kinds_of_linux():
    images = {name.removesuffix("-image") for name in BUILD["linux"] if name.endswith("-image")}
    assert images == set(tool().TARGETS)
    assert {name.partition("-")[2] for name in images} == set(BUILD["linux"]["archs"])
    for name, target in tool().TARGETS.items():
        libc, _, processor = name.partition("-")
        assert fnmatch.fnmatch(target.policy, f"{libc}_*_{processor}")
        assert target.processor == processor


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_the_release_builds_on_every_system_that_settings_name(system):
    """Each processor of [tool.cibuildwheel] has a machine in release.yml."""
    machines = {"linux": "ubuntu"}.get(system, system)
    release = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    built = re.findall(rf"system: {machines}\S+, archs: (\w+)", release)
    assert sorted(built) == sorted(BUILD[system]["archs"])


def test_what_workflows_run_is_there():
    """Files and make's targets, in settings and workflows."""
    files = re.findall(r"(?<![\w/.-])((?:\.ci|tests|tools|docs)/[\w./-]+)", LINES)
    files += re.findall(r"\{project\}/(\S+)", BUILD["test-command"])
    assert {".ci/run", "tests/smoke.py", "docs/releasing.md"} <= set(files)
    for name in files:
        assert (ROOT / name).exists(), name
    targets = re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"))
    texts = [LINES, (ROOT / "docs/releasing.md").read_text("utf-8")]
    for line in re.findall(r"(?:run: |`)make ([\w -]+?)(?:`|$| [A-Z]+=)", "\n".join(texts), re.M):
        for target in line.split():
            assert target in targets, target


def test_actions_are_pinned():
    """By commit: a tag may be moved to other code, which would have the right to publish."""
    used = re.findall(r"uses: (\S+)", LINES)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action


def test_one_job_may_publish_and_only_for_tags():
    """Every workflow begins without rights; the right to publish is in one place."""
    for path in WORKFLOWS:
        assert "\npermissions: {}\n" in path.read_text("utf-8"), path.name
    assert LINES.count("id-token: write") == 1
    release = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    publish = release.partition("\n  publish:")[2]
    assert "id-token: write" in publish and "if: github.ref_type == 'tag'" in publish
    assert "needs: [sdist, wheels]" in publish


def test_pages_do_not_promise_what_is_not_published():
    """Until there is a release, brickwork cannot be installed by its name."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        assert not re.search(r"pip install brickwork\b", page.read_text("utf-8")), page.name
