/** How people who step in change what the page knows; each fold runs beside the one of `interview-fold.js` of the same event. */

/** @typedef {import("./interview-fold.js").MessageData} MessageData */
/** @typedef {import("./interview-state.js").InterviewState} InterviewState */
/** @typedef {import("./console-state.js").Console} Console */
/** @typedef {import("./console-state.js").Directive} Directive */
/** @typedef {import("./interview-state.js").Part} Part */

/** @type {{[Name in keyof MessageData]?: import("./interview-fold.js").Fold<MessageData[Name]>}} */
export const CONSOLE_FOLDS = {
  "observer.joined": (state, data) => {
    if (data.name) state.console.names.set(data.user_id, data.name);
    return ["console"];
  },
  "observer.left": () => ["console"],

  "floor.taken": (state, data) => {
    state.console.holder = { userId: data.user_id, name: data.name, mode: data.mode };
    state.console.obstacle = null;
    return tell(state.console, `news.${data.mode}`, { name: data.name });
  },
  "floor.changed": (state, data) => {
    state.console.holder = { userId: data.user_id, name: data.name, mode: data.mode };
    return tell(state.console, `news.${data.mode}`, { name: data.name });
  },
  "floor.handed_back": (state, data) => {
    freeFloor(state.console);
    return tell(state.console, `news.floor_${data.reason}`, { name: data.name });
  },

  "directive.given": (state, data) => {
    const { directive_id: id, user_id: userId, name, kind, text, minutes, verbatim, override } = data;
    state.console.directives.push({ id, userId, name, kind, text: text ?? "", minutes: minutes ?? 0, verbatim: verbatim ?? false, override: override ?? "", state: "waiting" });
    return tell(state.console, "news.directive_given", { name });
  },
  "directive.applied": (state, data) => settle(state.console, data.directive_id, "applied"),
  "directive.withdrawn": (state, data) => settle(state.console, data.directive_id, "withdrawn"),

  "interview.paused": (state, data) => {
    state.console.paused = true;
    return tell(state.console, "news.paused", { name: data.name });
  },
  "interview.resumed": (state, data) => {
    state.console.paused = false;
    return tell(state.console, "news.resumed", { name: data.name });
  },
  "question.skipped": (state, data) => {
    state.console.skipUntilMs = data.undo_until_ms;
    return tell(state.console, "news.skipped", { name: data.name });
  },
  "question.asked": (state, data) => {
    const untilMs = state.console.skipUntilMs;
    state.console.skipped = untilMs === null ? null : { turnId: data.turn_id, untilMs };
    state.console.skipUntilMs = null;
    return ["console"];
  },
  "question.withdrawn": (state) => {
    state.console.skipped = null;
    return ["console"];
  },
  "time.granted": (state, data) => tell(state.console, "news.granted", { name: data.name, count: data.minutes }),
  "close.announced": (state, data) => {
    state.console.closingAtMs = data.at_ms;
    return tell(state.console, "news.close_announced", { name: data.name });
  },
  "close.cancelled": (state, data) => {
    state.console.closingAtMs = null;
    return tell(state.console, "news.close_cancelled", { name: data.name });
  },
  "interview.closing": (state) => leadNoMore(state.console),
  "interview.completed": (state) => leadNoMore(state.console),
  "interview.aborted": (state) => leadNoMore(state.console),
  "interview.reopened": (state, data) => {
    state.phase = "lobby";
    state.ended = null;
    state.console.redos = data.redo;
    return ["head", "media", "facts", ...tell(state.console, "news.reopened", { name: data.name, reason: data.reason })];
  },

  "chat.sent": (state, data, envelope) => {
    const own = data.sender === "hr" && data.user_id === state.console.me;
    state.console.chats[data.channel].push({ number: data.number, own, side: data.sender, name: data.name, text: data.text, at: envelope.at });
    // Who writes has seen what stands above.
    if (own) state.console.seen[data.channel] = data.number;
    if (data.sender === "candidate") state.console.candidateSeen = data.number;
    return own ? ["chat"] : ["chat", ...tell(state.console, `news.chat_${data.channel}`, { name: data.name })];
  },
  "chat.seen": (state, data) => {
    if (data.reader === "candidate") {
      state.console.candidateSeen = Math.max(state.console.candidateSeen, data.up_to);
      return ["chat"];
    }
    if (data.reader !== "hr" || data.user_id !== state.console.me) return [];
    state.console.seen[data.channel] = Math.max(state.console.seen[data.channel], data.up_to);
    return ["chat"];
  },
  "help.requested": (state, data) => {
    state.console.help = { text: data.text };
    return tell(state.console, "news.help", { name: state.created?.candidate_name ?? "" });
  },
  "help.acknowledged": (state, data) => {
    state.console.help = null;
    return tell(state.console, "news.help_acknowledged", { name: data.name });
  },
  "alert.raised": (state, data) => {
    state.console.alerts.set(data.kind, { since: data.since_ms, by: "" });
    // The request itself was told already.
    return data.kind === "help" ? ["console"] : tell(state.console, `alert.${data.kind}`, {});
  },
  "alert.acknowledged": (state, data) => {
    const alert = state.console.alerts.get(data.kind);
    if (alert) alert.by = data.name;
    return ["console"];
  },
  "alert.cleared": (state, data) => {
    state.console.alerts.delete(data.kind);
    return ["console"];
  },

  "voice.reach": (state, data) => {
    state.console.obstacle = data.obstacle;
    return ["console"];
  },
  "voice.heard": (state, data) => {
    state.console.voiceHeard = data.speaking;
    return ["console"];
  },
  "voice.captioned": (state, data) => say(state, data, data.committed + data.unstable, null),
  "voice.transcribed": (state, data) => say(state, data, data.text, data.t_start_ms),
  "voice.untranscribed": (state, data) => {
    state.console.said = state.console.said.filter((one) => one.segmentId !== data.segment_id);
    return ["transcript"];
  },
};

