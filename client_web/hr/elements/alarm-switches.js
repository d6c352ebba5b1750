import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { Alarm } from "../alarm.js";

/** Switches of sound and notification for new alerts, and the alerts in words for those who do not see the board. */
class HrAlarmSwitches extends HTMLElement {
  #alarm = new Alarm();
  #denied = false;
  #text = "";

  connectedCallback() {
    delegate(this, "click", {
      sound: () => {
        this.#alarm.switchSound(!this.#alarm.sounds);
        this.update();
      },
      notify: () => void this.#notify(),
    });
  }

  update() {
    const { sounds, notifies } = this.#alarm;
    render(
      this,
      html`<button type="button" class="button button-small" data-key="sound" data-click="sound" data-testid="alarm-sound" aria-pressed="${String(sounds)}">${icon(sounds ? "sound" : "sound_off", 16)}${t("alerts.sound")}</button>
        <button type="button" class="button button-small" data-key="notify" data-click="notify" data-testid="alarm-notify" aria-pressed="${String(notifies)}">${icon("alert", 16)}${t("alerts.notify")}</button>
        <span class="small hr-attention" role="status" data-key="denied">${this.#denied && t("alerts.notify_denied")}</span>
        <span class="visually-hidden" role="alert" data-key="text" data-testid="alarm-text">${this.#text}</span>`,
    );
  }

  /** @param {{name: string, alert: string, interview: string}} alert */
  ring({ name, alert, interview }) {
    this.#text = t("alerts.new", { name, alert });
    this.#alarm.ring(this.#text, interview);
    this.update();
  }

  async #notify() {
    this.#denied = !(await this.#alarm.switchNotifications(!this.#alarm.notifies));
    this.update();
  }
}

customElements.define("hr-alarm-switches", HrAlarmSwitches);
export { HrAlarmSwitches };
