/** HR's view of one interview: folds what the socket brings and lets each element draw its part. */

import { t } from "../lib/i18n.js";
import { VivaSocket } from "../lib/socket.js";
import { interviewPath, request } from "./api.js";
import { noteServerTime } from "./clock.js";
import { Commands } from "./commands.js";
import { HrAlerts } from "./elements/alerts.js";
import { HrBanner } from "./elements/banner.js";
import { HrChat } from "./elements/chat.js";
import { HrConsoleBar } from "./elements/console-bar.js";
import { HrControls } from "./elements/controls.js";
import { HrDirectives } from "./elements/directives.js";
import { HrEventLog } from "./elements/event-log.js";
import { HrEvidence } from "./elements/evidence.js";
import { HrExplanations } from "./elements/explanations.js";
import { HrFacts } from "./elements/facts.js";
import { HrInterviewHead } from "./elements/interview-head.js";
import { HrLevel } from "./elements/level.js";
import { HrLevels } from "./elements/levels.js";
import { HrNotices } from "./elements/notices.js";
import { HrOpinions } from "./elements/opinions.js";
import { HrPlayback } from "./elements/playback.js";
import { HrQuality } from "./elements/quality.js";
import { HrReopen } from "./elements/reopen.js";
import { HrShortcutList } from "./elements/shortcut-list.js";
import { HrTimeline } from "./elements/timeline.js";
import { HrTranscript } from "./elements/transcript.js";
import { HrVideo } from "./elements/video.js";
import "./elements/header.js";
import { FloorVoice } from "./floor-voice.js";
import { evolve } from "./interview-fold.js";
import { currentTurn, emptyState } from "./interview-state.js";
import { loadRubricNames } from "./rubric-names.js";
import { listenForShortcuts } from "./shortcuts.js";
import { logOut, useLanguage, whoAmI } from "./session.js";
import { StillSender } from "./stills.js";
import { explain } from "./words.js";

/** @typedef {import("./interview-state.js").Part} Part */

const state = emptyState(decodeURIComponent(location.pathname.split("/").at(-1) ?? ""));

/** @template {HTMLElement} Kind @param {new () => Kind} kind @param {string} name @returns {Kind} */
function element(kind, name) {
  const found = document.querySelector(name);
  if (!(found instanceof kind)) throw new Error(`${name} is missing in the page`);
  return found;
}

const header = /** @type {any} */ (document.querySelector("hr-header"));
const banner = element(HrBanner, "hr-banner");
const notices = element(HrNotices, "hr-notices");
const head = element(HrInterviewHead, "hr-interview-head");
const video = element(HrVideo, "hr-video");
const transcript = element(HrTranscript, "hr-transcript");
const timeline = element(HrTimeline, "hr-timeline");
const evidence = element(HrEvidence, "hr-evidence");
const levels = element(HrLevels, "hr-levels");
const explanations = element(HrExplanations, "hr-explanations");
const opinions = element(HrOpinions, "hr-opinions");
const playback = element(HrPlayback, "hr-playback");
const level = element(HrLevel, "hr-level");
const quality = element(HrQuality, "hr-quality");
const facts = element(HrFacts, "hr-facts");
const log = element(HrEventLog, "hr-event-log");
const alerts = element(HrAlerts, "hr-alerts");
const bar = element(HrConsoleBar, "hr-console-bar");
const controls = element(HrControls, "hr-controls");
const directives = element(HrDirectives, "hr-directives");
const chat = element(HrChat, "hr-chat");
const shortcuts = element(HrShortcutList, "hr-shortcut-list");
const reopen = element(HrReopen, "hr-reopen");
const stepping = [alerts, bar, controls, directives, chat];
const drawn = [notices, head, ...stepping, video, transcript, timeline, evidence, levels, explanations, opinions, playback, level, quality, facts, log];

/** Which elements draw a part that became stale; `live` is the running answer alone. @type {Record<Part, {update(): void}[]>} */
const DRAWN_BY = {
  head: [head, notices, bar, controls, directives],
  transcript: [transcript],
  live: [head, controls],
  timeline: [timeline],
  levels: [levels, explanations, opinions],
  opinions: [opinions],
  evidence: [evidence],
  quality: [quality],
  media: [video, level, bar],
  level: [level],
  facts: [facts, explanations],
  log: [log],
  console: [alerts, bar, controls, directives, head],
  chat: [chat],
};

/** @type {FloorVoice | null} */
let voice = null;

/** @type {Set<Part>} */
const stale = new Set();