/** @param {Console} console @param {string} key @param {Record<string, string | number>} values @returns {Part[]} */
function tell(console, key, values) {
  console.news = { number: (console.news?.number ?? 0) + 1, key, values };
  return ["console"];
}

/** @param {Console} console */
function freeFloor(console) {
  console.holder = null;
  console.obstacle = null;
  console.voiceHeard = false;
}

/** @param {Console} console @param {string} id @param {"applied" | "withdrawn"} become @returns {Part[]} */
function settle(console, id, become) {
  const directive = console.directives.find((one) => one.id === id);
  if (!directive) return [];
  directive.state = become;
  return tell(console, `news.directive_${become}`, { name: directive.name });
}

/** The interview is over: chat, help and alerts stay. @param {Console} console @returns {Part[]} */
function leadNoMore(console) {
  freeFloor(console);
  console.paused = false;
  console.skipped = null;
  console.skipUntilMs = null;
  console.closingAtMs = null;
  for (const directive of console.directives) if (directive.state === "waiting") directive.state = "withdrawn";
  return ["console"];
}

/**
 * @param {InterviewState} state
 * @param {{user_id: string, segment_id: string, revision: number}} data
 * @param {string} text
 * @param {number | null} startMs null: a caption, which comes before the final text
 * @returns {Part[]}
 */
function say(state, data, text, startMs) {
  const console = state.console;
  const known = console.said.find((one) => one.segmentId === data.segment_id);
  if (known && (startMs === null ? known.final && data.revision <= known.revision : data.revision < known.revision)) return [];
  const turnId = known?.turnId ?? state.turns.at(-1)?.turnId ?? "";
  const name = console.names.get(data.user_id) ?? (console.holder?.userId === data.user_id ? console.holder.name : "");
  const now = state.startedAt === null ? 0 : Date.now() - state.startedAt;
  const piece = { segmentId: data.segment_id, turnId, userId: data.user_id, name, startMs: startMs ?? known?.startMs ?? now, text, revision: data.revision, final: startMs !== null };
  console.said = [...console.said.filter((one) => one !== known), piece].sort((a, b) => a.startMs - b.startMs);
  return ["transcript"];
}
