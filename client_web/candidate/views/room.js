/** The interview: the question always in sight, who has the floor in a word, what was heard, and the few things one can do. */

import { captionsView } from "../../components/captions/captions.js";
import { formatNumber, formatTimeOfDay } from "../../lib/format.js";
import { html, Markup } from "../../lib/html.js";
import { language, pickText, t } from "../../lib/i18n.js";
import { icon, mark } from "../../lib/icons.js";
import { answerTimeLeft, isQuiet } from "../absence.js";
import { cameraOf, isPicturePaused, isSoundOnly, isTyped, isUnheard, remainingMinutes } from "../standing.js";
import { awaitsText, finalTexts, hasSpoken } from "../heard.js";
import { chatView } from "./chat.js";
import { headerView, noteView, refusalView } from "./frame.js";
import { companyView, nameOf, observersView } from "./people.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */
/** @typedef {import("../../lib/icons.js").IconName} IconName */

const MAX_CHARACTERS = 20_000;
const HR_JOINED_SHOWN_MS = 6000;
const SOUND_ONLY_SHOWN_MS = 10_000;
const PICTURE_BACK_SHOWN_MS = 8000;
const RESUMED_SHOWN_MS = 8000;
const EXTENDED_SHOWN_MS = 10_000;
const TOLD_SHOWN_MS = 10_000;
/** How many bars a word has: shape and word tell, not colour. @type {Record<string, IconName>} */
const BARS = { excellent: "bars_3", good: "bars_2", poor: "bars_1", lost: "bars_0", unknown: "bars_0" };

