/**
 * Time in which the open question could not be answered: the line, the media or the microphone was gone, a person had the floor, or all was
 * paused. It does not count against the answer's limit;
 * the server reckons the same way from the same events.
 */

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("./state.js").Envelope} Envelope */

/** The interviewer says nothing and the question's time stands still: a person has the floor, or all is paused. @param {Pick<CandidateState, "holder" | "pausedText">} state */
export function isQuiet({ holder, pausedText }) {
  return holder !== null || pausedText !== "";
}

/** @param {CandidateState} before @param {CandidateState} after @param {number} at @returns {CandidateState} */
export function noteAbsence(before, after, at) {
  if (after.question === null) return after;
  if (after.question.turn_id !== before.question?.turn_id) return { ...after, awayMs: 0, awaySince: canAnswer(after) ? null : at };
  const possible = canAnswer(after);
  if (!possible && after.awaySince === null) return { ...after, awaySince: at };
  if (!possible || after.awaySince === null) return after;
  const away = Math.max(0, at - Math.max(after.awaySince, after.listeningSince ?? at));
  return { ...after, awaySince: null, awayMs: after.awayMs + away };
}

/** What is left of the open answer's time, in ms; null when nothing is running. @param {CandidateState} state */
export function answerTimeLeft(state) {
  if (state.floor !== "listening" || state.listeningSince === null || state.question === null || state.awaySince !== null) return null;
  return state.question.limit_ms - (state.now - state.listeningSince - state.awayMs);
}

/** How long the open question could not be answered, until now, in ms. @param {CandidateState} state */
export function absentMs({ awayMs, awaySince, listeningSince, now }) {
  return awayMs + (awaySince === null ? 0 : Math.max(0, now - Math.max(awaySince, listeningSince ?? now)));
}

/** @param {CandidateState} state @param {Envelope} envelope @returns {CandidateState} */
export function foldPresence(state, { type, data }) {
  switch (type) {
    case "candidate.connected":
      return { ...state, connections: [...state.connections, data.connection_id] };
    case "candidate.disconnected":
      return { ...state, connections: state.connections.filter((known) => known !== data.connection_id) };
    case "server.restarted":
      return { ...state, connections: [], mediaUp: false, restarts: state.restarts + 1 };
    case "media.connected": {
      const soundOnly = data.transport === "websocket";
      const changed = state.caughtUp && state.soundOnly !== soundOnly;
      const change = !changed ? {} : soundOnly ? { soundOnlyAt: Date.now() } : { pictureBackAt: Date.now() };
      return { ...state, epoch: Math.max(state.epoch, data.epoch), mediaUp: true, soundOnly, ...change };
    }
    case "media.recovered":
      return data.epoch === state.epoch ? { ...state, mediaUp: true } : state;
    case "media.interrupted":
      return data.epoch === state.epoch ? { ...state, mediaUp: false } : state;
    default:
      return state;
  }
}

/** @param {CandidateState} state */
function canAnswer(state) {
  return state.connections.length > 0 && !isQuiet(state) && (state.form === "text" || (state.mediaUp && !state.microphoneLost));
}
