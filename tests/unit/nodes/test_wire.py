"""What passes between workers: frames, arguments, errors."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

import server.app  # noqa: F401 - every error class there is
from media.errors import MediaError, SdpRejected
from media.types import ObserverAnswer, PublisherAnswer
from media.voices.facts import VoiceAnswer
from server.db.log import Position
from server.errors import InterviewError, TooManyRequests
from server.interviews.interview import Interview
from server.interviews.placement import LiveInterview
from server.interviews.services import Actor
from server.nodes import calls
from server.nodes.errors import CallFailed, CallUnknown, Fault, _kinds, error_of, fault_of
from server.nodes.frames import Ask, Done, Failed, Frame, FrameInvalid, Tell, decode_frame, encode_frame
from server.nodes.membership import Load, choose_node, share_threads
from server.nodes.remote_interview import RemoteInterview
from server.protocol import commands as c
from server.protocol import events as e

WORDS = st.from_regex(r"\A[A-Za-z0-9_.:][A-Za-z0-9_.:-]{0,40}\Z")
NUMBERS = st.integers(0, 2**53)
FRAMES = st.one_of(
    st.builds(Ask, NUMBERS, WORDS, WORDS, st.none() | WORDS, st.binary(max_size=80)),
    st.builds(Tell, WORDS, WORDS, st.binary(max_size=80)),
    st.builds(Done, NUMBERS, st.none() | st.builds(Position, NUMBERS, st.just("live")), st.binary(max_size=80)),
    st.builds(Failed, NUMBERS, st.binary(max_size=80)),
)


@given(FRAMES)
def test_a_frame_arrives_as_it_was_sent(frame: Frame) -> None:
    assert decode_frame(encode_frame(frame)) == frame


@given(
    st.binary(max_size=300)
    | st.builds(lambda head, body: head + b" " + body, st.sampled_from([b"ask", b"done"]), st.binary())
)
def test_anything_else_is_refused(written: bytes) -> None:
    try:
        frame = decode_frame(written)
    except FrameInvalid:
        return
    assert decode_frame(encode_frame(frame)) == frame


def test_arguments_arrive_as_they_were() -> None:
    actor = Actor("candidate", "session", "socket")
    command = c.AnswerSubmit("turn", "文字 \U0001f600")
    assert calls.SUBMIT.read(calls.SUBMIT.encode(command, actor, None)) == (command, actor, None)
    event = e.RecordingClosed(1, "001-001.webm", 4_000, 10)
    assert calls.RECORD.read(calls.RECORD.encode(event)) == (event,)
    assert calls.PUBLISH.decode_result(calls.PUBLISH.encode_result(PublisherAnswer(3, "v=0"))) == PublisherAnswer(
        3, "v=0"
    )
    assert calls.OPEN_VOICE.read(calls.OPEN_VOICE.encode("user-3", "v=0")) == ("user-3", "v=0")
    assert calls.OPEN_VOICE.decode_result(calls.OPEN_VOICE.encode_result(VoiceAnswer("v", "v=0"))) == VoiceAnswer(
        "v", "v=0"
    )
    assert calls.OBSERVE.decode_result(b'{"observer_id":"o","sdp":"v=0"}') == ObserverAnswer("o", "v=0")
    with pytest.raises(CallUnknown):
        calls.OBSERVE.decode_result(b'{"observer_id":1}')


def test_every_command_and_event_passes() -> None:
    """By their types: what a command or an event says is tested with the protocol."""
    with pytest.raises(CallUnknown):
        calls.RECORD.read(b'[{"type":"question.of_tomorrow","data":{}}]')
    with pytest.raises(CallUnknown):
        calls.SUBMIT.read(b'[{"type":"interview.started","data":{}},{"role":"hr","id":"1"},null]')


def test_every_call_on_an_interview_can_be_made_from_afar() -> None:
    """A method that the port names and no table has would fail on the day its interview lives elsewhere."""
    named = {name for name, value in vars(LiveInterview).items() if inspect.isfunction(value) and name[0] != "_"}
    assert named == calls.INTERVIEW_CALLS.keys() | calls.NOTICES.keys()
    for name in named:
        ours, theirs = (inspect.signature(getattr(kind, name)) for kind in (RemoteInterview, Interview))
        assert ours == theirs, name


def test_every_error_comes_back_as_its_class() -> None:
    assert len(_kinds()) > 30
    for kind in _kinds().values():
        error = kind("why", retry_after_s=7) if issubclass(kind, TooManyRequests) else kind("why")
        back = error_of(Fault.model_validate_json(fault_of(error).model_dump_json()))
        assert type(back) is kind
        assert back.detail == "why"
        assert (back.code, back.retryable) == (error.code, error.retryable)
        assert getattr(back, "retry_after_s", 7) == 7


def test_an_error_of_the_code_says_nothing_of_itself() -> None:
    fault = fault_of(KeyError("王小明"))
    assert "王小明" not in fault.model_dump_json()
    assert isinstance(error_of(fault), CallFailed)


def test_no_class_is_made_that_is_no_error_of_ours() -> None:
    for name in ("builtins.SystemExit", "server.cli.worker.run_worker", "os.system", ""):
        assert type(error_of(Fault(kind=name, detail="x"))) is CallFailed
    assert isinstance(error_of(fault_of(SdpRejected("x" * 9_000))), MediaError)
    assert issubclass(CallFailed, InterviewError)


def load(worker: int, running: int = 0, opened: int = 0, lag_ms: float = 1.0) -> Load:
    return Load(worker=worker, running=running, open=opened, lag_ms=lag_ms)


def test_the_worker_with_the_fewest_interviews_is_chosen() -> None:
    assert choose_node({}, {}) is None
    two = {"a": load(0, running=2, opened=2), "b": load(1, running=1, opened=9)}
    assert choose_node(two, {"a": 2, "b": 9}) == "b", "those that wait for their candidates cost nothing"
    assert choose_node(two, {"a": 2, "b": 11}) == "a", "what b was given since it measured itself counts"
    assert choose_node({"a": load(0, opened=2), "b": load(1, opened=1)}, {"a": 2, "b": 1}) == "b"
    assert choose_node({"a": load(0), "b": load(1)}, {"a": 1}) == "b"
    assert choose_node({"a": load(0, lag_ms=90), "b": load(1, running=5)}, {}) == "b", "a has no time"
    assert choose_node({"a": load(0, lag_ms=90), "b": load(1, running=5, lag_ms=90)}, {}) == "a"


def test_all_workers_together_take_no_more_cores_than_there_are() -> None:
    assert [share_threads(8, workers, 8) for workers in (1, 2, 4, 8, 16)] == [8, 4, 2, 1, 1]
    assert share_threads(1, 2, 64) == 1
