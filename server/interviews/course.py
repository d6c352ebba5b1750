"""The course of an interview: opening, an answer's end, the next question, the closing.

Every function returns the events that follow, in order; none changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from realtime_scoring.interludes import welcome_back
from realtime_scoring.phrases import transition
from realtime_scoring.progress import answer_hint, hint_text, measure_progress
from realtime_scoring.questions.greetings import choose_greeting
from realtime_scoring.questions.past_work import check_past_work
from realtime_scoring.types import AnswerText, AskedFollowUps, Assessment, FollowUp, Question
from server.interviews.answers import answer_text, whole_text
from server.interviews.assessments import assessed_event, score_event, why_asked
from server.interviews.console.directing import find_direction
from server.interviews.evolve_answers import end_turn
from server.interviews.intents import Words
from server.interviews.mind import Mind
from server.interviews.state import AnsweredTurn, Ended, InterviewState, Turn
from server.protocol import events as e
from server.protocol.flow import AnswerForm, FlowQuestion, FlowStage

Events = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A follow-up, with what it was planned from."""

    question: Question
    answers: tuple[AnswerText, ...]
    follow_up: FollowUp


@dataclass(frozen=True, slots=True)
class _Thought:
    question: Question
    answers: tuple[AnswerText, ...]
    assessment: Assessment
    follow_up: FollowUp | None


def open_interview(state: InterviewState, mind: Mind, *, text_only: bool) -> Events:
    if state.started_at is not None:
        return _open_again(state, mind, text_only=text_only)
    refused = check_past_work(state.past_work, mind.engine.lexicons)
    words = choose_greeting(
        state.experience,
        state.language,
        state.organisation_name,
        state.job_title,
        demonstration=mind.demonstration and not text_only,
        past_work="" if refused else state.past_work,
    )
    return (
        e.InterviewStarted(text_only=text_only, greeting=words),
        e.RecogniserSelected(mind.recogniser_name, mind.demonstration),
        *_enter_stage(state, 0, spoken_before=words, text_only=text_only),
    )


def _open_again(state: InterviewState, mind: Mind, *, text_only: bool) -> Events:
    """An interview that broke off: from the question that was not answered."""
    words = welcome_back(state.language)
    return (
        e.InterviewStarted(text_only=text_only, greeting=words),
        e.RecogniserSelected(mind.recogniser_name, mind.demonstration),
        *_ask_next(state, spoken_before=words, text_only=text_only),
    )


def complete_answer(
    state: InterviewState,
    turn: Turn,
    mind: Mind,
    *,
    typed: str,
    complete: bool,
    t_ms: int,
    words: Words | None = None,
) -> Events:
    """The answer is whole: its text, what it shows, and what is asked next. `words` are for the follow-up that they
    were made for, and for no other."""
    answered, completed = _finish_turn(state, turn, typed=typed, complete=complete, t_ms=t_ms)
    thought = _think(state, answered, mind)
    direction = find_direction(state.console, state.question(turn.question_id), state.language, turn.id)
    told = (completed, *_tell_thought(state, mind, answered, thought), *direction.events)
    if direction.step == "end":
        return (*told, *close_interview(state))
    if direction.text:
        return (*told, _ask_more(state, turn, direction.text, t_ms, direction.why(turn.id)))
    planned = None if thought is None or direction.step == "skip" or direction.brief else thought.follow_up
    if planned is not None:
        return (*told, _ask_follow_up(state, turn, planned, t_ms, words))
    return (*told, *_go_on(state, answered, _pick_quote(state, answered, mind)))


def leave_question(state: InterviewState, turn: Turn, mind: Mind, now_ms: int) -> Events:
    """It is skipped: what has been said is its answer, and nothing more is asked about it."""
    answered, completed = _break_off(state, turn, now_ms)
    told = _tell_thought(state, mind, answered, _think(state, answered, mind))
    return (completed, *told, *_go_on(state, answered, ""))


