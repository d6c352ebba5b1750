/** Writing with the people of the company, and asking for one of them: beside the question, never over it. */

import { canChat, countUnread } from "../standing.js";
import { formatTimeOfDay } from "../../lib/format.js";
import { html, Markup } from "../../lib/html.js";
import { has, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { nameOf } from "./people.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */

const MAX_CHARACTERS = 2000;

/** @param {CandidateState} state @returns {Markup | false} */
export function chatButton(state) {
  if (!canChat(state)) return false;
  const unread = countUnread(state);
  return html`<button type="button" class="button button-quiet button-small chat-button" id="chat-button" data-click="toggle_chat" data-testid="chat-button" aria-expanded="${state.chat.open ? "true" : "false"}" aria-controls="chat">
    ${icon("speaking")}<span>${t("candidate.chat")}</span>${unread > 0 && html`<span class="badge badge-bad numeric" data-testid="chat-unread"><span aria-hidden="true">${unread}</span><span class="visually-hidden">${t("candidate.chat_unread", { count: unread })}</span></span>`}
  </button>`;
}

/** @param {CandidateState} state @returns {Markup | false} */
export function chatView(state) {
  if (!canChat(state) || !state.chat.open) return false;
  const organisation = state.session?.organisation ?? "";
  return html`<aside class="chat" id="chat" data-keydown="chat" data-testid="chat" aria-labelledby="chat-title">
    <div class="chat-head">
      <h2 id="chat-title" class="chat-title">${t("candidate.chat_title", { organisation })}</h2>
      <button type="button" class="button button-quiet button-small" data-click="toggle_chat" data-testid="chat-close">${icon("cross", 18)}<span>${t("candidate.chat_close")}</span></button>
    </div>
    ${helpView(state)}
    <div class="chat-messages" role="log" aria-label="${t("candidate.chat_messages")}" tabindex="0" data-follow data-testid="chat-messages">${state.chat.messages.map((message) => messageView(state, message))}${state.chat.outbox.map((one) => html`<div class="message message-own message-waiting" data-key="out-${one.id}"><p class="message-text">${one.text}</p><p class="tiny soft">${t(state.socket === "online" ? "candidate.chat_sending" : "candidate.chat_waiting")}</p></div>`)}</div>
    ${state.chat.messages.length + state.chat.outbox.length === 0 && html`<p class="small soft chat-empty">${t("candidate.chat_empty", { organisation })}</p>`}
    ${state.chat.refusal !== "" && html`<p class="field-error" role="alert">${t(has(`candidate.chat_refused_${state.chat.refusal}`) ? `candidate.chat_refused_${state.chat.refusal}` : "candidate.refused", { code: state.chat.refusal })}</p>`}
    <form class="chat-form" data-submit="send_chat">
      <label class="visually-hidden" for="chat-text">${t("candidate.chat_label")}</label>
      <textarea class="input" id="chat-text" rows="2" maxlength="${MAX_CHARACTERS}" placeholder="${t("candidate.chat_label")}" data-testid="chat-text" autocomplete="off"></textarea>
      <button class="button button-primary" data-testid="chat-send">${t("candidate.chat_send")}</button>
    </form>
  </aside>`;
}

/** @param {CandidateState} state @param {import("../state.js").Message} message @returns {Markup} */
function messageView(state, { number, sender, name, text, at }) {
  const own = sender === "candidate";
  const who = own ? t("candidate.chat_you") : nameOf(state, name);
  const seen = own && number <= state.chat.seen && !state.chat.messages.some((later) => later.sender === "candidate" && later.number > number && later.number <= state.chat.seen);
  return html`<div class="message ${own ? "message-own" : ""}" data-key="chat-${number}">
    <p class="tiny soft">${who}, ${formatTimeOfDay(at).slice(0, 5)}</p>
    <p class="message-text">${text}</p>
    ${seen && html`<p class="tiny soft" data-testid="chat-seen">${t("candidate.chat_seen")}</p>`}
  </div>`;
}

/** What happens when it is pressed stands there before and after. @param {CandidateState} state @returns {Markup} */
function helpView(state) {
  const { help } = state;
  const organisation = state.session?.organisation ?? "";
  const words =
    help.state === "asked"
      ? t("candidate.person_asked", { time: formatTimeOfDay(help.at).slice(0, 5), organisation })
      : help.state === "seen"
        ? t("candidate.person_seen", { name: nameOf(state, help.name) })
        : t(state.phase === "live" ? "candidate.person_offer_live" : "candidate.person_offer", { organisation });
  const sent = state.sending === "person";
  return html`<div class="chat-help">
    <p class="small" role="status" data-testid="help-state" data-state="${help.state}">${help.state !== "none" && icon(help.state === "seen" ? "eye" : "check", 16)}<span>${words}</span></p>
    ${help.state !== "asked" && html`<button type="button" class="button button-small" data-click="ask_person" data-testid="ask-person" ${sent && html`disabled`}>${icon("people", 18)}${t(help.state === "seen" ? "candidate.ask_person_again" : "candidate.ask_person")}</button>`}
  </div>`;
}
