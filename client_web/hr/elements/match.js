import { formatNumber } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

/** A match of 0 to 1 as a bar with its number beside it. @param {number} share */
export function matchBar(share) {
  const hundredths = Math.round(share * 100);
  return html`<span class="hr-match">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="hr-match-ground" width="100" height="6"></rect>
      <rect class="hr-match-share" width="${hundredths}" height="6"></rect>
    </svg>
    <span class="numeric">${t("jobs.match", { share: formatNumber(hundredths) })}</span>
  </span>`;
}
