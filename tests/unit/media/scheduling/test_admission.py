"""Who may begin."""

from __future__ import annotations

import pytest

from media.transcription.condition import Admission, DegradeLevel
from media.transcription.scheduling.admission import AdmissionGate
from media.transcription.scheduling.settings import AdmissionSettings

NORMAL, REFUSING = DegradeLevel.NORMAL, DegradeLevel.REFUSING


def make_gate() -> AdmissionGate:
    return AdmissionGate(AdmissionSettings())


def ask(
    gate: AdmissionGate, at_s: float, *, wait_s: float = 0.0, level: DegradeLevel = NORMAL, threads: int = 1
) -> Admission:
    return gate.decide(at_s, final_wait_s=wait_s, level=level, threads=threads)


@pytest.mark.parametrize(("threads", "in_a_minute"), [(1, 4 + 12), (4, 16 + 48), (0, 4 + 12)])
def test_of_a_crowd_a_few_begin_at_once_and_the_others_one_after_the_other(threads: int, in_a_minute: int) -> None:
    """Before any final waits: their load comes later."""
    gate = make_gate()
    at_once = [ask(gate, 100.0, wait_s=0.1, threads=threads) for _ in range(50)]
    burst = 4 * max(1, threads)
    assert [admission.ok for admission in at_once] == [True] * burst + [False] * (50 - burst)
    assert at_once[0].wait_s == 0.1
    assert at_once[-1].wait_s == pytest.approx(5.0 / max(1, threads))
    later = sum(ask(gate, 100.0 + tenth / 10, threads=threads).ok for tenth in range(1, 601))
    assert burst + later == in_a_minute


def test_who_comes_again_when_told_begins() -> None:
    gate = make_gate()
    while (refused := ask(gate, 7.3)).ok:
        pass
    assert ask(gate, 7.3 + refused.wait_s).ok
    assert not ask(gate, 7.3 + refused.wait_s).ok


def test_after_a_quiet_time_there_is_a_whole_burst_and_no_more() -> None:
    gate = make_gate()
    for at_s in (0.0, 3600.0):
        assert sum(ask(gate, at_s).ok for _ in range(50)) == 4


def test_while_they_wait_a_little_one_at_a_time() -> None:
    gate = make_gate()
    told = [ask(gate, at_s, wait_s=0.5, threads=8) for at_s in (0.0, 1.0, 4.0, 5.0, 6.0)]
    assert [admission.ok for admission in told] == [True, False, False, True, False]
    assert [admission.wait_s for admission in told] == [0.5, 4.0, 1.0, 0.5, 4.0]


def test_while_they_wait_long_nobody() -> None:
    assert ask(make_gate(), 0.0, wait_s=7.0) == Admission(False, 7.0)


def test_at_the_last_level_nobody_until_it_is_given_back() -> None:
    gate = make_gate()
    assert ask(gate, 0.0, level=REFUSING) == Admission(False, 5.0)
    assert ask(gate, 1.0, level=DegradeLevel.PLAIN_FINALS).ok
