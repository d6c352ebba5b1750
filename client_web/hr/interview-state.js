/** What HR's page knows of one interview. Filled by `interview-fold.js`, drawn by the page's elements. */

import { emptyConsole } from "./console-state.js";

/** @typedef {import("../lib/protocol").QuestionAsked} QuestionAsked */
/** @typedef {import("../lib/protocol").InterviewCreated} InterviewCreated */
/** @typedef {"head" | "transcript" | "live" | "timeline" | "levels" | "opinions" | "evidence" | "level" | "quality" | "media" | "facts" | "log" | "console" | "chat"} Part */

/**
 * @typedef {object} Turn
 * @property {string} turnId
 * @property {string} questionId
 * @property {string} stageId
 * @property {number} number
 * @property {QuestionAsked["asked_as"]} askedAs
 * @property {string} form
 * @property {string} text
 * @property {string} spoken what is read aloud: the text, after a greeting or a transition
 * @property {number} askedMs
 * @property {number} repeats
 * @property {QuestionAsked["why"]} why
 * @property {"asked" | "listening" | "closing" | "completed"} state
 * @property {Segment[]} segments in order of speech
 * @property {{segmentId: string, committed: string, unstable: string} | null} live
 * @property {{text: string, endedBy: string | null, durationMs: number | null, hint: string, whole: boolean, revised: boolean} | null} answer `revised`: text came after it had ended
 * @property {{star: import("../lib/protocol").Star, flags: string[]} | null} assessment
 * @property {{kind: "nudge" | "moment" | "form", tMs: number, detail: string}[]} notices
 */

/**
 * A stretch of speech and its text. `revision`: -1 before there is one. `revised`: words that stood there have changed.
 * `deferred`: its text comes later; `late`: it did. `aside`: said to a person of HR, and no part of the answer.
 * @typedef {{id: string, startMs: number, text: string, revision: number, failed: string | null, deferred: boolean, revised: boolean, late: boolean, aside: boolean}} Segment
 */

/** @typedef {{word: string, loss: number, recovered: number, concealed: number, jitterMs: number, audioKbps: number, videoLoss: number, videoKbps: number, width: number, height: number, fps: number, rttMs: number | null, availableKbps: number | null, camera: import("../lib/protocol").CameraState | null}} QualitySample */

/** Of the sound, some moments ago; `clippedAt` of this device's clock, 0: never. @typedef {{rmsDbfs: number, peakDbfs: number, snrDb: number | null, clippedAt: number}} Level */

/**
 * @typedef {object} InterviewState
 * @property {string} id
 * @property {number} seq last event folded; resume from here
 * @property {boolean} caughtUp
 * @property {InterviewCreated | null} created
 * @property {import("../lib/protocol").Phase} phase
 * @property {import("../lib/protocol").Language | null} language
 * @property {number | null} startedAt epoch ms of t_ms 0
 * @property {boolean} textOnly the candidate has no microphone
 * @property {{name: string, demonstration: boolean} | null} recogniser
 * @property {string | null} degraded what the recogniser leaves out at this moment
 * @property {import("../lib/protocol").Language | null} spokenLanguage another one than the interview's, if it seems so
 * @property {Record<string, {granted: boolean, at: string}>} consents
 * @property {import("../lib/protocol").DeviceChecked | null} device
 * @property {{index: number, enteredAt: string} | null} stage
 * @property {Turn[]} turns in order of asking
 * @property {{number: number, total: number, remainingMs: number, askedMs: number} | null} progress
 * @property {import("../lib/protocol").ScoreUpdated | null} score
 * @property {number} assessed how often something was assessed, or an assessment was void
 * @property {boolean} revealed this person has asked for the levels
 * @property {import("../lib/protocol").EvidenceGathered | null} gathered of the answer that is being given
 * @property {Map<string, import("../lib/protocol").OpinionGiven>} opinions of a language model, by question
 * @property {{text: string, at: string}[]} reviews the candidate asked for a person
 * @property {Set<string>} connections
 * @property {Map<string, string>} observers connection -> user
 * @property {{epoch: number, audio: boolean, video: boolean, transport: import("../lib/protocol").MediaConnected["transport"], up: boolean} | null} media
 * @property {{code: string, detail: string, tMs: number | null}[]} faults
 * @property {string | null} connection
 * @property {import("../lib/protocol").ConnectionReason | null} reason why the connection is no better
 * @property {import("../lib/protocol").QualityProfileChanged | null} profile what the candidate's page is asked to send
 * @property {Level | null} level null: nothing is heard
 * @property {boolean} speaking
 * @property {QualitySample[]} quality newest last
 * @property {{epoch: number, name: string, startMs: number, durationMs: number | null, sizeBytes: number | null}[]} recordings
 * @property {{text: string, hours: number} | null} closing
 * @property {{reason: string | null, answered: number, total: number} | null} ended reason null: it was completed
 * @property {import("./console-state.js").Console} console people who step in
 * @property {{seq: number, type: string, at: string, tMs: number | null}[]} log
 */

/** @param {string} id @returns {InterviewState} */
export function emptyState(id) {
  return {
    id,
    seq: 0,
    caughtUp: false,
    created: null,
    phase: "invited",
    language: null,
    startedAt: null,
    textOnly: false,
    recogniser: null,
    degraded: null,
    spokenLanguage: null,
    consents: {},
    device: null,
    stage: null,
    turns: [],
    progress: null,
    score: null,
    assessed: 0,
    revealed: false,
    gathered: null,
    opinions: new Map(),
    reviews: [],
    connections: new Set(),
    observers: new Map(),
    media: null,
    faults: [],
    connection: null,
    reason: null,
    profile: null,
    level: null,
    speaking: false,
    quality: [],
    recordings: [],
    closing: null,
    ended: null,
    console: emptyConsole(),
    log: [],
  };
}

/** @param {InterviewState} state @param {string} turnId */
export function turnOf(state, turnId) {
  // The turn talked about is nearly always the last one.
  return state.turns.findLast((turn) => turn.turnId === turnId) ?? null;
}

/** @param {InterviewState} state @returns {Turn | null} */
export function currentTurn(state) {
  const last = state.turns.at(-1) ?? null;
  return last && last.state !== "completed" ? last : null;
}
