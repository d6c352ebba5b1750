/** The candidate's page: opens the session, folds what comes, draws what is. */

import { Drafts } from "../lib/drafts.js";
import { delegate, html, render } from "../lib/html.js";
import { language, loadLanguage, pickLanguage, t } from "../lib/i18n.js";
import { recall, remember } from "../lib/memory.js";
import { VivaSocket } from "../lib/socket.js";
import { Speaker } from "../lib/speech.js";
import { Store } from "../lib/store.js";
import "../components/hr-voice/hr-voice.js";
import "../components/level-meter/level-meter.js";
import "../components/self-view/self-view.js";
import { bindActions } from "./actions.js";
import { Company } from "./company.js";
import { bindConversation } from "./conversation.js";
import { DeviceCheck } from "./device_check.js";
import { Devices } from "./devices.js";
import { DraftCourier } from "./draft_courier.js";
import { fold } from "./fold.js";
import { Live } from "./live.js";
import { openSession, readInvite, SessionError } from "./session.js";
import { screenOf } from "./standing.js";
import { beginState } from "./state.js";
import { deviceCheckView } from "./views/device_check.js";
import { endDialog, helpDialog, skipDialog } from "./views/frame.js";
import { consentView, languageView } from "./views/lobby.js";
import { closingView, loadingView, troubleView } from "./views/outcome.js";
import { roomView } from "./views/room.js";
import { waitingView } from "./views/waiting.js";

/** @typedef {import("../components/hr-voice/hr-voice.js").HrVoice} HrVoice */
/** @typedef {import("../components/level-meter/level-meter.js").LevelMeter} LevelMeter */
/** @typedef {import("../components/self-view/self-view.js").SelfView} SelfView */

const VIEWS = {
  loading: loadingView,
  trouble: troubleView,
  language: languageView,
  consent: consentView,
  devices: deviceCheckView,
  waiting: waitingView,
  room: roomView,
  closing: closingView,
};

const root = /** @type {HTMLElement} */ (document.querySelector("#page"));
const voice = /** @type {HrVoice} */ (document.querySelector("hr-voice"));
const store = new Store(beginState(), fold);
const devices = new Devices();
const speaker = new Speaker();
let drafts = new Drafts("");
/** @type {DraftCourier | null} */
let courier = null;
/** @type {WeakMap<Element, string>} text boxes that have their draft, and of which turn */
const filled = new WeakMap();
let focused = "";
let drawing = false;

/** Many changes of one moment are drawn once. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

function draw() {
  const state = store.state;
  document.title = t("candidate.page_title", { organisation: state.session?.organisation ?? t("common.brand") });
  render(root, html`${VIEWS[screenOf(state)](state)}${helpDialog()}${endDialog()}${skipDialog()}`);
  for (const view of /** @type {NodeListOf<SelfView | LevelMeter>} */ (root.querySelectorAll("self-view, level-meter"))) {
    if (view.parentElement?.closest("self-view") === null) view.stream = devices.stream;
  }
  fillDraft();
  for (const text of root.querySelectorAll("[data-follow]")) text.scrollTop = text.scrollHeight;
  moveFocus();
}

/** A text box that was just made gets the text kept on this device, or else what the server has of it from another one. */
function fillDraft() {
  const box = /** @type {HTMLTextAreaElement | null} */ (root.querySelector("#answer"));
  const turnId = store.state.question?.turn_id;
  if (box === null || turnId === undefined || filled.get(box) === turnId) return;
  filled.set(box, turnId);
  const draft = drafts.read(turnId);
  box.value = draft?.text ?? store.state.drafted[turnId]?.text ?? "";
  courier?.note(turnId, box.value);
  store.patch({ draftSavedAt: draft?.savedAt ?? 0, characters: box.value.trim().length });
}

/** A new step or a new question takes the focus, so that a screen reader reads it and the keyboard starts there. */
function moveFocus() {
  const heading = /** @type {HTMLElement | null} */ (root.querySelector("[data-focus]"));
  const name = heading?.dataset.focus ?? "";
  if (name === focused || heading === null) return;
  const first = focused === "";
  focused = name;
  heading.focus({ preventScroll: true });
  if (!first) scrollTo({ top: 0 });
}

async function begin() {
  const invite = readInvite();
  const languagePlace = `viva.language.${invite}`;
  const { token, info } = await openSession(invite);
  const remembered = recall(languagePlace);
  await loadLanguage(pickLanguage(remembered ?? info.language));
  drafts = new Drafts(info.interview);
  store.patch({ session: info, phase: info.phase === "invited" ? "lobby" : info.phase, languageConfirmed: remembered !== null, spoken: speaker.enabled });

  const socket = new VivaSocket({
    token,
    onEnvelope: (envelope) => store.apply(envelope),
    onRoundTrip: (rtt) => store.patch({ rtt }),
    onState: (state, retryAt) => store.patch({ socket: state, retryAt, now: Date.now(), ...(state === "superseded" || state === "unauthenticated" ? { trouble: state } : {}) }),
  });
  const check = new DeviceCheck(store, devices);
  const parts = { store, socket, devices, check, speaker, drafts, voice, token };
  courier = new DraftCourier(store, socket);
  const live = new Live(parts);
  const rememberLanguage = () => remember(languagePlace, language());
  const actions = bindActions({ ...parts, courier, live, root, rememberLanguage });
  const conversation = bindConversation({ store, socket, root });
  const company = new Company(parts);
  delegate(root, "click", { ...actions.clicks, ...conversation.clicks });
  delegate(root, "keydown", conversation.keys);
  delegate(root, "input", actions.inputs);
  delegate(root, "change", actions.changes);
  delegate(root, "submit", { ...actions.submits, ...conversation.submits });
  devices.onChange = () => check.refresh();
  store.subscribe((state) => live.follow(state));
  store.subscribe((state) => company.follow(state));
  store.subscribe((state) => void speakTheLanguageOf(state.language));
  // What changes by itself: minutes left, the next attempt to reconnect.
  setInterval(() => store.patch({ now: Date.now() }), 1000);
  socket.open();
}

/** The log's language wins over the browser's: another device may have chosen it. @param {import("../lib/protocol.js").Language | null} chosen */
async function speakTheLanguageOf(chosen) {
  // A language of the past that is still being read would be drawn for a moment, and take ticks and focus with it.
  if (!store.state.caughtUp || chosen === null || chosen === language() || store.state.visiting === "language" || screenOf(store.state) === "language") return;
  await loadLanguage(chosen);
  drawSoon();
}

await loadLanguage(pickLanguage());
store.subscribe(drawSoon);
draw();
try {
  await begin();
} catch (error) {
  if (!(error instanceof SessionError)) throw error;
  delegate(root, "click", {
    reload: () => location.reload(),
    help: () => /** @type {HTMLDialogElement | null} */ (root.querySelector("#help"))?.showModal(),
  });
  store.patch({ trouble: error.code });
}
