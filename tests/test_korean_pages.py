"""Pages in Korean: they show the same code as the English ones, and lead to Korean pages."""

import re
import unicodedata
from pathlib import Path

import pytest
from test_links import links, without_code

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "SECURITY.md",
    *sorted(f"docs/{path.name.replace('.ko.', '.')}" for path in ROOT.glob("docs/*.ko.md")),
]
#: Pages whose Korean text follows the English one, paragraph by paragraph.
ALIKE = [page for page in PAGES if page not in ("README.md", "docs/real-bricks.md")]
#: What README.ko.md leads to in English: figures.
FIGURES = {"benchmarks/results.md"}


def english(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def korean_name(page: str) -> str:
    return page.replace(".md", ".ko.md")


def korean(page: str) -> str:
    return english(korean_name(page))


def code(text: str) -> list[str]:
    """The blocks of a page, without comments, and without what makes pictures Korean."""
    blocks = re.findall(r"```\w*\n.*?```|(?m:^ {4}\S[^\n]*$)", text, re.S)
    texts = [re.sub(r'(?m) +# .*$|,?\s*labels="ko"', "", block) for block in blocks]
    names = {"머리 길이": "hair length", "키": "height", "혈액형": "blood type"}
    return [re.sub('"([가-힣 ]+)"', lambda word: f'"{names[word[1]]}"', text) for text in texts]


def said_in_code(text: str) -> set[str]:
    """What stands between backquotes: names, files, numbers."""
    return set(re.findall(r"`([^`\n]+)`", without_code(text)))


@pytest.mark.parametrize("page", ALIKE)
def test_the_code_is_the_same(page):
    assert code(korean(page)) == code(english(page))


@pytest.mark.parametrize("page", ALIKE)
def test_nothing_is_left_out(page):
    assert said_in_code(korean(page)) ^ said_in_code(english(page)) == set()
    for mark in (r"(?m)^#+ ", r"(?m)^\|", r"(?m)^(?:-|\d\.) ", r"!\[|<img "):
        assert len(re.findall(mark, korean(page))) == len(re.findall(mark, english(page))), mark


@pytest.mark.parametrize("page", PAGES)
def test_each_page_begins_with_the_way_to_the_other(page):
    there, here = Path(page).name, Path(korean_name(page)).name
    for text, link in ((english(page), f"[한국어]({here})"), (korean(page), f"[English]({there})")):
        first = next(found for found in links(text) if not found[1].endswith(".svg"))
        assert "[{}]({})".format(*first) == link


@pytest.mark.parametrize("page", PAGES)
def test_what_a_korean_page_leads_to_is_korean(page):
    for words, address in links(korean(page)):
        name = address.partition("#")[0]
        if (
            name.endswith(".md")
            and words != "English"
            and "영어" not in words
            and (name not in FIGURES)
        ):
            assert name.endswith(".ko.md"), f"{korean_name(page)}: [{words}]({address})"


def test_what_readme_leads_to_is_korean():
    """Only figures are declared as English there."""
    to = {address for words, address in links(korean("README.md")) if words != "English"}
    assert {
        address for address in to if address.endswith(".md") and not address.endswith(".ko.md")
    } == FIGURES
    assert {korean_name(page) for page in PAGES[1:]} <= to


@pytest.mark.parametrize("page", PAGES)
def test_it_is_korean(page):
    """So is a quarter of each paragraph at least: names of programs are not."""
    text = re.sub(r"(?ms)```.*?```|^ {4}\S[^\n]*$|`[^`\n]*`|\]\([^)]*\)|<[^>]*>", "", korean(page))
    for paragraph in re.split(r"\n\s*\n", text):
        letters = [unicodedata.name(letter, "")[:5] for letter in paragraph if letter.isalpha()]
        if "English" not in paragraph and len(letters) > 40:
            assert letters.count("HANGU") > len(letters) / 4, paragraph
