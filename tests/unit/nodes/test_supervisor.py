"""Keeping workers, with real processes that do nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from server.db.ownership import AlreadyRunning
from server.nodes.supervisor import Supervisor
from tests.fakes.workers import Factory, die, serve_and_die, serve_and_refuse_to_end, serve_until_hung_up


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.nodes.supervisor.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("server.nodes.supervisor.LOOK_EVERY_S", 0.05)


def end_when(reached: Callable[[], bool], number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A tick that tells this very process to end, as an operator would."""

    def tick() -> None:
        if reached():
            os.kill(os.getpid(), number)

    return tick


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_workers_are_told_to_end_and_buried(order: signal.Signals) -> None:
    factory, buried = Factory(serve_until_hung_up), list[str]()
    supervisor = Supervisor("server", 2, factory, buried.append, lambda: None)
    supervisor._tick = end_when(lambda: all(worker.ready for worker in supervisor._workers), order)
    before = signal.getsignal(order)
    assert supervisor.run()
    assert [(each.server, each.worker, each.workers) for each in factory.started] == [
        ("server", 0, 2),
        ("server", 1, 2),
    ]
    assert sorted(buried) == sorted(each.node for each in factory.started)
    assert all(map(is_gone, factory.processes))
    assert signal.getsignal(order) is before


def test_a_dead_worker_is_started_again_as_another_node_and_ever_later() -> None:
    factory, buried = Factory(serve_until_hung_up, serve_and_die), list[str]()
    supervisor = Supervisor("server", 2, factory, buried.append, end_when(lambda: len(buried) >= 3))
    assert supervisor.run()
    again = [each.node for each in factory.started if each.worker == 1]
    assert len(again) >= 3
    assert len(set(again)) == len(again)
    assert len([each for each in factory.started if each.worker == 0]) == 1, "its neighbour was left alone"
    assert supervisor._workers[1].pause_s >= 0.08
    assert all(map(is_gone, factory.processes))


def test_a_server_whose_workers_cannot_start_ends() -> None:
    factory, buried = Factory(serve_until_hung_up, die), list[str]()
    assert not Supervisor("server", 2, factory, buried.append, lambda: None).run()
    assert len(factory.started) == 2
    assert all(map(is_gone, factory.processes))
    assert len(buried) == 2


def test_who_does_not_end_when_told_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.nodes.supervisor.END_WITHIN_S", 0.2)
    factory, buried = Factory(serve_and_refuse_to_end), list[str]()
    supervisor = Supervisor("server", 1, factory, buried.append, lambda: None)
    supervisor._tick = end_when(lambda: supervisor._workers[0].ready)
    assert supervisor.run()
    assert all(map(is_gone, factory.processes))


def test_a_server_that_lost_its_database_ends_its_workers() -> None:
    def lose() -> None:
        raise AlreadyRunning("another server runs on this database")

    factory = Factory(serve_until_hung_up)
    with pytest.raises(AlreadyRunning):
        Supervisor("server", 1, factory, lambda node: None, lose).run()
    assert all(map(is_gone, factory.processes))
