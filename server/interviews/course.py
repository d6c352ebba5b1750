"""The course of an interview: opening, an answer's end, the next question, the closing.

Every function returns the events that follow, in order; none changes anything.
"""

from __future__ import annotations

from realtime_scoring.phrases import greeting, transition
from realtime_scoring.progress import answer_hint, hint_text, measure_progress
from realtime_scoring.types import AnswerText, AskedFollowUps, Assessment, FollowUp, Question
from server.interviews.answers import answer_text, whole_text
from server.interviews.assessments import assessed_event, score_event, why_asked
from server.interviews.evolve_answers import end_turn
from server.interviews.mind import Mind
from server.interviews.state import AnsweredTurn, InterviewState, Turn
from server.protocol import events as e
from server.protocol.flow import AnswerForm, FlowQuestion, FlowStage

Events = tuple[object, ...]


def open_interview(state: InterviewState, mind: Mind, *, text_only: bool) -> Events:
    words = greeting(
        state.language, state.organisation_name, state.job_title, demonstration=mind.demonstration and not text_only
    )
    return (
        e.InterviewStarted(text_only=text_only, greeting=words),
        e.RecogniserSelected(mind.recogniser_name, mind.demonstration),
        *_enter_stage(state, 0, spoken_before=words, text_only=text_only),
    )


def complete_answer(state: InterviewState, turn: Turn, mind: Mind, *, typed: str, complete: bool, t_ms: int) -> Events:
    """The answer is whole: its text, what it shows, and what is asked next."""
    answered, completed = _finish_turn(state, turn, typed=typed, complete=complete, t_ms=t_ms)
    if answered.text and "ai_scoring" in state.consents:
        assessed, follow_up = _think(state, answered, mind)
    else:
        assessed, follow_up = (), None
    if follow_up is not None:
        return (completed, *assessed, _ask_follow_up(state, turn, follow_up, t_ms))
    return (completed, *assessed, *_go_on(state, answered, _pick_quote(state, answered, mind)))


def _pick_quote(state: InterviewState, answered: AnsweredTurn, mind: Mind) -> str:
    """A few words that show the answer was heard. A name is not repeated back, and a refusal of scoring is kept to."""
    question = _scoring_question(state, state.question(answered.question_id))
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


def _think(state: InterviewState, answered: AnsweredTurn, mind: Mind) -> tuple[Events, FollowUp | None]:
    question = _scoring_question(state, state.question(answered.question_id))
    if question.kind == "identity":
        return (), None
    turns = (*state.turns_of(answered.question_id), answered)
    answers = tuple(answer_text(turn, state.language) for turn in turns)
    assessment = mind.engine.assess(question, answers)
    events = _tell_assessment(state, mind, question, answered.id, assessment)
    return events, _plan_follow_up(state, mind, question, turns, answers, assessment)


def assess_again(state: InterviewState, revised: AnsweredTurn, mind: Mind) -> Events:
    """An answer's text has changed after it was completed. What was asked since stays asked."""
    question = _scoring_question(state, state.question(revised.question_id))
    assessed = any(question_id == revised.question_id for question_id, _ in state.assessments)
    if "ai_scoring" not in state.consents or question.kind == "identity" or (state.phase == "aborted" and not assessed):
        return ()
    turns = tuple(revised if turn.id == revised.id else turn for turn in state.turns_of(revised.question_id))
    assessment = mind.engine.assess(question, tuple(answer_text(turn, state.language) for turn in turns))
    return _tell_assessment(state, mind, question, turns[-1].id, assessment)


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
        (_scoring_question(state, state.question(question_id)), known)
        for question_id, known in state.assessments
        if question_id != question.id
    )
    return (*earlier, (question, assessment))


def _ask_follow_up(state: InterviewState, turn: Turn, follow_up: FollowUp, t_ms: int) -> e.QuestionAsked:
    number, total, remaining_ms = _progress(state, turn.question_id, spent_ms(turn, t_ms))
    index = len(state.turns_of(turn.question_id)) + 1
    return e.QuestionAsked(
        turn_id=f"{turn.question_id}-{index}",
        question_id=turn.question_id,
        stage_id=turn.stage_id,
        number=number,
        total=total,
        asked_as="follow_up",
        form=turn.form,
        text=follow_up.text,
        spoken_text=follow_up.text,
        suggested_ms=turn.suggested_ms,
        limit_ms=turn.limit_ms,
        remaining_ms=remaining_ms,
        why=why_asked(follow_up),
    )


def _go_on(state: InterviewState, answered: AnsweredTurn, quote: str) -> Events:
    """The next question of the stage, the next stage, or the closing."""
    stage_index, question_index = state.place
    words = transition(state.language, previous=state.last_transition or None, index=len(state.answered), quote=quote)
    if question_index + 1 < len(state.stage.questions):
        question = state.stage.questions[question_index + 1]
        return (_ask(state, state.stage, question, spoken_before=words, text_only=state.text_only),)
    return _enter_stage(state, stage_index + 1, spoken_before=words, text_only=state.text_only)


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
        turn_id=f"{question.id}-0",
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


def _scoring_question(state: InterviewState, question: FlowQuestion) -> Question:
    return Question(
        id=question.id,
        text=question.text[state.language],
        kind=question.kind,
        competencies=question.competencies,
        follow_up_limit=question.follow_ups,
        language=state.language,
    )
