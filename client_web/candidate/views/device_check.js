/** Camera, microphone, loudspeaker and network, each tried out; every one can be done without. */

import { html, Markup } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { devicesPossible } from "../devices.js";
import { noteView, refusalView, stepView } from "./frame.js";
import { back, primary } from "./lobby.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */
/** @typedef {import("../state.js").Checked} Checked */

/** @param {CandidateState} state @returns {Markup} */
export function deviceCheckView(state) {
  const { check } = state;
  const answered = check.permission === "answered";
  return stepView(state, {
    step: "devices",
    title: t("candidate.devices_title"),
    lead: answered ? t("candidate.devices_lead_checked") : t("candidate.devices_lead"),
    body: html`${!devicesPossible() ? insecureView() : answered ? checksView(state) : explainerView(state)} ${otherWaysView(state)} ${refusalView(state)}`,
    bar: html`${back("consent")}${wayOn(state)}`,
  });
}

/** @param {CandidateState} state @returns {Markup} */
function wayOn({ check, sending }) {
  if (!devicesPossible()) return primary("answer_in_text", t("candidate.continue_in_text"), sending === "devices");
  if (check.permission !== "answered") return primary("allow_devices", t("candidate.allow_devices"), check.permission === "asking");
  if (check.microphone !== "ok") return primary("answer_in_text", t("candidate.continue_in_text"), sending === "devices");
  return primary("confirm_devices", t("candidate.continue"), sending === "devices");
}

/** Nobody has to show a face or a voice. @param {CandidateState} state @returns {Markup} */
function otherWaysView({ check }) {
  const possible = devicesPossible();
  const answered = check.permission === "answered";
  const ways = [
    { offered: possible && (!answered || check.camera === "ok"), action: "without_camera", testId: "audio-only", label: t("candidate.without_camera") },
    { offered: possible && (!answered || check.microphone === "ok"), action: "answer_in_text", testId: "text-only", label: t("candidate.without_microphone") },
    { offered: possible && !answered, action: "skip_devices", testId: "skip-devices", label: t("candidate.skip_check") },
  ].filter((way) => way.offered);
  if (ways.length === 0) return html``;
  return html`<div class="row other-ways" role="group" aria-label="${t("candidate.other_ways")}"><span class="soft small">${t("candidate.other_ways")}</span>
    ${ways.map((way) => html`<button type="button" class="button button-small" data-click="${way.action}" data-testid="${way.testId}">${way.label}</button>`)}</div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function explainerView({ check }) {
  return html`<div class="card explainer">
    <span class="explainer-signs" aria-hidden="true">${icon("camera", 30)}${icon("microphone", 30)}</span>
    <div class="stack stack-tight">
      <h2>${t("candidate.permission_title")}</h2>
      <p class="soft">${t("candidate.permission_text")}</p>
      ${check.permission === "asking" && html`<p role="status" class="strong">${t("candidate.permission_asking")}</p>`}
    </div>
  </div>`;
}

/** @returns {Markup} */
function insecureView() {
  return html`<div class="card stack">
    <h2>${t("candidate.insecure_title")}</h2>
    <p class="soft">${t("candidate.insecure_text", { address: location.host })}</p>
    <p>${t("candidate.insecure_choice")}</p>
  </div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function checksView(state) {
  const { check } = state;
  return html`<div class="checks">
    <section class="card check stack">${checkHead("camera", t("candidate.pick_camera"), check.camera)}
      ${
        check.camera === "ok"
          ? html`<self-view data-key="picture" data-label="${t("candidate.own_picture")}" data-off="${t("candidate.camera_off")}" class="self-large"></self-view>`
          : deviceNote("camera", check.camera)
      }
      ${pickView("camera", check.cameras)}
    </section>
    <div class="stack">
      ${microphoneView(state)} ${speakerView(state)} ${networkView(state)}
    </div>
  </div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function microphoneView({ check }) {
  if (check.microphone !== "ok") {
    return html`<section class="card check stack">${checkHead("microphone", t("candidate.microphone"), check.microphone)}
      ${deviceNote("microphone", check.microphone)}
      <button type="button" class="button" data-click="allow_devices">${icon("repeat")}${t("candidate.try_again")}</button>
    </section>`;
  }
  const busy = check.voice === "recording" || check.voice === "playing";
  return html`<section class="card check stack">${checkHead("microphone", t("candidate.microphone"), check.microphone)}
    <level-meter data-quiet="${t("candidate.microphone_quiet")}" data-heard="${t("candidate.microphone_heard")}"></level-meter>
    <div class="row">
      <button type="button" class="button" data-click="record_voice" data-testid="record-voice" ${busy && html`disabled`}>${icon("play")}${t("candidate.record_voice")}</button>
      <span class="small soft" role="status">${check.voice !== "idle" && t(`candidate.voice_${check.voice}`)}</span>
    </div>
    ${pickView("microphone", check.microphones)}
  </section>`;
}

/** @param {CandidateState} state @returns {Markup} */
function speakerView({ check }) {
  return html`<section class="card check stack">${checkHead("sound", t("candidate.speaker"), check.speaker)}
    <div class="row">
      <button type="button" class="button" data-click="play_tone" data-testid="play-tone" ${check.tone === "playing" && html`disabled`}>${icon("sound")}${t("candidate.play_tone")}</button>
      ${check.tone === "played" &&
      check.speaker !== "ok" &&
      html`<span class="row" role="group" aria-label="${t("candidate.tone_question")}"><span>${t("candidate.tone_question")}</span>
          <button type="button" class="button button-small" data-click="tone_heard">${t("candidate.yes")}</button>
          <button type="button" class="button button-small" data-click="tone_missed">${t("candidate.no")}</button></span>`}
    </div>
    ${check.speaker === "failed" && noteView(t("candidate.speaker_failed"), "warn")}
  </section>`;
}

/** @param {CandidateState} state @returns {Markup} */
function networkView({ rtt, socket }) {
  const word = socket !== "online" ? "lost" : rtt === null ? "measuring" : rtt < 200 ? "excellent" : rtt < 500 ? "good" : "poor";
  const checked = word === "measuring" ? "unknown" : word === "excellent" || word === "good" ? "ok" : "failed";
  return html`<section class="card check stack">${checkHead("network", t("candidate.network"), checked)}
    <p class="small soft" role="status">${t(`candidate.network_${word}`)}</p>
  </section>`;
}

/** @param {import("../../lib/icons.js").IconName} sign @param {string} name @param {Checked} checked @returns {Markup} */
function checkHead(sign, name, checked) {
  const look = checked === "ok" ? "badge-good" : ["unknown", "skipped"].includes(checked) ? "" : "badge-warn";
  return html`<div class="row row-apart"><h2 class="check-title">${icon(sign, 22)}${name}</h2>
    <span class="badge ${look}">${checked === "ok" && icon("check", 14)}${t(`candidate.checked_${checked}`)}</span></div>`;
}

/** @param {"camera" | "microphone"} device @param {Checked} checked @returns {Markup} */
function deviceNote(device, checked) {
  return noteView(t(`candidate.${device}_${checked}`), device === "microphone" ? "warn" : "plain");
}

/** @param {"camera" | "microphone"} device @param {{ id: string, label: string }[]} list @returns {Markup | false} */
function pickView(device, list) {
  return (
    list.length > 1 &&
    html`<div class="field"><label for="pick-${device}">${t(`candidate.pick_${device}`)}</label>
      <select class="input" id="pick-${device}" data-change="pick_${device}">${list.map(({ id, label }) => html`<option value="${id}">${label}</option>`)}</select></div>`
  );
}
