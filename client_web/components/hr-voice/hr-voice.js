/**
 * <hr-voice data-label="A person of the company"> plays what a person of HR says to the candidate, and shows their picture where there is one.
 *
 *   voice.stream = publisher.incoming;       // after a gesture: browsers play sound only then
 *   voice.announce("Ms Lin has joined");     // in words, for those who do not see who came in
 *   voice.shows = true;                      // their camera is on
 *
 * It stands for itself, outside of what is drawn anew: a sound must not break off because a text changed.
 */

export class HrVoice extends HTMLElement {
  #sound = document.createElement("audio");
  #picture = document.createElement("video");
  #status = document.createElement("p");

  static observedAttributes = ["data-label"];

  constructor() {
    super();
    this.#sound.autoplay = true;
    this.#picture.autoplay = true;
    this.#picture.muted = true; // its sound is played by the other one
    this.#picture.playsInline = true;
    this.#picture.hidden = true;
    this.#status.className = "visually-hidden";
    this.#status.setAttribute("role", "status");
  }

  connectedCallback() {
    if (this.#sound.parentNode === null) this.append(this.#sound, this.#picture, this.#status);
  }

  attributeChangedCallback() {
    this.#picture.setAttribute("aria-label", this.dataset.label ?? "");
  }

  set stream(/** @type {MediaStream | null} */ stream) {
    if (this.#sound.srcObject === stream) return;
    this.#sound.srcObject = stream;
    this.#picture.srcObject = stream;
    if (stream !== null) void this.#play();
  }

  set shows(/** @type {boolean} */ shows) {
    this.#picture.hidden = !shows;
    // A frame of the last one who spoke must not stand there when the next one comes.
    if (shows) this.#picture.load();
  }

  /** @param {string} text */
  announce(text) {
    this.#status.textContent = text;
  }

  /** Where the browser wants a gesture after all, the next one will do. */
  async #play() {
    const waits = await this.#sound.play().then(
      () => false,
      (error) => error instanceof DOMException && error.name === "NotAllowedError",
    );
    if (waits) for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => void this.#sound.play().catch(() => undefined), { once: true });
  }
}

customElements.define("hr-voice", HrVoice);