def close_early(state: InterviewState, mind: Mind, now_ms: int) -> Events:
    """What has been said or typed of the open answer is kept, and the closing words follow."""
    turn = state.turn
    if turn is None:
        return close_interview(state)
    answered, completed = _break_off(state, turn, now_ms)
    if not answered.text:
        return close_interview(state)
    told = _tell_thought(state, mind, answered, _think(state, answered, mind))
    return (completed, *told, *close_interview(state))


def _break_off(state: InterviewState, turn: Turn, now_ms: int) -> tuple[AnsweredTurn, e.AnswerCompleted]:
    if not turn.closing:
        turn = replace(turn, closing="skipped", closing_since_ms=now_ms)
    complete = not speech_may_be_pending(state, turn)
    return _finish_turn(state, turn, typed=turn.draft.strip(), complete=complete, t_ms=now_ms)


def _tell_thought(state: InterviewState, mind: Mind, answered: AnsweredTurn, thought: _Thought | None) -> Events:
    return () if thought is None else _tell_assessment(state, mind, thought.question, answered.id, thought.assessment)


def foresee_follow_up(state: InterviewState, turn: Turn, mind: Mind, *, typed: str) -> Foreseen | None:
    """What would be asked if the answer ended now; None: no follow-up, or what comes next is not the rules' choice."""
    if state.console.directives or state.console.brief or state.console.quiet:
        return None
    answered, _ = _finish_turn(state, turn, typed=typed, complete=True, t_ms=0)
    thought = _think(state, answered, mind)
    if thought is None or thought.follow_up is None:
        return None
    return Foreseen(thought.question, thought.answers, thought.follow_up)


def _pick_quote(state: InterviewState, answered: AnsweredTurn, mind: Mind) -> str:
    """A few words that show the answer was heard. A name is not repeated back, and a refusal of scoring is kept to."""
    question = scoring_question(state, state.question(answered.question_id))
    if "ai_scoring" not in state.consents or question.kind == "identity":
        return ""
    turns = (*state.turns_of(answered.question_id), answered)
    return mind.engine.pick_quote(tuple(answer_text(turn, state.language) for turn in turns), question)


def close_interview(state: InterviewState) -> Events:
    flow = state.whole_flow
    return (e.InterviewClosing(flow.closing[state.language], flow.result_within_hours),)


def abort_interview(state: InterviewState, reason: e.EndReason, now_ms: int) -> Events:
    """What has been said or typed of the open answer is kept as the answer it was going to be."""
    turn = state.turn
    answered, total = count_answered(state)
    if turn is None:
        return (e.InterviewAborted(reason, answered, total),)
    complete = not speech_may_be_pending(state, turn)
    begun, completed = _finish_turn(state, turn, typed=turn.draft.strip(), complete=complete, t_ms=now_ms)
    if not begun.text:
        return (e.InterviewAborted(reason, answered, total),)
    known = any(earlier.question_id == turn.question_id and earlier.text for earlier in state.answered)
    return (completed, e.InterviewAborted(reason, answered + (not known), total))


def speech_may_be_pending(state: InterviewState, turn: Turn) -> bool:
    """Of an answer that ends before all that was said has been asked for: a voice was there, and the answer is its."""
    return state.epoch > 0 and (turn.form != "text" or turn.typing_since_ms is not None)


def spent_ms(turn: Turn, now_ms: int) -> int:
    """Of the question's time, used so far."""
    started_ms = turn.answer_started_ms if turn.answer_started_ms is not None else now_ms
    return max(0, now_ms - started_ms - turn.away_ms)


def count_answered(state: InterviewState) -> tuple[int, int]:
    """Counted questions answered, and how many the flow has. Follow-ups do not count."""
    answered = {turn.question_id for turn in state.answered if turn.text}
    return len(answered), sum(len(stage.questions) for stage in state.whole_flow.stages)


def _finish_turn(
    state: InterviewState, turn: Turn, *, typed: str, complete: bool, t_ms: int
) -> tuple[AnsweredTurn, e.AnswerCompleted]:
    completed = _completed_event(state, turn, whole_text(turn, typed, state.language), complete=complete, t_ms=t_ms)
    return end_turn(turn, completed, state.language), completed


