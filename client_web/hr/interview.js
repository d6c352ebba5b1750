/** HR's view of one interview: folds what the socket brings and lets each element draw its part. */

import { t } from "../lib/i18n.js";
import { VivaSocket } from "../lib/socket.js";
import { interviewPath, request } from "./api.js";
import { noteServerTime } from "./clock.js";
import { HrBanner } from "./elements/banner.js";
import { HrEventLog } from "./elements/event-log.js";
import { HrFacts } from "./elements/facts.js";
import { HrInterviewHead } from "./elements/interview-head.js";
import { HrLevel } from "./elements/level.js";
import { HrLevels } from "./elements/levels.js";
import { HrNotices } from "./elements/notices.js";
import { HrQuality } from "./elements/quality.js";
import { HrTimeline } from "./elements/timeline.js";
import { HrTranscript } from "./elements/transcript.js";
import { HrVideo } from "./elements/video.js";
import "./elements/header.js";
import { evolve } from "./interview-fold.js";
import { currentTurn, emptyState } from "./interview-state.js";
import { logOut, useLanguage, whoAmI } from "./session.js";
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
const levels = element(HrLevels, "hr-levels");
const level = element(HrLevel, "hr-level");
const quality = element(HrQuality, "hr-quality");
const facts = element(HrFacts, "hr-facts");
const log = element(HrEventLog, "hr-event-log");
const drawn = [notices, head, video, transcript, timeline, levels, level, quality, facts, log];

/** Which elements draw a part that became stale; `live` is the running answer alone. @type {Record<Part, {update(): void}[]>} */
const DRAWN_BY = {
  head: [head, notices],
  transcript: [transcript],
  live: [head],
  timeline: [timeline],
  levels: [levels],
  quality: [quality],
  media: [video, level],
  level: [level],
  facts: [facts],
  log: [log],
};

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
    await request("GET", interviewPath(state.id));
    video.start(state, me.ice_servers ?? []);
    watch();
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
  document.addEventListener("quote-chosen", (event) => {
    transcript.highlight(/** @type {CustomEvent} */ (event).detail, /** @type {HTMLElement} */ (event.target));
  });
}

/** Everything again: at the start, and in another language. */
function draw() {
  const back = document.querySelector("#back");
  if (back) back.textContent = t("view.back");
  for (const one of [header, banner, ...drawn]) one.update();
  nameThePage();
}

function nameThePage() {
  document.title = t("page.interview_title", { name: state.created?.candidate_name ?? t("view.loading") });
}

function watch() {
  const socket = new VivaSocket({
    onEnvelope: (envelope) => {
      noteServerTime(envelope);
      if (envelope.interview !== null && envelope.interview !== state.id) return;
      const parts = evolve(state, /** @type {import("../lib/protocol").ServerMessage} */ (envelope));
      // Before the past has been read once nothing is watched yet, so that old restarts change nothing.
      if (envelope.type === "server.restarted") video.renew();
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
