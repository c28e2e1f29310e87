"""CONTRIBUTING.md: its recipes are done by the letter, and what it has typed is there. `make
recipes` leaves out each step too, and compiles the op's kernel."""

import re
import shlex

import pytest
from recipes import PAGE, ROOT, Runner, check_style, copy_of_the_source, recipes
from scripts import script
from test_links import without_code

pytestmark = pytest.mark.timeout(900)  # a recipe's tests are many
RECIPES = recipes()
TEXT = PAGE.read_text("utf-8")
#: The recipe that needs a compiler, and minutes: its Python is looked at here, the rest by
#: `make recipes`.
COMPILED = "An op with a kernel"


def test_the_recipes_are_found():
    assert list(RECIPES) == [
        "An activation",
        "A layer",
        "A loss",
        "A metric",
        "An initializer, a regularizer or a constraint",
        "An optimizer",
        "An op made of others",
        COMPILED,
    ]


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_touches_few_files(title):
    files = RECIPES[title].files
    assert len(files) <= (4 if title == COMPILED else 3), files


def test_no_file_has_more_lines_than_the_page_allows():
    most = int(re.search(r"files at most (\d+) lines", TEXT)[1])
    files = [
        file
        for folder in "src engine tests tools benchmarks examples studio/src studio/tests".split()
        for suffix in ("py", "cpp", "hpp", "ts", "tsx")
        for file in (ROOT / folder).rglob(f"*.{suffix}")
    ]
    assert len(files) > 1000
    lines = {str(file): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {file: n for file, n in lines.items() if n > most} == {}


def named_tests(*titles: str) -> list[str]:
    """The arguments of one pytest that runs what several recipes name."""
    files, words = [], []
    for title in titles:
        line = next(line for line in RECIPES[title].shell if "pytest" in line)
        given = shlex.split(line)[3:]
        if "-k" in given:
            words.append(given[given.index("-k") + 1])
        files += [part for part in given if part.startswith(("tests/", "src/"))]
    return ["-q", "--doctest-modules", *dict.fromkeys(files), "-k", " or ".join(words)]


@pytest.fixture(scope="module")
def tests():
    with Runner() as tests:
        yield tests


def test_the_recipes_work(tmp_path, tests):
    """All but the op's in one copy, and the tests that they name."""
    folder = copy_of_the_source(tmp_path)
    titles = [title for title in RECIPES if title != COMPILED]
    for title in titles:
        for step in RECIPES[title].steps:
            step.apply(folder)
    status, said = check_style(folder)
    assert status == 0, said
    status, said = tests.run(folder, named_tests(*titles))
    assert status == 0, said


def test_the_op_s_steps_fit(tmp_path, tests):
    """And its Python is correct; the engine lacks the kernel here, and a message says so."""
    folder = copy_of_the_source(tmp_path)
    (folder / "engine").mkdir()
    for step in RECIPES[COMPILED].steps:
        if step.path.startswith("engine/"):
            (folder / step.path).parent.mkdir(parents=True)
            (folder / step.path).write_text((ROOT / step.path).read_text("utf-8"), "utf-8")
        step.apply(folder)
    status, said = check_style(folder)
    assert status == 0, said
    status, said = tests.run(folder, ["-q", "tests/ops/test_primitives.py", "-k", "hypot"])
    assert status == 1 and "'hypot' has no kernel" in said and "map_float.cpp" in said, said


def test_what_make_recipes_leaves_out_is_on_the_page():
    forgotten = script("tests/long/forgotten.py")
    for recipe in RECIPES.values():
        assert len(list(forgotten.without(recipe))) > len(recipe.steps)


def test_a_step_that_does_not_fit_raises(tmp_path):
    page = TEXT.replace('     "masking": ("Masking",),', '     "gone": ("Gone",),')
    step = next(s for s in recipes(page)["A layer"].steps if s.path.endswith("__init__.py"))
    with pytest.raises(AssertionError, match=r"lines stand in src/brickwork/layers/__init__\.py"):
        step.apply(ROOT)


@pytest.mark.parametrize(
    "path",
    sorted(set(re.findall(r"`((?:src|tests|tools|engine|docs|benchmarks)/[\w./-]*)`", TEXT))),
)
def test_paths_are_there(path):
    assert (ROOT / path).exists()


def shell_lines() -> list[str]:
    """What is typed: indented lines, and commands within a sentence or a table."""
    text = without_code(TEXT)
    blocks = re.findall(r"(?<=\n\n)((?: {4}\S[^\n]*\n)+)", text)
    lines = [re.sub(r"\s+# .*", "", line.strip()) for b in blocks for line in b.splitlines()]
    return list(dict.fromkeys([*lines, *re.findall(r"`((?:make|python) [^`\n]+)`", text)]))


@pytest.mark.parametrize("line", shell_lines())
def test_what_is_typed_is_there(line):
    """Targets of make, and files that pytest and Python are given."""
    words = shlex.split(line)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text("utf-8")
        targets = [word for word in words[1:] if "=" not in word]
        assert all(re.search(rf"(?m)^{target}:", makefile) for target in targets), line
    elif words[0] == "python":
        files = [word.partition("::")[0] for word in words[1:] if "/" in word]
        made = {step.path for recipe in RECIPES.values() for step in recipe.steps if step.new}
        assert files and all(list(ROOT.glob(file)) for file in set(files) - made), line
    else:
        assert words[0] in ("source", "git"), line