def _completed_event(state: InterviewState, turn: Turn, text: str, *, complete: bool, t_ms: int) -> e.AnswerCompleted:
    duration_ms = spent_ms(turn, t_ms)
    ended_by = turn.closing or "text"
    transcribed = complete and not turn.unheard
    # What ends at once has its last words in a moment; the hint stays.
    written_down = not turn.unheard if turn.closing is None else transcribed
    hint = answer_hint(duration_ms, turn.suggested_ms, ended_by, bool(text), transcribed=written_down)
    return e.AnswerCompleted(
        turn_id=turn.id,
        question_id=turn.question_id,
        text=text,
        ended_by=ended_by,
        duration_ms=duration_ms,
        hint_code=hint,
        hint=hint_text(hint, duration_ms, state.language),
        transcription_complete=transcribed,
    )


def _think(state: InterviewState, answered: AnsweredTurn, mind: Mind) -> _Thought | None:
    """None where nothing may be thought of an answer."""
    question = scoring_question(state, state.question(answered.question_id))
    if not answered.text or "ai_scoring" not in state.consents or question.kind == "identity":
        return None
    turns = (*state.turns_of(answered.question_id), answered)
    answers = tuple(answer_text(turn, state.language) for turn in turns)
    assessment = mind.engine.assess(question, answers)
    return _Thought(question, answers, assessment, _plan_follow_up(state, mind, question, turns, answers, assessment))


def assess_again(state: InterviewState, revised: AnsweredTurn, mind: Mind) -> Events:
    """An answer's text has changed after it was completed. What was asked since stays asked."""
    question = scoring_question(state, state.question(revised.question_id))
    assessed = any(question_id == revised.question_id for question_id, _ in state.assessments)
    if "ai_scoring" not in state.consents or question.kind == "identity" or (state.phase == "aborted" and not assessed):
        return ()
    turns = tuple(revised if turn.id == revised.id else turn for turn in state.turns_of(revised.question_id))
    assessment = mind.engine.assess(question, tuple(answer_text(turn, state.language) for turn in turns))
    return _tell_assessment(state, mind, question, turns[-1].id, assessment)


def score_without(state: InterviewState, ended: Ended, mind: Mind) -> Events:
    """An answer goes on that was assessed when it seemed to end: until it does, its part in the score is gone."""
    if state.assessments == ended.assessments:
        return ()
    score = mind.engine.score(
        tuple((scoring_question(state, state.question(each)), known) for each, known in ended.assessments)
    )
    return (score_event(score, mind.competency_names(state.language), demonstration=state.demonstration),)


def _tell_assessment(
    state: InterviewState, mind: Mind, question: Question, turn_id: str, assessment: Assessment
) -> Events:
    names = mind.competency_names(state.language)
    score = mind.engine.score(_all_assessments(state, question, assessment))
    return (
        assessed_event(turn_id, assessment, names),
        score_event(score, names, demonstration=state.demonstration),
    )


def _plan_follow_up(
    state: InterviewState,
    mind: Mind,
    question: Question,
    turns: tuple[AnsweredTurn, ...],
    answers: tuple[AnswerText, ...],
    assessment: Assessment,
) -> FollowUp | None:
    asked = AskedFollowUps(
        on_question=tuple(turn.follow_up for turn in turns if turn.follow_up is not None),
        in_interview=state.follow_ups_asked,
    )
    return mind.engine.plan_follow_up(question, answers, assessment, asked, mind.limits)


def _all_assessments(
    state: InterviewState, question: Question, assessment: Assessment
) -> tuple[tuple[Question, Assessment], ...]:
    earlier = tuple(
        (scoring_question(state, state.question(question_id)), known)
        for question_id, known in state.assessments
        if question_id != question.id
    )
    return (*earlier, (question, assessment))


