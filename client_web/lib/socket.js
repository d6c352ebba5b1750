/**
 * The one WebSocket of a page: hello, resume by `seq`, commands that survive a reconnect, heartbeat.
 *
 *   const socket = new VivaSocket({ token, onEnvelope, onState });
 *   socket.open();
 *   const { seq } = await socket.send("answer.finish", { turn_id });      // rejects with CommandError
 *   socket.watch("interview.watch", "itv_1");                              // HR: watches are renewed after every reconnect
 *
 * A command keeps its `id` until it is answered and is sent again after a reconnect; the server answers a repeated id with the
 * first answer, so nothing is done twice and nothing is lost.
 */

/** @typedef {import("./protocol.js").ServerMessage} Envelope  `seq` null: a signal, no part of the log; `t_ms` is on the interview clock */
/** @typedef {import("./protocol.js").CommandData} CommandData */

/**
 * `connecting` first attempt · `catching_up` past events are coming · `online` · `reconnecting` lost, trying again ·
 * `superseded` a newer tab took over (4000) · `unauthenticated` (4001) · `closed` by us. The last three do not come back by themselves.
 * @typedef {"connecting" | "catching_up" | "online" | "reconnecting" | "superseded" | "unauthenticated" | "closed"} SocketState
 */

/**
 * @typedef {object} SocketOptions
 * @property {string} [token]                              candidate's session; HR is known by the cookie
 * @property {(envelope: Envelope) => void} onEnvelope     events and signals, in order; answers to commands and pongs are not among them
 * @property {(state: SocketState, retryAt: number | null) => void} [onState]   retryAt: Date.now() of the next attempt
 * @property {(rttMs: number) => void} [onRoundTrip]
 * @property {(error: CommandError) => void} [onWatchRefused]   the watch is over: it is not renewed after a reconnect
 * @property {string} [url]
 */

const PROTOCOL = "viva.v1";
const BACKOFF_MS = [0, 500, 1000, 2000, 4000, 5000];
const PING_EVERY_MS = 5000;
/** Silence after which the line counts as dead, though the browser has not noticed. */
const DEAD_AFTER_MS = 12_000;
const RETRIES = 3;
const RETRY_AFTER_MS = 1000;
const FINAL_CLOSE_CODES = /** @type {Record<number, SocketState>} */ ({ 4000: "superseded", 4001: "unauthenticated" });

/** The server's "no" to a command. */
export class CommandError extends Error {
  /** @param {string} code @param {string} detail @param {boolean} retryable */
  constructor(code, detail, retryable) {
    super(detail || code);
    this.name = "CommandError";
    this.code = code;
    this.retryable = retryable;
  }
}

/** `id`: of the command that asked for it last. @typedef {{ type: string, interview: string | null, id: string, refusals: number }} Watch */

/** @typedef {{ frame: string, refusals: number, resolve: (answer: { seq: number }) => void, reject: (reason: Error) => void }} Pending */

export class VivaSocket {
  #options;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {SocketState} */
  #state = "connecting";
  #welcomed = false;
  #attempt = 0;
  #heardAt = 0;
  #beat = 0;
  #retry = 0;
  /** @type {Map<string, Pending>} in order of sending */
  #pending = new Map();
  /** @type {Map<string, Watch>} */
  #watches = new Map();
  /** @type {Map<string, number>} last seq seen, by interview */
  #seen = new Map();
  #lastSeq = 0;

  /** @param {SocketOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get state() {
    return this.#state;
  }

  /** How many commands wait for an answer. */
  get unanswered() {
    return this.#pending.size;
  }

  open() {
    addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
    this.#connect();
  }

