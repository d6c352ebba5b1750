/**
 * <self-view data-label="You" data-off="Camera off"> shows one's own picture, mirrored as in a mirror, with the microphone's level under it.
 */

import { html, render } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import "../level-meter/level-meter.js";

/** @typedef {import("../level-meter/level-meter.js").LevelMeter} LevelMeter */

export class SelfView extends HTMLElement {
  /** @type {MediaStream | null} */
  #stream = null;

  static observedAttributes = ["data-label", "data-off", "data-covered"];

  set stream(/** @type {MediaStream | null} */ stream) {
    if (stream === this.#stream) return;
    this.#stream = stream;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.#draw();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  #draw() {
    const seen = (this.#stream?.getVideoTracks().length ?? 0) > 0 && !("covered" in this.dataset);
    const heard = (this.#stream?.getAudioTracks().length ?? 0) > 0;
    render(
      this,
      html`<div class="self-picture">
          <video aria-label="${this.dataset.label}" muted autoplay playsinline ${!seen && html`hidden`}></video>
          ${!seen && html`<p class="self-off">${icon("user", 28)}<span>${this.dataset.off}</span></p>`}
        </div>
        <level-meter ${!heard && html`hidden`}></level-meter>`,
    );
    const video = this.querySelector("video");
    if (video !== null && video.srcObject !== this.#stream) {
      video.srcObject = this.#stream;
      // `muted` in markup sets only the default; without it some phones refuse to play.
      video.muted = true;
    }
    const meter = /** @type {LevelMeter | null} */ (this.querySelector("level-meter"));
    if (meter !== null) meter.stream = this.#stream;
  }
}

customElements.define("self-view", SelfView);
