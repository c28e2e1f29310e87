"""The built page: it belongs to its sources, is small, and asks nothing of any other place."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import brickwork.studio.page as page

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "studio"
BUILT = page.PAGE.parent

pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="an installed package has no sources")


def digest() -> str:
    """The digest of the sources, as ``studio/build.mjs`` makes it."""
    files = ["package.json", "package-lock.json", "build.mjs", "tsconfig.json"]
    files += [
        str(path.relative_to(SOURCES)) for path in (SOURCES / "src").rglob("*") if path.is_file()
    ]
    found = hashlib.sha256()
    for name in sorted(files):
        found.update(f"{name}\0".encode() + (SOURCES / name).read_bytes() + b"\0")
    return found.hexdigest()


def test_the_built_page_is_that_of_the_sources():
    built = json.loads((BUILT / "build.json").read_text())
    assert built["sources"] == digest(), "studio/ has changed: `make studio` builds the page anew"


def test_all_that_ships_is_small():
    sizes = json.loads((BUILT / "build.json").read_text())["gzipped"]
    assert sum(sizes.values()) < 500_000
    assert sorted(path.name for path in BUILT.iterdir()) == sorted([*sizes, "build.json"])


def test_its_policy_forbids_all_but_itself():
    policy = page.policy_of(page.read())
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/]{43}=' blob:", rules["script-src"])
    assert "http" not in policy and "*" not in policy and "unsafe-eval" not in policy


def test_it_loads_nothing():
    text = page.read()
    head = text[: text.index("<style>")]
    assert not re.search(r"<(img|iframe|script)\b", head)
    assert re.findall(r"<link [^>]*href=\"([a-z]+:)", head) == ["data:"]  # the icon
    assert not re.search(r"\b(src|href)=[\"']?(https?:)?//", text)
    assert not re.search(r"url\(\s*[\"']?(?!data:|#)", text[: text.index("<script")])
