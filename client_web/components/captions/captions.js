/** What has been said: final text, then the words that stay, then those that may still change (dimmed). */

import { joinSpeech } from "../../lib/format.js";
import { html, Markup } from "../../lib/html.js";
import { language } from "../../lib/i18n.js";

/**
 * @param {{ finals: string[], committed: string, unstable: string, label: string, empty: string }} speech
 * @returns {Markup}
 */
export function captionsView({ finals, committed, unstable, label, empty }) {
  const space = language() === "zh-CN" ? "" : " ";
  const steady = joinSpeech([...finals, committed.trim()]);
  const shaky = unstable.trim();
  const words = steady === "" && shaky === "" ? html`<span class="captions-empty">${empty}</span>` : html`${steady}${steady !== "" && shaky !== "" && space}<span class="captions-unstable">${shaky}</span>`;
  return html`<section class="captions" aria-label="${label}">
    <p class="captions-label" aria-hidden="true">${label}</p>
    <p class="captions-text" data-testid="captions" data-follow aria-live="off" tabindex="0" lang="${language()}">${words}</p>
  </section>`;
}
