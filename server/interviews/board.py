"""An interview as a card on HR's board."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.interviews.state import InterviewState
from server.protocol.signals import BoardCard, CardAlert


def build_card(state: InterviewState, *, speaking: bool, last_caption: str) -> BoardCard:
    flow, stage = state.whole_flow, state.stage
    turn, console = state.turn, state.console
    holder = console.holder
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
        alert_after_minutes=round(stage.alert_after_minutes * state.time_multiplier),
        question_number=turn.number if turn else len({answered.question_id for answered in state.answered}),
        questions_total=sum(len(each.questions) for each in flow.stages),
        candidate_connected=state.candidate_present,
        connection=state.connection,
        speaking=speaking,
        last_caption=last_caption,
        observers=console.people_watching,
        created_at=_rfc3339(state.created_at) or "",
        watchers=console.watcher_names,
        floor_holder="" if holder is None else holder.name or holder.user_id,
        floor_mode=None if holder is None else holder.mode,
        paused=console.paused,
        asked_for_human=console.help_pending,
        unread=console.line("candidate").unread,
        alerts=tuple(CardAlert(each.kind, _at(state, each.since_ms), each.acknowledged_by) for each in console.alerts),
        owner_id=state.owner_id,
    )


def _at(state: InterviewState, t_ms: int) -> str | None:
    return None if state.started_at is None else _rfc3339(state.started_at + timedelta(milliseconds=t_ms))


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
