import { formatDateTime } from "../../lib/format.js";
import { delegate, html, render } from "../../lib/html.js";
import { LANGUAGE_NAMES, t } from "../../lib/i18n.js";
import { request } from "../api.js";
import { explain, word } from "../words.js";

/** @typedef {import("../api.js").InterviewSummary} InterviewSummary */

const PAGE_SIZE = 50;

/** Every interview as a table, newest first, page by page. Emits `reissue-asked`. */
class HrInterviews extends HTMLElement {
  /** @type {InterviewSummary[]} */
  #rows = [];
  /** @type {string | null} */
  #next = null;
  #error = "";
  #loaded = false;
  /** The person may issue links. */
  invites = false;

  connectedCallback() {
    delegate(this, "click", {
      more: () => void this.#load(this.#next),
      reissue: (_event, button) => {
        const detail = { interview: button.dataset.interview, name: button.dataset.name };
        this.dispatchEvent(new CustomEvent("reissue-asked", { detail }));
      },
    });
  }

  async reload() {
    await this.#load(null);
  }

  update() {
    render(
      this,
      html`<h2>${t("list.title")}</h2>
        <p class="field-error" role="alert">${this.#error}</p>
        ${this.#rows.length > 0 && this.#table()}
        ${this.#loaded && this.#rows.length === 0 && html`<p class="soft small" data-key="none">${t("list.empty")}</p>`}
        ${this.#next !== null && html`<button type="button" class="button button-small" data-key="more" data-click="more">${t("list.more")}</button>`}`,
    );
  }

  #table() {
    return html`<div class="hr-scroll" data-key="table" tabindex="0" role="region" aria-label="${t("list.title")}">
      <table class="hr-table" data-testid="interviews">
        <thead>
          <tr>
            <th scope="col">${t("list.candidate")}</th>
            <th scope="col">${t("list.job")}</th>
            <th scope="col">${t("list.phase")}</th>
            <th scope="col">${t("list.language")}</th>
            <th scope="col">${t("list.created")}</th>
            <th scope="col"><span class="visually-hidden">${t("list.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.#rows.map((row) => tableRow(row, this.invites))}
        </tbody>
      </table>
    </div>`;
  }

  /** @param {string | null} cursor null: from the beginning */
  async #load(cursor) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor === null ? {} : { cursor }) });
    try {
      const page = await request("GET", `/v1/interviews?${query}`);
      this.#rows = cursor === null ? page.interviews : [...this.#rows, ...page.interviews];
      this.#next = page.next;
      this.#error = "";
      this.#loaded = true;
    } catch (error) {
      this.#error = explain(error);
    }
    this.update();
  }
}

/** @param {InterviewSummary} row @param {boolean} invites */
function tableRow(row, invites) {
  const isOver = row.phase === "archived" || row.phase === "aborted";
  const language = LANGUAGE_NAMES[/** @type {"en" | "zh-CN"} */ (row.language)] ?? row.language;
  return html`<tr data-key="${row.id}">
    <th scope="row"><a href="/hr/interviews/${encodeURIComponent(row.id)}">${row.candidate_name}</a></th>
    <td>${row.job_title}</td>
    <td>${word("phase", row.phase)} ${row.review_requested && html`<span class="badge badge-warn" data-testid="asks-for-review">${t("list.review")}</span>`}</td>
    <td class="nowrap">${language}</td>
    <td class="nowrap">${formatDateTime(row.created_at)}</td>
    <td>
      ${invites &&
      !isOver &&
      html`<button type="button" class="hr-link-button" data-click="reissue" data-interview="${row.id}" data-name="${row.candidate_name}">
        ${t("invite.again")}<span class="visually-hidden">: ${row.candidate_name}</span>
      </button>`}
    </td>
  </tr>`;
}

customElements.define("hr-interviews", HrInterviews);
export { HrInterviews };