  close() {
    removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#become("closed");
    this.#drop();
    for (const pending of this.#pending.values()) pending.reject(new CommandError("closed", "the socket was closed", true));
    this.#pending.clear();
  }

  /**
   * @template {keyof CommandData} Name
   * @param {Name} type
   * @param {CommandData[Name]} data
   * @param {{ interview?: string, id?: string }} [about]  an id from before a reload makes the command the same one
   * @returns {Promise<{ seq: number }>}
   */
  send(type, data, about = {}) {
    const id = about.id ?? newId();
    const frame = JSON.stringify({ v: 1, id, ...(about.interview ? { interview: about.interview } : {}), type, data });
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { frame, refusals: 0, resolve, reject });
      if (this.#welcomed) this.#socket?.send(frame);
    });
  }

  /**
   * Sends once if the line is up; no answer is awaited. For what is stale a second later.
   * @template {keyof CommandData} Name
   * @param {Name} type
   * @param {CommandData[Name]} data
   */
  post(type, data) {
    if (this.#welcomed) this.#write(type, data);
  }

  /** Bytes that the browser could not send yet. */
  get waitingBytes() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** A binary message, once, if the line is up. @param {Uint8Array<ArrayBuffer>} message */
  postBinary(message) {
    if (this.#welcomed && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /**
   * HR: `watch("board.watch")` or `watch("interview.watch", id)`; renewed after each reconnect, an interview from its last seen `seq`.
   * @param {"board.watch" | "interview.watch"} type
   * @param {string | null} interview
   */
  watch(type, interview = null) {
    const watch = { type, interview, id: "", refusals: 0 };
    this.#watches.set(`${type} ${interview}`, watch);
    if (this.#welcomed) this.#renew(watch);
  }

  /** @param {string} interview */
  unwatch(interview) {
    this.#watches.delete(`interview.watch ${interview}`);
    this.#seen.delete(interview);
    if (this.#welcomed) void this.send("interview.unwatch", {}, { interview }).catch(() => undefined);
  }

  #connect() {
    clearTimeout(this.#retry);
    const url = this.#options.url ?? `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/socket`;
    const socket = new WebSocket(url, PROTOCOL);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => this.#write("session.hello", { ...(this.#options.token ? { token: this.#options.token } : {}), after_seq: this.#lastSeq });
    socket.onmessage = (message) => this.#receive(String(message.data));
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lose(event.code);
    };
    clearInterval(this.#beat);
    this.#beat = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  /** @param {string} text */
  #receive(text) {
    this.#heardAt = Date.now();
    /** @type {Envelope} */
    const envelope = JSON.parse(text);
    switch (envelope.type) {
      case "session.welcomed":
        return this.#welcome(envelope);
      case "session.pong":
        return this.#options.onRoundTrip?.(Math.round(performance.now() - Number(envelope.data.echo)));
      case "command.accepted":
        return this.#settle(envelope.data.command, (pending) => pending.resolve({ seq: envelope.data.seq }));
      case "command.rejected": {
        const { command, code, detail, retryable } = envelope.data;
        const watch = [...this.#watches.values()].find((one) => one.id === command);
        if (watch !== undefined) return this.#refuseWatch(watch, new CommandError(code, detail, retryable));
        if (retryable && this.#tryAgain(command)) return;
        return this.#settle(command, (pending) => pending.reject(new CommandError(code, detail, retryable)));
      }
    }
    if (envelope.seq !== null) {
      this.#lastSeq = Math.max(this.#lastSeq, envelope.seq);
      if (envelope.interview) this.#seen.set(envelope.interview, Math.max(this.#seen.get(envelope.interview) ?? 0, envelope.seq));
    }
    this.#options.onEnvelope(envelope);
    if (envelope.type === "session.caught_up" && this.#state === "catching_up") this.#become("online");
  }

  /** @param {Extract<Envelope, { type: "session.welcomed" }>} envelope */
  #welcome(envelope) {
    this.#welcomed = true;
    this.#attempt = 0;
    // Only a candidate is sent the past unasked; HR asks by watches and is online at once.
    this.#become(envelope.data.role === "candidate" ? "catching_up" : "online");
    this.#ping();
    for (const watch of this.#watches.values()) {
      watch.refusals = 0;
      this.#renew(watch);
    }
    for (const pending of this.#pending.values()) this.#socket?.send(pending.frame);
    this.#options.onEnvelope(envelope);
  }

  /** @param {Watch} watch */
  #renew(watch) {
    watch.id = newId();
    const about = watch.interview === null ? {} : { interview: watch.interview };
    const data = watch.interview === null ? {} : { after_seq: this.#seen.get(watch.interview) ?? 0 };
    this.#socket?.send(JSON.stringify({ v: 1, id: watch.id, ...about, type: watch.type, data }));
  }

  /** @param {Watch} watch @param {CommandError} error */
  #refuseWatch(watch, error) {
    const key = `${watch.type} ${watch.interview}`;
    const refused = watch.id;
    if (!error.retryable || watch.refusals === RETRIES) {
      this.#watches.delete(key);
      this.#options.onWatchRefused?.(error);
      return;
    }
    watch.refusals += 1;
    setTimeout(() => {
      // A reconnect, or the page itself, may have asked anew or given it up meanwhile.
      if (this.#welcomed && this.#watches.get(key)?.id === refused) this.#renew(watch);
    }, RETRY_AFTER_MS * watch.refusals);
  }

  /** @param {string | null} id @param {(pending: Pending) => void} act */
  #settle(id, act) {
    const pending = id === null ? undefined : this.#pending.get(id);
    if (id === null || pending === undefined) return;
    this.#pending.delete(id);
    act(pending);
  }

  /** "Not now" (a server that is stopping, a limit): the same command once more, soon or after the reconnect. @param {string | null} id */
  #tryAgain(id) {
    const pending = id === null ? undefined : this.#pending.get(id);
    if (id === null || pending === undefined || pending.refusals === RETRIES) return false;
    pending.refusals += 1;
    setTimeout(() => {
      if (this.#welcomed && this.#pending.has(id)) this.#socket?.send(pending.frame);
    }, RETRY_AFTER_MS * pending.refusals);
    return true;
  }

  #ping() {
    if (Date.now() - this.#heardAt > DEAD_AFTER_MS) this.#lose(1006);
    else if (this.#welcomed) this.#write("session.ping", { echo: String(performance.now()) });
  }

  /** @param {keyof CommandData} type @param {object} data */
  #write(type, data) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ v: 1, id: newId(), type, data }));
  }

  /** @param {number} code */
  #lose(code) {
    this.#drop();
    const final = FINAL_CLOSE_CODES[code];
    if (final !== undefined) return this.#become(final);
    if (this.#state === "closed") return;
    const base = BACKOFF_MS[Math.min(this.#attempt, BACKOFF_MS.length - 1)] ?? 0;
    const delay = base * (0.75 + Math.random() * 0.5);
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), delay);
    this.#become("reconnecting", Date.now() + delay);
  }

  #drop() {
    clearTimeout(this.#retry);
    clearInterval(this.#beat);
    this.#welcomed = false;
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  /** The network is back, or the person is: do not wait for the next attempt, and test a line that may have died asleep. */
  #hurry = () => {
    if (document.visibilityState === "hidden") return;
    if (this.#state === "reconnecting" && this.#socket === null) this.#connect();
    else this.#ping();
  };

  /** @param {SocketState} state @param {number | null} retryAt */
  #become(state, retryAt = null) {
    this.#state = state;
    this.#options.onState?.(state, retryAt);
  }
}

/** An id no other command has. `crypto.randomUUID` is for secure pages only; this one works everywhere. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `cmd_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
