import { formatDateTime } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

/** @typedef {import("../api.js").Invite} Invite */

/** An invite link to hand on. @param {Invite} invite @param {boolean} copied */
export function inviteLink(invite, copied) {
  return html`<div class="field">
      <label for="invite-url">${t("invite.label")}</label>
      <textarea class="input hr-invite-url" id="invite-url" rows="2" readonly spellcheck="false" data-testid="invite-url">${invite.invite_url}</textarea>
    </div>
    <div class="row">
      <button type="button" class="button button-primary button-small" data-click="copy" data-testid="invite-copy">${t("invite.copy")}</button>
      <span role="status" class="small">${copied && t("invite.copied")}</span>
    </div>
    <p class="soft small" data-testid="invite-expiry">${t("invite.expires", { at: formatDateTime(invite.expires_at) })}</p>`;
}

/**
 * Copies, or (where the page may not write to the clipboard) leaves the link selected for the person's own copy.
 * @param {Element} root
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyInvite(root) {
  const field = /** @type {HTMLTextAreaElement} */ (root.querySelector("#invite-url"));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
