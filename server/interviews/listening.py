"""What a stretch of speech leads to: to which answer it belongs, what it changes, also when its text comes late."""

from __future__ import annotations

from dataclasses import replace

from server.interviews import intents as i
from server.interviews.answers import whole_text, with_segment
from server.interviews.course import Events, assess_again
from server.interviews.mind import Mind
from server.interviews.state import AnsweredTurn, InterviewState, Turn
from server.protocol import events as e

_Speech = i.HearSegment | i.MissSegment | i.DeferSegment


def hear(state: InterviewState, command: i.HearSegment, now_ms: int, mind: Mind) -> Events:
    turn = _turn_for_speech(state, command)
    if turn is None:
        return ()
    known, awaited = _known_segment(turn, command.segment_id), command.segment_id in turn.unheard
    if known is None and not command.text and not awaited:
        return ()  # nothing was said, and nobody waits for it
    heard = e.SegmentTranscribed(
        turn.id,
        command.segment_id,
        command.t_start_ms,
        command.t_end_ms,
        command.text,
        command.confidence,
        command.words,
        revision=max(command.revision, 0 if known is None else known.revision + 1),
        aside=state.console.aside(command.t_start_ms, command.t_end_ms) if known is None else known.aside,
    )
    if known is not None and not command.text:
        # Words that were told are not taken back because noise behind them hides them.
        heard = replace(heard, text=known.text, confidence=known.confidence, words=known.words)
    if known is not None and known.text == heard.text and known.revision >= command.revision and not awaited:
        return ()  # told before
    return (heard,) if isinstance(turn, Turn) else (heard, *_revise(state, with_segment(turn, heard), mind))


def miss(state: InterviewState, command: i.MissSegment, now_ms: int, mind: Mind) -> Events:
    turn = _turn_for_speech(state, command)
    if turn is None or command.segment_id in turn.missed or _has_text(turn, command):
        return ()
    failed = e.SegmentFailed(turn.id, command.segment_id, command.t_start_ms, command.t_end_ms, command.code)
    return (failed, *_mark_incomplete(turn))


def defer(state: InterviewState, command: i.DeferSegment, now_ms: int, mind: Mind) -> Events:
    turn = _turn_for_speech(state, command)
    if turn is None or command.segment_id in turn.unheard or _has_text(turn, command):
        return ()
    deferred = e.SegmentDeferred(turn.id, command.segment_id, command.t_start_ms, command.t_end_ms)
    return (deferred, *_mark_incomplete(turn))


def end_waiting(state: InterviewState, turn_id: str) -> Events:
    """All has been heard of an answer that could not wait for it; LAST_WORDS: of every one."""
    return tuple(
        e.AnswerRevised(turn.id, turn.question_id, turn.text, not turn.unheard)
        for turn in state.answered
        if turn.awaited and turn_id in (turn.id, i.LAST_WORDS)
    )


def _known_segment(turn: Turn | AnsweredTurn, segment_id: str) -> e.SegmentTranscribed | None:
    return next((each for each in (*turn.segments, *turn.asides) if each.segment_id == segment_id), None)


def _has_text(turn: Turn | AnsweredTurn, speech: i.MissSegment | i.DeferSegment) -> bool:
    """The text overtook the news that it would come later, or not at all."""
    known = _known_segment(turn, speech.segment_id)
    return known is not None and known.revision >= speech.revision and speech.segment_id not in turn.unheard


def _mark_incomplete(turn: Turn | AnsweredTurn) -> Events:
    if isinstance(turn, Turn) or not turn.whole:
        return ()
    return (e.AnswerRevised(turn.id, turn.question_id, turn.text, transcription_complete=False),)


def _revise(state: InterviewState, turn: AnsweredTurn, mind: Mind) -> Events:
    """A completed answer, with a segment that it did not have or had otherwise."""
    text = whole_text(turn, turn.typed, state.language)
    before = next(each for each in state.answered if each.id == turn.id)
    revised = e.AnswerRevised(turn.id, turn.question_id, text, turn.whole)
    if text == before.text:
        return () if turn.whole == before.whole else (revised,)
    return (revised, *assess_again(state, replace(turn, text=text), mind))


def _turn_for_speech(state: InterviewState, speech: _Speech) -> Turn | AnsweredTurn | None:
    """Speech belongs to the turn it ended in. While typing it belongs to none: thinking aloud is not the answer. What
    is said to a person is kept in any case."""
    turns: list[Turn | AnsweredTurn] = [*state.answered]
    if state.turn is not None:
        turns.append(state.turn)
    for turn in turns:
        if speech.segment_id in turn.unheard or _known_segment(turn, speech.segment_id) is not None:
            return turn
    if not turns:
        return None
    begun = [turn for turn in turns if turn.asked_at_ms < speech.t_end_ms]
    turn = begun[-1] if begun else turns[0]
    spoken_before_typing = turn.typing_since_ms is not None and speech.t_start_ms < turn.typing_since_ms
    to_person = state.console.to_person(speech.t_start_ms, speech.t_end_ms)
    return turn if turn.form != "text" or spoken_before_typing or to_person else None
