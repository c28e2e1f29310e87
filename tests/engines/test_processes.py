"""A few of the scenarios that `make cluster` tries: several processes that train together."""

import signal

import pytest
from scripts import script

cluster = script("tests/long/cluster.py")


def test_two_processes_come_to_the_weights_of_one(tmp_path):
    cluster.check_same(str(tmp_path), counts=(2,))


def test_other_data_are_refused_before_the_first_step(tmp_path):
    cluster.check_odd(str(tmp_path), "a value")


def test_a_process_that_is_killed_ends_the_others_and_is_named(tmp_path):
    cluster.check_signal(str(tmp_path), signal.SIGKILL, 2, 1, 0)


def test_every_scenario_is_counted():
    assert len(cluster.scenarios()) >= 40


@pytest.mark.parametrize("count", [0, -1])
def test_launch_wants_a_process(count, capsys):
    from brickwork.cli import main

    assert main(["launch", "-n", str(count), "train.py"]) == 2
    assert f"processes: got {count}, expected at least 1" in capsys.readouterr().err
