import { formatTimeOfDay } from "../../lib/format.js";
import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { unreadIn } from "../console-state.js";
import { may } from "../permissions.js";
import { explain, explainCode } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../console-state.js").Channel} Channel */

/** @type {Channel[]} */
const CHANNELS = ["candidate", "backroom"];

/** Chat with the candidate, and of those who watch among themselves. What is in sight counts as read. */
class HrChat extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {import("../api.js").User | null} */
  user = null;
  /** @type {import("../commands.js").Commands | null} */
  commands = null;
  /** @type {Channel} */
  #channel = "candidate";
  /** Up to which message this page has said that it is read. @type {{[channel in Channel]: number}} */
  #told = { candidate: 0, backroom: 0 };
  #seen = false;
  #sending = false;
  #error = "";
  /** What was begun in the other tab. @type {{[channel in Channel]: string}} */
  #drafts = { candidate: "", backroom: "" };
  #watcher = new IntersectionObserver((entries) => {
    this.#seen = entries.at(-1)?.isIntersecting ?? false;
    this.#markRead();
  });

  connectedCallback() {
    delegate(this, "click", { tab: (_event, button) => this.#choose(/** @type {Channel} */ (button.dataset.channel)) });
    delegate(this, "submit", { send: () => void this.#send() });
    delegate(this, "keydown", { tab: (event) => this.#moveTab(/** @type {KeyboardEvent} */ (event)), text: (event) => this.#submitByEnter(/** @type {KeyboardEvent} */ (event)) });
    document.addEventListener("visibilitychange", this.#markRead);
    this.#watcher.observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#markRead);
    this.#watcher.disconnect();
  }

  update() {
    const { state, user } = this;
    const channels = CHANNELS.filter((one) => may(user, one === "candidate" ? "chat.view" : "chat.backroom"));
    this.hidden = channels.length === 0;
    if (!state || !user || this.hidden) return;
    if (!channels.includes(this.#channel)) this.#channel = channels[0] ?? "backroom";
    const channel = this.#channel;
    const messages = state.console.chats[channel];
    const seen = channel === "candidate" ? lastSeen(messages, state.console.candidateSeen) : 0;
    const atEnd = this.#isAtEnd();
    render(
      this,
      html`<h2 class="visually-hidden">${t("chat.title")}</h2>
        <div class="hr-tabs" role="tablist" aria-label="${t("chat.title")}" data-key="tabs">${channels.map((one) => tab(one, one === channel, unreadIn(state.console, one)))}</div>
        <div role="tabpanel" id="chat-panel" aria-labelledby="tab-${channel}" class="hr-chat">
          <p class="soft small" data-key="who">${t(`chat.who_${channel}`)}</p>
          <div class="hr-messages" data-key="messages-${channel}" role="log" tabindex="0" aria-label="${t(`chat.${channel}`)}" data-testid="messages">
            ${messages.map((message) => line(message, message.number === seen))}
            ${messages.length === 0 && html`<p class="soft" data-key="none">${t("chat.empty")}</p>`}
          </div>
          ${may(user, channel === "candidate" ? "chat.candidate" : "chat.backroom") &&
          html`<form class="hr-form hr-chat-form" data-key="form" data-submit="send">
            <label class="visually-hidden" for="chat-text">${t(`chat.write_${channel}`)}</label>
            <textarea class="input" id="chat-text" rows="2" maxlength="2000" placeholder="${t(`chat.write_${channel}`)}" data-keydown="text" data-testid="chat-text"></textarea>
            <button class="button button-small" data-testid="chat-send">${t("chat.send")}</button>
          </form>`}
          <p class="field-error" role="alert" data-key="error" data-testid="chat-error">${this.#error}</p>
        </div>`,
    );
    if (atEnd) this.#toEnd();
    this.#markRead();
  }

  focusText() {
    const field = this.#field ?? /** @type {HTMLElement | null} */ (this.querySelector("[role=log]"));
    field?.focus();
    field?.scrollIntoView({ block: "nearest" });
  }

  get #field() {
    return /** @type {HTMLTextAreaElement | null} */ (this.querySelector("#chat-text"));
  }

  /** @param {Channel} channel */
  #choose(channel) {
    const field = this.#field;
    if (field) this.#drafts[this.#channel] = field.value;
    this.#channel = channel;
    this.#error = "";
    this.update();
    if (this.#field) this.#field.value = this.#drafts[channel];
    this.#toEnd();
  }

  /** @param {KeyboardEvent} event */
  #moveTab(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const tabs = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
    const other = tabs.find((one) => one !== event.target);
    if (!other) return;
    event.preventDefault();
    this.#choose(/** @type {Channel} */ (other.dataset.channel));
    other.focus();
  }

  /** Enter sends, Shift and Enter begin a new line; Enter that picks a Chinese word does neither. @param {KeyboardEvent} event */
  #submitByEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.#send();
  }

  async #send() {
    const field = this.#field;
    const text = field?.value.trim() ?? "";
    if (!field || text === "" || this.#sending) return;
    const channel = this.#channel;
    this.#sending = true;
    const refused = await this.commands?.send("chat.send", { channel, text });
    this.#sending = false;
    this.#error = !refused ? "" : refused.code === "too_many_requests" ? explainCode("too_fast") : explain(refused);
    // What could not be sent stays where it was written.
    if (!refused && channel !== this.#channel) this.#drafts[channel] = "";
    else if (!refused) field.value = "";
    this.update();
    if (!refused) this.#toEnd();
  }

  #markRead = () => {
    const state = this.state;
    const channel = this.#channel;
    const last = state?.console.chats[channel].at(-1)?.number ?? 0;
    const inSight = this.#seen && document.visibilityState === "visible" && state?.caughtUp;
    if (!state || !inSight || unreadIn(state.console, channel) === 0 || last <= this.#told[channel]) return;
    if (!may(this.user, channel === "candidate" ? "chat.candidate" : "chat.backroom")) return;
    this.#told[channel] = last;
    void this.commands?.send("chat.read", { channel, up_to: last });
  };

  #isAtEnd() {
    const list = this.querySelector("[role=log]");
    return list === null || list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }

  #toEnd() {
    const list = this.querySelector("[role=log]");
    if (list) list.scrollTop = list.scrollHeight;
  }
}

/** @param {Channel} channel @param {boolean} selected @param {number} unread */
function tab(channel, selected, unread) {
  return html`<button type="button" role="tab" id="tab-${channel}" aria-controls="chat-panel" aria-selected="${String(selected)}" tabindex="${selected ? 0 : -1}" data-click="tab" data-keydown="tab" data-channel="${channel}" data-testid="tab-${channel}">
    ${t(`chat.${channel}`)}${unread > 0 && html` <span class="badge badge-accent" data-testid="unread-${channel}"><span aria-hidden="true">${unread}</span><span class="visually-hidden">${t("chat.unread", { count: unread })}</span></span>`}
  </button>`;
}

/** The last of HR's messages that the candidate has seen; 0: none. @param {import("../console-state.js").Message[]} messages @param {number} upTo */
function lastSeen(messages, upTo) {
  return messages.findLast((message) => message.side === "hr" && message.number <= upTo)?.number ?? 0;
}

/** @param {import("../console-state.js").Message} message @param {boolean} seen the last that the candidate has seen */
function line(message, seen) {
  return html`<div class="hr-line" data-key="${message.number}" data-side="${message.own ? "own" : message.side}">
    <span class="hr-speaker">${message.own ? t("chat.you") : message.name} <time class="numeric">${formatTimeOfDay(message.at)}</time></span>
    <span class="hr-message">${message.text}</span>
    ${seen && html`<span class="soft tiny" data-key="seen" data-testid="chat-seen">${t("chat.seen")}</span>`}
  </div>`;
}

customElements.define("hr-chat", HrChat);
export { HrChat };
