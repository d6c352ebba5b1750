/** A sound and a notification when there is a new alert. Both are off until the person switches them on, on this device. */

import { recall, remember } from "../lib/memory.js";

const STORED = { sound: "viva.hr.alarm.sound", notify: "viva.hr.alarm.notify" };
const TONE_HZ = [660, 880];
const TONE_S = 0.14;
const LOUDNESS = 0.15;
/** Many at once are one sound. */
const QUIET_MS = 2000;

export class Alarm {
  /** @type {AudioContext | null} */
  #audio = null;
  #rangAt = 0;

  constructor() {
    // Until the person has touched a page, browsers keep it silent: the first touch lets later alerts be heard.
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => void (this.sounds && this.#open().resume()), { passive: true });
  }

  get sounds() {
    return recall(STORED.sound) === "on";
  }

  /** The browser's permission may have been taken back meanwhile. */
  get notifies() {
    return recall(STORED.notify) === "on" && "Notification" in window && Notification.permission === "granted";
  }

  /** Within a click: browsers play sound only after one. @param {boolean} on */
  switchSound(on) {
    remember(STORED.sound, on ? "on" : "off");
    if (on) this.#beep();
  }

  /** Within a click: the browser asks the person. @param {boolean} on @returns {Promise<boolean>} false: the browser does not allow it */
  async switchNotifications(on) {
    const allowed = !on || ("Notification" in window && (await Notification.requestPermission()) === "granted");
    remember(STORED.notify, on && allowed ? "on" : "off");
    return allowed;
  }

  /** @param {string} text @param {string} about an id: a further one about the same takes its place */
  ring(text, about) {
    const now = Date.now();
    if (this.sounds && now - this.#rangAt > QUIET_MS) {
      this.#rangAt = now;
      this.#beep();
    }
    if (!this.notifies || document.visibilityState === "visible") return;
    const shown = new Notification(text, { tag: about, icon: "/assets/icon.svg" });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  }

  #open() {
    this.#audio ??= new AudioContext();
    return this.#audio;
  }

  #beep() {
    const audio = this.#open();
    void audio.resume();
    TONE_HZ.forEach((frequency, index) => {
      const [tone, gain] = [audio.createOscillator(), audio.createGain()];
      const start = audio.currentTime + index * TONE_S;
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(LOUDNESS, start);
      gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
      tone.connect(gain).connect(audio.destination);
      tone.start(start);
      tone.stop(start + TONE_S);
    });
  }
}