def _ask_follow_up(
    state: InterviewState, turn: Turn, follow_up: FollowUp, t_ms: int, words: Words | None
) -> e.QuestionAsked:
    if words is not None and words.planned != follow_up:
        words = Words(follow_up, fallback="plan_changed")
    text = follow_up.text if words is None or not words.text else words.text
    return _ask_more(state, turn, text, t_ms, why_asked(follow_up, words))


def _ask_more(state: InterviewState, turn: Turn, text: str, t_ms: int, why: e.Why | None) -> e.QuestionAsked:
    """On the question that has just been answered."""
    number, total, remaining_ms = _progress(state, turn.question_id, spent_ms(turn, t_ms))
    index = len(state.turns_of(turn.question_id)) + 1
    return e.QuestionAsked(
        turn_id=state.fresh_turn_id(f"{turn.question_id}-{index}"),
        question_id=turn.question_id,
        stage_id=turn.stage_id,
        number=number,
        total=total,
        asked_as="follow_up",
        form=turn.form,
        text=text,
        spoken_text=text,
        suggested_ms=turn.suggested_ms,
        limit_ms=turn.limit_ms,
        remaining_ms=remaining_ms,
        why=why,
    )


def _go_on(state: InterviewState, answered: AnsweredTurn, quote: str) -> Events:
    """With an acknowledgement before it."""
    words = transition(state.language, previous=state.last_transition or None, index=len(state.answered), quote=quote)
    return _ask_next(state, spoken_before=words, text_only=state.text_only)


def _ask_next(state: InterviewState, *, spoken_before: str, text_only: bool) -> Events:
    """The next question of the stage, the next stage, or the closing."""
    stage_index, question_index = state.place
    if question_index + 1 < len(state.stage.questions):
        question = state.stage.questions[question_index + 1]
        return (_ask(state, state.stage, question, spoken_before=spoken_before, text_only=text_only),)
    return _enter_stage(state, stage_index + 1, spoken_before=spoken_before, text_only=text_only)


def _enter_stage(state: InterviewState, index: int, *, spoken_before: str, text_only: bool) -> Events:
    stages = state.whole_flow.stages
    if index >= len(stages):
        return close_interview(state)
    entered = e.StageEntered(stages[index].id, index)
    if not stages[index].questions:
        return (entered, *_enter_stage(state, index + 1, spoken_before=spoken_before, text_only=text_only))
    first = stages[index].questions[0]
    return (entered, _ask(state, stages[index], first, spoken_before=spoken_before, text_only=text_only))


def _ask(
    state: InterviewState, stage: FlowStage, question: FlowQuestion, *, spoken_before: str, text_only: bool
) -> e.QuestionAsked:
    number, total, remaining_ms = _progress(state, question.id)
    text = question.text[state.language]
    form: AnswerForm = "text" if text_only else stage.form
    return e.QuestionAsked(
        turn_id=state.fresh_turn_id(f"{question.id}-0"),
        question_id=question.id,
        stage_id=stage.id,
        number=number,
        total=total,
        asked_as="main",
        form=form,
        text=text,
        spoken_text=f"{spoken_before} {text}".strip(),
        suggested_ms=round(question.suggested_s * 1000 * state.time_multiplier),
        limit_ms=round(question.limit_s * 1000 * state.time_multiplier),
        remaining_ms=remaining_ms,
    )


def _progress(state: InterviewState, question_id: str, spent: int = 0) -> tuple[int, int, int]:
    """Number of the question, how many there are, and the time the flow suggests from here to the end."""
    questions = [question for stage in state.whole_flow.stages for question in stage.questions]
    position = next(index for index, question in enumerate(questions) if question.id == question_id)
    suggested_ms = tuple(round(question.suggested_s * 1000 * state.time_multiplier) for question in questions)
    progress = measure_progress(suggested_ms, position, spent)
    return position + 1, progress.total, progress.remaining_ms


def scoring_question(state: InterviewState, question: FlowQuestion) -> Question:
    return Question(
        id=question.id,
        text=question.text[state.language],
        kind=question.kind,
        competencies=question.competencies,
        follow_up_limit=question.follow_ups,
        language=state.language,
    )
