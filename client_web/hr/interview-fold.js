/**
 * The fold of an interview, as on the server: one envelope after the other. It changes `state` in place (the page owns
 * the only copy) and tells which parts of the page have become stale; signals carry no seq and are folded the same way.
 */

import { ANSWER_FOLDS, onTurn } from "./answer-fold.js";
import { CONSOLE_FOLDS } from "./console-fold.js";
import { turnOf } from "./interview-state.js";

/** @typedef {import("../lib/protocol").ServerMessage} ServerMessage */
/** @typedef {import("../lib/protocol").EventData & import("../lib/protocol").SignalData} MessageData */
/** @typedef {import("../lib/protocol").QuestionAsked} QuestionAsked */
/** @typedef {import("./interview-state.js").InterviewState} InterviewState */
/** @typedef {import("./interview-state.js").Turn} Turn */
/** @typedef {import("./interview-state.js").Part} Part */

/**
 * @template Data
 * @typedef {(state: InterviewState, data: Data, envelope: ServerMessage) => Part[]} Fold
 */

/** Enough for five minutes at one report every two seconds; older samples fall off. */
const QUALITY_SAMPLES = 150;

/**
 * @param {InterviewState} state
 * @param {import("../lib/protocol").ServerMessage} envelope
 * @returns {Part[]} stale parts; empty for what the page does not show or has seen before
 */
export function evolve(state, envelope) {
  if (envelope.seq !== null && envelope.seq <= state.seq) return [];
  const fold = /** @type {Fold<any> | undefined} */ (FOLDS[envelope.type]);
  const beside = /** @type {Fold<any> | undefined} */ (CONSOLE_FOLDS[envelope.type]);
  const stale = [...(fold?.(state, envelope.data, envelope) ?? []), ...(beside?.(state, envelope.data, envelope) ?? [])];
  if (envelope.seq === null) return stale;
  state.seq = envelope.seq;
  state.log.push({ seq: envelope.seq, type: envelope.type, at: envelope.at, tMs: envelope.t_ms });
  return [...stale, "log"];
}

