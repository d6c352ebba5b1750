"""Who may begin."""

from __future__ import annotations

from media.transcription.condition import Admission, DegradeLevel
from media.transcription.scheduling.admission import AdmissionGate
from media.transcription.scheduling.settings import AdmissionSettings

NORMAL, REFUSING = DegradeLevel.NORMAL, DegradeLevel.REFUSING


def make_gate() -> AdmissionGate:
    return AdmissionGate(AdmissionSettings())


def test_while_finals_do_not_wait_everyone_may_begin() -> None:
    gate = make_gate()
    assert all(gate.decide(0.0, final_wait_s=0.1, level=NORMAL) == Admission(True, 0.1) for _ in range(50))


def test_while_they_wait_a_little_one_at_a_time() -> None:
    gate = make_gate()
    told = [gate.decide(at_s, final_wait_s=0.5, level=NORMAL) for at_s in (0.0, 1.0, 4.0, 5.0, 6.0)]
    assert [admission.ok for admission in told] == [True, False, False, True, False]
    assert [admission.wait_s for admission in told] == [0.5, 4.0, 1.0, 0.5, 4.0]


def test_while_they_wait_long_nobody() -> None:
    admission = make_gate().decide(0.0, final_wait_s=7.0, level=NORMAL)
    assert admission == Admission(False, 7.0)


def test_at_the_last_level_nobody_until_it_is_given_back() -> None:
    gate = make_gate()
    assert gate.decide(0.0, final_wait_s=0.0, level=REFUSING) == Admission(False, 5.0)
    assert gate.decide(1.0, final_wait_s=0.0, level=DegradeLevel.PLAIN_FINALS).ok
