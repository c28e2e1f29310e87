"""The map of docs/architecture.md is true: every import keeps to docs/rooms.toml."""

import importlib
import re
from collections import Counter

import pytest
from scripts import script

rooms = script("tools/rooms.py")

SAID = rooms.declared()
ALLOWED = {entry["name"]: entry["imports"] for entry in SAID["room"]}
DOORS = {(f"brickwork.{door['file']}", door["to"]) for door in SAID["door"]}
IMPORTS = list(rooms.imports())
ACROSS = [one for one in IMPORTS if len(set(one.rooms)) == 2]


def is_door(one) -> bool:
    return (one.module, one.rooms[1]) in DOORS


def test_every_room_stands_in_the_table_once():
    there = {rooms.room(module) for module in rooms.modules()} | {"_engine"}
    assert Counter(entry["name"] for entry in SAID["room"]) == Counter(there)


def test_every_import_keeps_to_the_table():
    against = [
        f"{one}: {one.rooms[0]} may not import {one.rooms[1]}"
        for one in ACROSS
        if one.rooms[1] not in ALLOWED[one.rooms[0]] and not is_door(one)
    ]
    assert not against, "\n".join(against)


def test_rooms_import_only_what_stands_above_them_so_that_there_are_no_circles():
    above: set[str] = set()
    for name, imports in ALLOWED.items():
        assert set(imports) <= above, f"{name} lists {sorted(set(imports) - above)}"
        above.add(name)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_table_allows_is_used(name):
    used = {one.rooms[1] for one in ACROSS if one.rooms[0] == name and not is_door(one)}
    assert sorted(set(ALLOWED[name]) - used) == []


def test_doors_are_used_and_open_inside_of_functions():
    opened = {(one.module, one.rooms[1]) for one in ACROSS if is_door(one)}
    assert opened == DOORS
    assert [str(one) for one in ACROSS if is_door(one) and not one.lazy] == []


def test_modules_that_load_others_by_name_are_listed():
    assert rooms.loaders() == {
        "brickwork" if one["file"] == "brickwork" else f"brickwork.{one['file']}"
        for one in SAID["loader"]
    }


def test_every_name_that_is_imported_is_there():
    """Imports inside of functions fail when the function is called: perhaps in no test."""
    lacking = [
        f"{one} {one.name}"
        for one in IMPORTS
        if one.name not in (None, "*")
        and not hasattr(importlib.import_module(one.imported), one.name)
    ]
    assert not lacking, "\n".join(lacking)


def test_the_page_shows_the_table():
    page = rooms.PAGE.read_text()
    assert page == rooms.with_table(page), "docs/architecture.md: run python tools/rooms.py"


def test_files_that_the_page_names_are_there():
    page = rooms.PAGE.read_text()
    named = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|cpp|md|json))`", page))
    assert len(named) > 30
    assert [
        name
        for name in sorted(named)
        if not any(
            (place / name).exists()
            for place in (rooms.ROOT, rooms.SOURCE, rooms.SOURCE / "pictures")
        )
    ] == []
