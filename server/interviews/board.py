"""An interview as a card on HR's board."""

from __future__ import annotations

from datetime import datetime

from server.interviews.state import InterviewState
from server.protocol.signals import BoardCard


def build_card(state: InterviewState, *, speaking: bool, last_caption: str) -> BoardCard:
    flow, stage = state.whole_flow, state.stage
    turn = state.turn
    return BoardCard(
        interview=state.id,
        candidate_name=state.candidate_name,
        job_title=state.job_title,
        flow_title=flow.title[state.language],
        phase=state.phase,
        stage_title=stage.title[state.language] if state.started_at else "",
        stage_index=state.place[0],
        stages_total=len(flow.stages),
        stage_entered_at=_rfc3339(state.stage_entered_at),
        alert_after_minutes=stage.alert_after_minutes,
        question_number=turn.number if turn else len({answered.question_id for answered in state.answered}),
        questions_total=sum(len(each.questions) for each in flow.stages),
        candidate_connected=state.candidate_present,
        connection=state.connection,
        speaking=speaking,
        last_caption=last_caption,
        observers=len(state.observer_connections),
        created_at=_rfc3339(state.created_at) or "",
    )


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
