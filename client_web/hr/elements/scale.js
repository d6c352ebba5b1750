import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

const LEVELS = [1, 2, 3, 4, 5];

/** Five steps with the reached one filled and numbered. @param {number} level */
export function scaleDrawing(level) {
  return html`<svg class="hr-scale" viewBox="0 0 130 20" width="130" height="20" role="img" aria-label="${t("levels.of_five", { level })}">
    ${LEVELS.map((step) => {
      const x = (step - 1) * 26;
      const reached = step === level ? "is-reached" : step < level ? "is-passed" : "";
      return html`<rect class="${reached}" x="${x + 0.5}" y="0.5" width="24" height="19" rx="4" /><text class="${reached}" x="${x + 12.5}" y="14" text-anchor="middle">${step}</text>`;
    })}
  </svg>`;
}
