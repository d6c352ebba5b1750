/** What has been said: final text, then the words that stay, then those that may still change (dimmed). */

import { joinSpeech, speechSpace } from "../../lib/format.js";
import { html, Markup } from "../../lib/html.js";
import { language } from "../../lib/i18n.js";

/**
 * `unstable` brings along the space between itself and `committed`, where there is one: between Chinese words there is none.
 * @param {{ finals: string[], committed: string, unstable: string, label: string, empty: string }} speech
 * @returns {Markup}
 */
export function captionsView({ finals, committed, unstable, label, empty }) {
  const said = joinSpeech(finals);
  const space = said !== "" && committed + unstable !== "" && speechSpace();
  const words = said + committed + unstable === "" ? html`<span class="captions-empty">${empty}</span>` : html`${said}${space}${committed}<span class="captions-unstable">${unstable}</span>`;
  return html`<section class="captions" aria-label="${label}">
    <p class="captions-label" aria-hidden="true">${label}</p>
    <p class="captions-text" data-testid="captions" data-follow aria-live="off" tabindex="0" lang="${language()}">${words}</p>
  </section>`;
}