/** @type {{[Name in keyof MessageData]?: Fold<MessageData[Name]>}} */
const FOLDS = {
  ...ANSWER_FOLDS,
  "interview.created": (state, data) => {
    state.created = data;
    state.language = data.language;
    return ["head", "timeline", "facts"];
  },
  "invite.redeemed": (state) => {
    if (state.phase === "invited") state.phase = "lobby";
    return ["head"];
  },
  "language.chosen": (state, data) => {
    state.language = data.language;
    // Consent is to a text that was read, and that text is another one now.
    state.consents = {};
    return ["head", "timeline", "facts", "levels"];
  },
  "consent.given": (state, data, envelope) => {
    state.consents[data.kind] = { granted: data.granted, at: envelope.at };
    return ["facts", "levels", "evidence"];
  },
  "device.checked": (state, data) => {
    state.device = data;
    return ["facts", "media"];
  },
  "interview.started": (state, data, envelope) => {
    state.phase = "live";
    state.textOnly = data.text_only;
    state.startedAt = Date.parse(envelope.at) - (envelope.t_ms ?? 0);
    return ["head", "media", "evidence"];
  },
  "recogniser.selected": (state, data) => {
    state.recogniser = data;
    return ["head", "levels"];
  },
  "asr.degraded": (state, data) => {
    state.degraded = data.level > 0 ? data.word : null;
    return ["head"];
  },
  "language.doubted": (state, data) => {
    state.spokenLanguage = data.spoken;
    return ["head"];
  },
  "stage.entered": (state, data, envelope) => {
    state.stage = { index: data.index, enteredAt: envelope.at };
    return ["head", "timeline"];
  },

  "question.asked": askQuestion,
  "question.presented": onTurn((turn) => {
    if (turn.state === "asked") turn.state = "listening";
    return ["live", "timeline"];
  }),
  "nudge.given": onTurn((turn, data, envelope) => addNotice(turn, "nudge", envelope.t_ms, data.text)),
  "moment.granted": onTurn((turn, data, envelope) =>
    addNotice(turn, "moment", envelope.t_ms, String(data.until_ms - (envelope.t_ms ?? data.until_ms))),
  ),
  "form.changed": onTurn((turn, data, envelope) => {
    turn.form = data.form;
    return addNotice(turn, "form", envelope.t_ms, data.form);
  }),

  "score.updated": (state, data) => {
    state.score = data;
    state.assessed += 1;
    return ["levels"];
  },
  "opinion.given": (state, data) => {
    state.opinions.set(data.question_id, data);
    return ["opinions"];
  },
  "evidence.gathered": (state, data) => {
    state.gathered = data;
    return ["evidence"];
  },
  "review.requested": (state, data, envelope) => {
    state.reviews.push({ text: data.text, at: envelope.at });
    return ["head"];
  },

  "interview.closing": (state, data) => {
    state.phase = "closing";
    state.closing = { text: data.text, hours: data.result_within_hours };
    return ["head", "transcript"];
  },
  "interview.completed": (state, data) => endInterview(state, "archived", null, data),
  "interview.aborted": (state, data) => endInterview(state, "aborted", data.reason, data),

  "candidate.connected": (state, data) => {
    state.connections.add(data.connection_id);
    return ["head", "media"];
  },
  "candidate.disconnected": (state, data) => {
    state.connections.delete(data.connection_id);
    state.speaking = false;
    return ["head", "media"];
  },
  "observer.joined": (state, data) => {
    state.observers.set(data.connection_id, data.user_id);
    return ["head"];
  },
  "observer.left": (state, data) => {
    state.observers.delete(data.connection_id);
    return ["head"];
  },
  "server.restarted": (state) => {
    state.connections.clear();
    state.observers.clear();
    state.speaking = false;
    state.degraded = null;
    if (state.media) state.media.up = false;
    return ["head", "media"];
  },
  "media.connected": (state, data) => {
    state.media = { epoch: data.epoch, audio: data.audio, video: data.video, transport: data.transport, up: true };
    return ["media", "quality"];
  },
  "media.interrupted": (state, data) => {
    if (state.media?.epoch !== data.epoch) return [];
    state.media.up = false;
    state.level = null;
    return ["media"];
  },
  "media.recovered": (state, data) => {
    if (state.media?.epoch === data.epoch) state.media.up = true;
    return ["media"];
  },
  "media.faulted": (state, data, envelope) => {
    state.faults.push({ code: data.code, detail: data.detail, tMs: envelope.t_ms });
    return ["facts"];
  },
  "connection.changed": (state, data) => {
    state.connection = data.word;
    state.reason = data.reason;
    return ["quality"];
  },
  "quality.profile_changed": (state, data) => {
    state.profile = data;
    return ["quality", "media"];
  },
  "level.measured": (state, data) => {
    const clippedAt = data.clipped ? Date.now() : (state.level?.clippedAt ?? 0);
    state.level = { rmsDbfs: data.rms_dbfs, peakDbfs: data.peak_dbfs, snrDb: data.snr_db, clippedAt };
    return ["level"];
  },
  "speech.changed": (state, data) => {
    state.speaking = data.speaking;
    return ["media"];
  },
  "quality.measured": (state, data) => {
    const camera = state.quality.at(-1)?.camera;
    state.connection = data.word;
    state.reason = data.reason;
    state.quality.push({
      word: data.word,
      loss: data.audio_loss,
      recovered: data.audio_recovered,
      concealed: data.audio_concealed,
      jitterMs: data.audio_jitter_ms,
      audioKbps: data.audio_kbps,
      videoLoss: data.video_loss,
      videoKbps: data.video_kbps,
      width: data.video_width,
      height: data.video_height,
      fps: data.fps,
      rttMs: data.rtt_ms,
      availableKbps: data.available_kbps,
      camera: data.camera,
    });
    if (state.quality.length > QUALITY_SAMPLES) state.quality.shift();
    return camera === data.camera ? ["quality"] : ["quality", "media"];
  },
  "recording.opened": (state, data) => {
    state.recordings.push({
      epoch: data.epoch,
      name: data.name,
      startMs: data.start_ms,
      durationMs: null,
      sizeBytes: null,
    });
    return ["facts"];
  },
  "recording.closed": (state, data) => {
    const recording = state.recordings.find((one) => one.name === data.name);
    if (!recording) return [];
    recording.durationMs = data.duration_ms;
    recording.sizeBytes = data.size_bytes;
    return ["facts"];
  },
  "session.caught_up": (state) => {
    state.caughtUp = true;
    return ["head", "media", "transcript", "timeline", "levels", "evidence", "facts", "console", "chat"];
  },
};

/** @param {InterviewState} state @param {QuestionAsked} data @param {ServerMessage} envelope @returns {Part[]} */
function askQuestion(state, data, envelope) {
  const askedMs = envelope.t_ms ?? 0;
  state.progress = { number: data.number, total: data.total, remainingMs: data.remaining_ms, askedMs };
  const known = turnOf(state, data.turn_id);
  if (known) {
    known.repeats += 1;
    known.state = "asked";
  } else {
    state.turns.push({
      turnId: data.turn_id,
      questionId: data.question_id,
      stageId: data.stage_id,
      number: data.number,
      askedAs: data.asked_as,
      form: data.form,
      text: data.text,
      spoken: data.spoken_text,
      askedMs,
      repeats: 0,
      why: data.why,
      state: "asked",
      segments: [],
      live: null,
      answer: null,
      assessment: null,
      notices: [],
    });
  }
  return ["head", "transcript", "timeline", "evidence"];
}

/** @param {Turn} turn @param {"nudge" | "moment" | "form"} kind @param {number | null} tMs @param {string} detail @returns {Part[]} */
function addNotice(turn, kind, tMs, detail) {
  turn.notices.push({ kind, tMs: tMs ?? turn.askedMs, detail });
  return ["timeline"];
}

/**
 * @param {InterviewState} state
 * @param {"archived" | "aborted"} phase
 * @param {string | null} reason
 * @param {{answered: number, total: number}} counts
 * @returns {Part[]}
 */
function endInterview(state, phase, reason, counts) {
  state.phase = phase;
  state.ended = { reason, answered: counts.answered, total: counts.total };
  state.speaking = false;
  state.level = null;
  return ["head", "media", "facts", "levels", "evidence", "transcript"];
}