async function begin() {
  await useLanguage();
  for (const one of drawn) one.state = state;
  listen();
  draw();
  try {
    const me = await whoAmI();
    if (me === null) return leave();
    header.me = me;
    // Whoever asked for the levels before this came keeps them.
    state.revealed ||= me.organisation.scores_hidden === false;
    await Promise.all([request("GET", interviewPath(state.id)), loadRubricNames()]);
    video.start(state, me.ice_servers ?? []);
    new StillSender({ interview: state.id, user: me.user.id, video: () => video.flowing });
    stepIn(me, watch());
  } catch (error) {
    banner.show(explain(error), "bad");
  }
}

/** To the login, and back here after it. */
function leave() {
  location.assign(`/hr/?${new URLSearchParams({ next: location.pathname })}`);
}

function listen() {
  header.addEventListener("language-chosen", async (/** @type {CustomEvent} */ event) => {
    await useLanguage(event.detail);
    draw();
  });
  header.addEventListener("logout-asked", () => void logOut());
  bar.addEventListener("whisper-asked", () => directives.focusText());
  directives.addEventListener("focusin", () => (bar.whispering = true));
  directives.addEventListener("focusout", () => (bar.whispering = false));
  controls.addEventListener("reopen-asked", () => reopen.open(state.id));
  shortcuts.addEventListener("shortcuts-changed", () => {
    bar.update();
    controls.update();
  });
  listenForShortcuts({
    observe: () => void bar.observe(),
    whisper: () => bar.whisper(),
    barge: () => void bar.take("barge"),
    takeover: () => void bar.take("takeover"),
    hand_back: () => void bar.handBack(),
    mute: () => void bar.microphone(),
    pause: () => controls.pause(),
    repeat: () => controls.repeat(),
    skip: () => controls.skip(),
    chat: () => chat.focusText(),
  });
  document.addEventListener("levels-toggled", () => {
    explanations.update();
    opinions.update();
  });
  document.addEventListener("moment-chosen", (event) => playback.playFrom(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener("quote-chosen", (event) => {
    transcript.highlight(/** @type {CustomEvent} */ (event).detail, /** @type {HTMLElement} */ (event.target));
  });
}

/** Everything again: at the start, and in another language. */
function draw() {
  const back = document.querySelector("#back");
  if (back) back.textContent = t("view.back");
  for (const one of [header, banner, ...drawn, shortcuts, reopen]) one.update();
  nameThePage();
}

function nameThePage() {
  document.title = t("page.interview_title", { name: state.created?.candidate_name ?? t("view.loading") });
}

/** @param {import("./api.js").Me} me @param {VivaSocket} socket */
function stepIn(me, socket) {
  state.console.me = me.user.id;
  const commands = new Commands(socket, state.id);
  voice = new FloorVoice({ url: `${interviewPath(state.id)}/voice`, iceServers: me.ice_servers ?? [], onChange: () => bar.update() });
  bar.voice = voice;
  for (const one of stepping) {
    one.user = me.user;
    one.commands = commands;
    one.update();
  }
}

/** @returns {VivaSocket} */
function watch() {
  const socket = new VivaSocket({
    onEnvelope: (envelope) => {
      noteServerTime(envelope);
      if (envelope.interview !== null && envelope.interview !== state.id) return;
      const parts = evolve(state, /** @type {import("../lib/protocol").ServerMessage} */ (envelope));
      // Before the past has been read once nothing is watched yet, so that old restarts change nothing.
      if (envelope.type === "server.restarted") {
        video.renew();
        voice?.renew();
      }
      if (envelope.type === "session.caught_up") banner.follow("online");
      // The past comes as hundreds of events at once: drawn once, when it is all there.
      for (const part of parts) stale.add(part);
      if (stale.size > 0 && state.caughtUp) requestDraw();
    },
    onWatchRefused: (error) => banner.show(explain(error), "bad"),
    onState: (socketState) => {
      if (socketState === "reconnecting") state.caughtUp = false;
      if (socketState === "unauthenticated") return leave();
      banner.follow(socketState === "online" && !state.caughtUp ? "catching_up" : socketState);
    },
  });
  socket.watch("interview.watch", state.id);
  socket.open();
  return socket;
}

let asked = false;

/** At most once a frame, whatever comes in between. */
function requestDraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const elements = new Set([...stale].flatMap((part) => DRAWN_BY[part]));
    const live = stale.has("live") && !stale.has("transcript");
    stale.clear();
    for (const one of elements) one.update();
    if (live) transcript.updateLive(currentTurn(state));
    nameThePage();
  });
}

void begin();