/** @param {CandidateState} state @returns {Markup} */
export function roomView(state) {
  const typed = isTyped(state);
  return html`<div class="room" data-key="room">
    ${headerView(state, progressView(state))}
    ${reconnectingView(state)}
    <main class="room-main">
      ${companyView(state)}
      ${voiceView(state)}
      ${questionView(state)}
      ${typed ? typingView(state) : hearingView(state)}
      ${notesView(state)}
    </main>
    ${chatView(state)}
    <footer class="bar room-bar"><div class="bar-inner">${actionsView(state, typed)}</div></footer>
  </div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function progressView(state) {
  const number = state.question?.number ?? 0;
  const total = state.question?.total ?? state.session?.questions_total ?? 0;
  const words = state.question === null ? "" : t("candidate.progress", { number, total, count: remainingMinutes(state) });
  return html`<div class="progress">
    <span class="place-marks" aria-hidden="true">${Array.from({ length: total }, (_, index) => html`<span class="place-mark ${index < number ? "place-mark-done" : ""}"></span>`)}</span>
    <p class="numeric" data-testid="progress" aria-live="polite">${words}</p>
    ${observersView(state)}
  </div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function reconnectingView(state) {
  if (state.socket === "online") return html``;
  const seconds = state.retryAt === null ? 0 : Math.ceil((state.retryAt - state.now) / 1000);
  return html`<div class="banner" data-testid="reconnecting">
    <div class="banner-inner">${icon("network", 22)}
      <div>
        <p role="status"><span class="strong">${t("candidate.reconnecting_title")}</span> ${state.savedAt !== null && t("candidate.reconnecting_saved", { time: formatTimeOfDay(state.savedAt) })}</p>
        <p class="small" aria-hidden="true">${seconds > 0 ? t("candidate.reconnecting_in", { count: seconds }) : t("candidate.reconnecting_now")}</p>
      </div>
    </div>
  </div>`;
}

/** @param {CandidateState} state @returns {{ key: string, sign: IconName, word: string, text: string }} */
function describeFloor(state) {
  const say = (/** @type {string} */ key, /** @type {IconName} */ sign, about = key) => {
    const places = { organisation: state.session?.organisation ?? "", name: nameOf(state, state.holder?.name ?? "") };
    return { key, sign, word: t(`candidate.state_${key}`, places), text: t(`candidate.state_${about}_text`, places) };
  };
  if (state.socket !== "online" || (state.publishing === "reconnecting" && !isTyped(state))) return say("reconnecting", "network");
  if (state.floor === "listening" && isUnheard(state)) return say("microphone_lost", "microphone_off");
  if (state.holder !== null) return say("person", "people");
  if (state.pausedText !== "") return say("paused", "pause");
  if (state.now - state.hrJoinedAt < HR_JOINED_SHOWN_MS) return say("hr_joined", "people");
  if (state.floor === "thinking" || state.question === null) return say("thinking", "thinking");
  if (state.floor === "asking") return say("speaking", "speaking");
  if (isTyped(state)) return say("typing", "keyboard");
  return say("listening", "listening", state.momentUntil !== null && state.momentUntil > state.now ? "moment" : "listening");
}

/** @param {CandidateState} state @returns {Markup} */
function voiceView(state) {
  const floor = describeFloor(state);
  return html`<div class="voice">
    <div class="voice-ai">
      <span class="orb orb-${floor.key}">${floor.key === "listening" && html`<level-meter data-look="halo"></level-meter>`}<span class="orb-face">${mark(28)}</span></span>
      <div class="voice-words">
        <p><span class="badge badge-accent">${t("candidate.ai_interviewer")}</span></p>
        <p class="state" role="status"><span class="state-word" data-testid="state-word" data-state="${floor.key}">${icon(floor.sign, 22)}<span>${floor.word}</span></span></p>
        <p class="small soft state-text">${state.now - state.soundOnlyAt < SOUND_ONLY_SHOWN_MS && isSoundOnly(state) ? t("candidate.sound_only_now") : floor.text}</p>
      </div>
    </div>
    <p class="hint" role="status" data-testid="hint">${hintView(state)}</p>
    <div class="voice-self">
      ${!state.textOnly && html`<self-view data-key="picture" data-label="${t("candidate.own_picture")}" data-off="${pictureWords(state)}" ${(state.cameraOff || isPicturePaused(state) || isSoundOnly(state)) && html`data-covered="yes"`}></self-view>`}
      ${connectionView(state)}
    </div>
  </div>`;
}

/** What was noted of the last answer; or that it goes on, when it was taken for ended too soon. @param {CandidateState} state @returns {Markup | false} */
function hintView(state) {
  const resumed = state.floor === "listening" && state.now - state.resumedAt < RESUMED_SHOWN_MS;
  if (resumed) return html`${icon("listening", 18)}<span>${t("candidate.resumed")}</span>`;
  const told = state.told !== null && state.now - state.told.at < TOLD_SHOWN_MS && state.floor !== "asking" ? state.told : null;
  // Where the question is put again, it begins with those words.
  if (told !== null && (told.about !== "handed_back" || state.floor === "thinking")) {
    const text = told.about === "skipped" ? t("candidate.skipped", { organisation: state.session?.organisation ?? "" }) : told.text;
    return html`${icon(told.about === "granted" ? "clock" : "info", 18)}<span data-testid="told">${text}</span>`;
  }
  return state.hint !== "" && html`${icon("check", 18)}<span>${state.hint}</span>`;
}

/** @param {CandidateState} state @returns {Markup} */
function connectionView(state) {
  const typed = state.publishing === null && isTyped(state);
  const byTrip = state.rtt === null ? null : state.rtt < 200 ? "excellent" : state.rtt < 500 ? "good" : "poor";
  const word = state.socket !== "online" || state.publishing === "reconnecting" ? "lost" : typed ? byTrip : state.word;
  const known = word ?? "unknown";
  const why = known === "poor" && !typed && state.reason !== null && t(`candidate.connection_because_${state.reason}`);
  return html`<p class="connection" data-testid="connection" data-word="${known}">${icon(BARS[known] ?? "bars_0", 16)}<span>${t(`candidate.connection_${known}`)}</span></p>
    ${why && html`<p class="connection-why" data-testid="connection-why">${why}</p>`}`;
}

/** In place of one's own picture. @param {CandidateState} state */
function pictureWords(state) {
  if (isSoundOnly(state)) return t("candidate.sound_only_picture");
  return t(isPicturePaused(state) ? "candidate.camera_paused" : "candidate.camera_off");
}

/** Said once when the picture pauses and once when it is back; nobody has to do anything. @param {CandidateState} state @returns {Markup} */
function pictureView(state) {
  const back = cameraOf(state) === "on" && !isPicturePaused(state) && !isSoundOnly(state) && state.now - state.pictureBackAt < PICTURE_BACK_SHOWN_MS;
  const words = isSoundOnly(state) ? t("candidate.sound_only") : isPicturePaused(state) ? t("candidate.picture_paused") : back ? t("candidate.picture_back") : "";
  return html`<div role="status" data-testid="picture-note">${words !== "" && html`<p class="note">${icon(back ? "camera" : "camera_off")}<span>${words}</span></p>`}</div>`;
}

/** @param {CandidateState} state @returns {Markup} */
function questionView(state) {
  const question = state.question;
  if (question === null) return html`<div class="question" data-key="no-question"></div>`;
  const lead = question.spoken_text.endsWith(question.text) ? question.spoken_text.slice(0, -question.text.length).trim() : "";
  const minutes = Math.max(1, Math.round(question.suggested_ms / 60_000));
  const canRepeat = state.floor === "listening" && !isQuiet(state);
  return html`<section class="question" aria-label="${t("candidate.question")}" data-key="${question.turn_id}">
    ${stageView(state, question)}
    ${lead !== "" && html`<p class="question-lead">${lead}</p>`}
    <h1 class="question-text" tabindex="-1" data-focus="${question.turn_id}" data-testid="question-text">${question.text}</h1>
    <div class="question-tools">
      <span class="small soft suggested">${t("candidate.suggested", { count: minutes })}</span>
      <button type="button" class="button button-quiet button-small" data-click="repeat" data-testid="repeat" ${!canRepeat && html`disabled`}>${icon("repeat", 18)}${t("candidate.repeat")}</button>
      <button type="button" class="button button-quiet button-small" data-click="toggle_spoken" data-testid="spoken" aria-pressed="${state.spoken ? "true" : "false"}">${icon(state.spoken ? "sound" : "sound_off", 18)}${t(state.spoken ? "candidate.spoken_on" : "candidate.spoken_off")}</button>
    </div>
  </section>`;
}

/** Which part of the interview this is, and how much of it is done. @param {CandidateState} state @param {import("../state.js").Question} question @returns {Markup | false} */
function stageView(state, question) {
  const stages = state.session?.stages ?? [];
  const place = stages.findIndex((stage) => stage.id === question.stage_id);
  const stage = stages[place];
  if (stage === undefined) return false;
  const before = stages.slice(0, place).reduce((sum, one) => sum + one.questions, 0);
  return html`<p class="small soft" data-testid="stage">${t("candidate.stage", { title: pickText(stage.title), number: question.number - before, count: stage.questions })}</p>`;
}

/** @param {CandidateState} state @returns {Markup} */
function hearingView(state) {
  return captionsView({
    finals: finalTexts(state),
    committed: state.caption?.committed ?? "",
    unstable: state.caption?.unstable ?? "",
    label: t("candidate.captions"),
    empty: state.floor === "asking" || isUnheard(state) ? t("candidate.captions_before") : t("candidate.captions_empty"),
  });
}

/** What was said before going over to writing stays in sight: it is part of the answer. @param {CandidateState} state @returns {Markup} */
function typingView(state) {
  const question = state.question;
  if (question === null) return html``;
  return html`<form class="typing" data-submit="submit_answer" data-key="typing-${question.turn_id}">
    ${finalTexts(state).length > 0 && hearingView(state)}
    <div class="field">
      <label for="answer">${t("candidate.answer_label")}</label>
      <textarea class="input answer" id="answer" name="answer" rows="5" maxlength="${MAX_CHARACTERS}" data-input="draft" data-testid="answer-text" autocomplete="off" aria-describedby="answer-count" ${state.floor === "thinking" && html`readonly`}></textarea>
    </div>
    <p class="row row-apart tiny soft" id="answer-count">
      <span>${draftNote(state, question.turn_id)}</span>
      <span class="numeric">${t("candidate.characters", { number: formatNumber(state.characters), count: state.characters })}</span>
    </p>
    ${state.floor === "listening" && state.characters === 0 && !hasSpoken(state) && html`<p><button type="button" class="button button-quiet button-small" data-click="skip" data-testid="skip" ${state.sending === "done" && html`disabled`}>${t("candidate.skip")}</button></p>`}
  </form>`;
}

/** @param {CandidateState} state @param {string} turnId */
function draftNote(state, turnId) {
  const drafted = state.drafted[turnId];
  if (drafted !== undefined && drafted.at >= state.draftSavedAt) return t("candidate.draft_sent", { time: formatTimeOfDay(drafted.at) });
  return state.draftSavedAt > 0 && t("candidate.draft_saved", { time: formatTimeOfDay(state.draftSavedAt) });
}

/** @param {CandidateState} state @returns {Markup} */
function notesView(state) {
  return html`<div class="stack stack-tight room-notes">
    <div class="time-row">
      <p class="time-note" role="status" data-testid="time-note">${timeNote(state)}</p>
      ${state.timeWarned && state.timeExtendable && state.floor === "listening" && !isQuiet(state) && html`<button type="button" class="button button-small" data-click="more_time" data-testid="more-time" ${state.sending === "more_time" && html`disabled`}>${icon("clock", 18)}${t("candidate.more_time")}</button>`}
    </div>
    ${state.nudge !== "" && html`<p class="note" role="status">${icon("speaking")}<span>${state.nudge}</span></p>`}
    ${isUnheard(state) && html`<div class="note note-warn" role="alert">${icon("microphone_off")}<div class="stack stack-tight"><span>${t("candidate.microphone_lost")}</span><div class="row"><button type="button" class="button button-small" data-click="reopen_devices">${t("candidate.try_again")}</button><button type="button" class="button button-small" data-click="type_instead">${t("candidate.type_instead")}</button></div></div></div>`}
    ${pictureView(state)}
    ${transcriptionView(state)}
    ${state.word === "poor" && cameraOf(state) === "on" && !isPicturePaused(state) && !isSoundOnly(state) && !isTyped(state) && html`<div class="note note-warn">${icon("network")}<div class="row"><span>${t("candidate.connection_advice")}</span><button type="button" class="button button-small" data-click="toggle_camera">${t("candidate.camera_turn_off")}</button></div></div>`}
    ${refusalView(state)}
    ${state.demonstration && !isTyped(state) && noteView(t("candidate.demonstration"), "plain")}
  </div>`;
}

/** What the captions do not show, and that no answer suffers from it. @param {CandidateState} state @returns {Markup} */
function transcriptionView(state) {
  const words = state.languageDoubted ? "language_doubted" : awaitsText(state) ? "text_later" : state.captionsLate && !isTyped(state) ? "captions_late" : "";
  const speech = t((state.language ?? state.session?.language ?? language()) === "zh-CN" ? "candidate.speech_zh" : "candidate.speech_en");
  return html`<div role="status" data-testid="transcription-note">${words !== "" && html`<p class="note">${icon("info")}<span>${t(`candidate.${words}`, { language: speech })}</span></p>`}</div>`;
}

/** Gently, and only near the end: the whole limit would be a stopwatch in the face. @param {CandidateState} state */
function timeNote(state) {
  if (isQuiet(state)) return "";
  if (state.now - state.timeExtendedAt < EXTENDED_SHOWN_MS) return t("candidate.time_extended");
  const left = answerTimeLeft(state);
  if (left === null || left > 60_000 || left > (state.question?.limit_ms ?? 0) / 2) return "";
  if (left > 30_000) return t("candidate.time_minute");
  return t(isTyped(state) ? "candidate.time_typed" : "candidate.time_soon");
}

/** @param {CandidateState} state @param {boolean} typed @returns {Markup} */
function actionsView(state, typed) {
  const listening = state.floor === "listening" && state.question !== null && !isQuiet(state);
  const canSpeak = !state.textOnly && state.check.microphone === "ok";
  const spokenOnly = typed && state.characters === 0 && hasSpoken(state);
  const main = typed && !spokenOnly
    ? html`<button type="button" class="button button-primary button-large bar-primary" data-click="submit_answer" data-testid="submit-answer" ${(state.floor === "thinking" || isQuiet(state) || state.characters === 0 || state.sending === "answer") && html`disabled`}>${t(state.sending === "answer" && state.socket !== "online" ? "candidate.submit_waiting" : "candidate.submit")}</button>`
    : state.floor === "asking" && state.question !== null && !typed
      ? html`<button type="button" class="button button-primary button-large bar-primary" data-click="answer_now" data-testid="answer-now">${t("candidate.answer_now")}</button>`
      : html`<button type="button" class="button button-primary button-large bar-primary" data-click="done" data-testid="done" ${(!listening || state.sending === "done") && html`disabled`}>${icon("check", 22)}${t("candidate.done")}</button>`;
  return html`<div class="room-others">
      ${small("moment", "pause", t("candidate.moment"), !listening)}
      ${!typed && small("type_instead", "keyboard", t("candidate.type_instead"), !listening, "type-instead")}
      ${typed && canSpeak && small("speak_instead", "microphone", t("candidate.speak_instead"), !listening, "speak-instead")}
      ${state.check.camera === "ok" && !isSoundOnly(state) && small("toggle_camera", state.cameraOff ? "camera" : "camera_off", t(state.cameraOff ? "candidate.camera_turn_on" : "candidate.camera_turn_off"), false, "camera")}
      ${small("end", "stop", t("candidate.end"), false)}
    </div>
    ${main}`;
}

/** @param {string} action @param {IconName} sign @param {string} label @param {boolean} disabled @param {string} [testId] @returns {Markup} */
function small(action, sign, label, disabled, testId = action) {
  return html`<button type="button" class="small-action" data-key="${action}" data-click="${action}" data-testid="${testId}" ${disabled && html`disabled`}>${icon(sign, 22)}<span>${label}</span></button>`;
}
