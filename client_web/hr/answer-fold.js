/** How what the candidate says changes a turn: captions, final texts, texts that are revised or come late. */

import { turnOf } from "./interview-state.js";

/** @typedef {import("./interview-fold.js").MessageData} MessageData */
/** @typedef {import("./interview-state.js").Part} Part */
/** @typedef {import("./interview-state.js").Segment} Segment */
/** @typedef {import("./interview-state.js").Turn} Turn */
/** @typedef {import("../lib/protocol").ServerMessage} ServerMessage */

/**
 * @template {{turn_id: string}} Data
 * @param {(turn: Turn, data: Data, envelope: ServerMessage) => Part[]} change
 * @returns {import("./interview-fold.js").Fold<Data>}
 */
export function onTurn(change) {
  return (state, data, envelope) => {
    const turn = turnOf(state, data.turn_id);
    return turn ? change(turn, data, envelope) : [];
  };
}

/** @type {{[Name in keyof MessageData]?: import("./interview-fold.js").Fold<MessageData[Name]>}} */
export const ANSWER_FOLDS = {
  "caption.updated": onTurn((turn, data) => {
    // A caption that was on its way while its segment became final would show the same words twice.
    const told = turn.segments.find((segment) => segment.id === data.segment_id);
    if (told && data.revision <= told.revision) return [];
    turn.live = data.committed + data.unstable === "" ? null : { segmentId: data.segment_id, committed: data.committed, unstable: data.unstable };
    return ["live"];
  }),
  "segment.transcribed": onTurn((turn, data) =>
    placeSegment(turn, data.segment_id, (known) => ({
      id: data.segment_id,
      startMs: data.t_start_ms,
      text: data.text,
      revision: data.revision,
      failed: null,
      deferred: false,
      revised: known !== null && (known.revised || !goesOn(known.text, data.text)),
      late: known !== null && (known.late || known.deferred || known.failed !== null),
      aside: data.aside ?? false,
    })),
  ),
  "segment.failed": onTurn((turn, data) =>
    placeSegment(turn, data.segment_id, (known) => ({ ...(known ?? blank(data)), failed: data.code, deferred: false })),
  ),
  "segment.deferred": onTurn((turn, data) =>
    placeSegment(turn, data.segment_id, (known) => ({ ...(known ?? blank(data)), deferred: true })),
  ),
  "answer.closing": onTurn((turn) => {
    turn.state = "closing";
    return ["live", "timeline"];
  }),
  "answer.completed": onTurn((turn, data) => {
    turn.state = "completed";
    turn.live = null;
    turn.answer = {
      text: data.text,
      endedBy: data.ended_by,
      durationMs: data.duration_ms,
      hint: data.hint,
      whole: data.transcription_complete,
      revised: false,
    };
    return ["transcript", "timeline", "evidence"];
  }),
  "answer.revised": onTurn((turn, data) => {
    const before = turn.answer ?? { endedBy: null, durationMs: null, hint: "", text: "", revised: false };
    turn.state = "completed";
    turn.live = null;
    turn.answer = { ...before, text: data.text, whole: data.transcription_complete, revised: before.revised || before.text !== data.text };
    return ["transcript", "timeline"];
  }),
  "question.withdrawn": (state, data) => {
    const reopened = turnOf(state, data.reopened_turn_id);
    const withdrawn = turnOf(state, data.turn_id);
    if (!reopened || !withdrawn) return [];
    state.turns = state.turns.filter((turn) => turn !== withdrawn);
    reopened.state = "listening";
    reopened.segments = [...reopened.segments, ...withdrawn.segments].sort((a, b) => a.startMs - b.startMs);
    reopened.live = withdrawn.live;
    reopened.answer = null;
    reopened.assessment = null;
    state.opinions.delete(reopened.questionId);
    state.assessed += 1;
    return ["head", "transcript", "timeline", "live", "levels"];
  },
  "answer.assessed": (state, data) => {
    state.opinions.delete(data.question_id);
    const turn = turnOf(state, data.turn_id);
    if (!turn) return [];
    turn.assessment = { star: data.star, flags: data.flags };
    return ["timeline", "levels"];
  },
};

/** @param {Turn} turn @param {string} id @param {(known: Segment | null) => Segment} change @returns {Part[]} */
function placeSegment(turn, id, change) {
  const known = turn.segments.find((segment) => segment.id === id) ?? null;
  // What comes late stands where it was said: people read in order of speech.
  turn.segments = [...turn.segments.filter((segment) => segment !== known), change(known)].sort((a, b) => a.startMs - b.startMs);
  if (turn.live?.segmentId === id) turn.live = null;
  return turn.answer || turn.segments.some((segment) => segment.aside) ? ["transcript"] : ["live"];
}

/** @param {{segment_id: string, t_start_ms: number}} data @returns {Segment} */
function blank(data) {
  return { id: data.segment_id, startMs: data.t_start_ms, text: "", revision: -1, failed: null, deferred: false, revised: false, late: false, aside: false };
}

/** Words were only added, whatever became of capitals and stops. @param {string} before @param {string} after */
function goesOn(before, after) {
  const bare = (/** @type {string} */ text) => text.toLowerCase().replace(/[\p{P}\s]+/gu, "");
  return bare(after).startsWith(bare(before));
}
