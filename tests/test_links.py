"""Links of README and docs lead to files, and to headings, that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for folder in (".", "docs", "engine", "benchmarks")
    for path in (ROOT / folder).glob("*.md")
)


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.S)


def links(text: str) -> list[tuple[str, str]]:
    """The words and the address of each link to a file, pictures as well."""
    found = re.findall(r"\[([^\]]*)\]\(([^)]+)\)", without_code(text))
    found += [("", address) for address in re.findall(r'(?:src|srcset)="([^"]+)"', text)]
    return [(words, address) for words, address in found if "://" not in address]


def anchors(text: str) -> set[str]:
    """The headings, as addresses have them."""
    found = re.findall(r"(?m)^#+ (.*)$", without_code(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_what_is_there(page):
    here = ROOT / page
    for _, address in links(here.read_text("utf-8")):
        name, _, place = address.partition("#")
        there = here.parent / name if name else here
        assert there.exists(), address
        assert not place or place in anchors(there.read_text("utf-8")), address


def test_pages_are_found():
    assert {"README.md", "README.ko.md", "SECURITY.md", "docs/pictures.ko.md"} <= set(PAGES)
