/**
 * <level-meter data-quiet="Say something" data-heard="We can hear you"> shows how loud its `stream` is; with the two texts it says so too.
 * `data-look="halo"` draws a breathing ring instead of a bar. The level is in the custom property `--level`, 0 to 1.
 */

import { html, render } from "../../lib/html.js";
import { watchLevel } from "../../lib/level.js";

const HEARD_LEVEL = 0.35;
const HEARD_FRAMES = 4;

export class LevelMeter extends HTMLElement {
  /** @type {MediaStream | null} */
  #stream = null;
  #stop = () => {};
  #loudFrames = 0;
  #shown = "";

  static observedAttributes = ["data-quiet", "data-heard"];

  /** Null or without sound: an empty meter. */
  set stream(/** @type {MediaStream | null} */ stream) {
    if (stream === this.#stream) return;
    this.#stream = stream;
    this.#loudFrames = 0;
    if (this.isConnected) this.#begin();
  }

  connectedCallback() {
    this.#begin();
    this.#draw();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  #begin() {
    this.#stop();
    this.#stop = () => {};
    this.style.setProperty("--level", "0");
    if (this.#stream === null || this.#stream.getAudioTracks().length === 0) return;
    this.#stop = watchLevel(this.#stream, (level) => {
      const shown = level.toFixed(2);
      if (shown !== this.#shown) this.style.setProperty("--level", (this.#shown = shown));
      if (level < HEARD_LEVEL || this.#loudFrames > HEARD_FRAMES) return;
      this.#loudFrames += 1;
      if (this.#loudFrames > HEARD_FRAMES) this.#draw();
    });
  }

  #draw() {
    const heard = this.#loudFrames > HEARD_FRAMES;
    const words = heard ? this.dataset.heard : this.dataset.quiet;
    render(
      this,
      html`<span class="level-track" aria-hidden="true"><span class="level-fill"></span></span>${words !== undefined && html`<span class="level-words" role="status">${words}</span>`}`,
    );
  }
}

customElements.define("level-meter", LevelMeter);
