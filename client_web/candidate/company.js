/** What the page does by itself when people come and go: tells it in words and sound, shows their picture, tells of a new message. */

import { t } from "../lib/i18n.js";
import { chimeWelcome } from "./chime.js";
import { countUnread, screenOf } from "./standing.js";
import { nameOf } from "./views/people.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */

/** Without a new frame for so long, the camera is off. */
const PICTURE_LIMIT_MS = 2500;

export class Company {
  #speaker;
  #voice;
  /** @type {CandidateState["holder"]} */
  #holder = null;
  #pausedText = "";
  #unread = 0;
  #caughtUp = false;
  #over = false;
  #announcing = false;
  #frames = 0;
  #framesAt = 0;
  #shows = false;

  /** @param {Pick<import("./live.js").Parts, "speaker" | "voice">} parts */
  constructor({ speaker, voice }) {
    this.#speaker = speaker;
    this.#voice = voice;
  }

  /** To be called after every change. @param {CandidateState} state */
  follow(state) {
    if (!state.caughtUp) return;
    const live = this.#caughtUp; // what was before this page is not announced
    this.#caughtUp = true;
    this.#noteHolder(state, live);
    this.#notePause(state, live);
    this.#noteMessages(state, live);
    this.#showPicture(state);
    // Nobody's voice is talked over.
    if (this.#announcing && (state.personSpeaks || state.selfSpeaks)) this.#speaker.cancel();
    this.#noteReopening(state);
  }

  /** @param {CandidateState} state @param {boolean} live */
  #noteHolder(state, live) {
    const before = this.#holder;
    if (state.holder?.name === before?.name && (state.holder === null) === (before === null)) return;
    this.#holder = state.holder;
    this.#voice.dataset.label = state.holder === null ? "" : nameOf(state, state.holder.name);
    if (!live || screenOf(state) !== "room") return;
    if (state.holder === null) return this.#voice.announce(state.told?.text ?? "");
    void chimeWelcome();
    void this.#announce(state, state.holder.text);
  }

  /** @param {CandidateState} state @param {boolean} live */
  #notePause(state, live) {
    if (state.pausedText === this.#pausedText) return;
    this.#pausedText = state.pausedText;
    if (!live || screenOf(state) !== "room") return;
    if (state.pausedText === "") this.#voice.announce(state.told?.text ?? "");
    else void this.#announce(state, state.pausedText);
  }

  /** @param {CandidateState} state @param {string} text */
  async #announce(state, text) {
    this.#speaker.cancel();
    this.#voice.announce(text);
    if (!state.spoken || state.personSpeaks || state.selfSpeaks) return;
    this.#announcing = true;
    await this.#speaker.speak(text, document.documentElement.lang);
    this.#announcing = false;
  }

  /** An open chat reads out what comes by itself. @param {CandidateState} state @param {boolean} live */
  #noteMessages(state, live) {
    const unread = countUnread(state);
    const last = state.chat.messages.at(-1);
    if (live && unread > this.#unread && !state.chat.open && last !== undefined) this.#voice.announce(t("candidate.chat_new", { name: nameOf(state, last.name) }));
    this.#unread = unread;
  }

  /** A browser does not tell when the other camera goes off; frames that do not come any more do. @param {CandidateState} state */
  #showPicture(state) {
    const video = this.#voice.querySelector("video");
    if (video === null) return;
    const frames = video.getVideoPlaybackQuality().totalVideoFrames;
    const now = Date.now();
    if (frames !== this.#frames) this.#framesAt = now;
    this.#frames = frames;
    const shows = state.holder !== null && video.videoWidth > 0 && now - this.#framesAt < PICTURE_LIMIT_MS;
    if (shows === this.#shows) return;
    this.#shows = shows;
    this.#voice.shows = shows;
  }

  /** A page that has come to its end has let go of everything: it begins anew. @param {CandidateState} state */
  #noteReopening(state) {
    const screen = screenOf(state);
    if (screen === "closing") this.#over = true;
    else if (this.#over && screen !== "trouble") {
      this.#over = false;
      location.reload();
    }
  }
}
