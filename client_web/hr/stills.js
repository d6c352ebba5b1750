/**
 * Small pictures for the board, of interviews whose picture another tab of this browser shows already: no connection is made for a card.
 * They go from tab to tab, never to a server, and only while a board in sight asks for them.
 */

const CHANNEL = "viva.hr.stills";
const EVERY_MS = 2_000;
const ASKED_EVERY_MS = 5_000;
/** After the last time a board asked. */
const WANTED_FOR_MS = 12_000;
const WIDTH = 240;

/** @typedef {{type: "wanted", user: string} | {type: "still", user: string, interview: string, picture: Blob}} StillMessage */

/** On an interview's page. A picture that has stopped is not sent: it would look like somebody who sits very still. */
export class StillSender {
  #channel = new BroadcastChannel(CHANNEL);
  #canvas = document.createElement("canvas");
  #wantedAt = -Infinity;
  #frames = 0;

  /** @param {{interview: string, user: string, video: () => HTMLVideoElement | null}} source `video`: null while nothing flows */
  constructor({ interview, user, video }) {
    this.#channel.addEventListener("message", (/** @type {MessageEvent<StillMessage>} */ { data }) => {
      if (data.type === "wanted" && data.user === user) this.#wantedAt = performance.now();
    });
    setInterval(() => {
      const shown = performance.now() - this.#wantedAt < WANTED_FOR_MS ? video() : null;
      if (shown) this.#send(shown, interview, user);
    }, EVERY_MS);
  }

  /** @param {HTMLVideoElement} video @param {string} interview @param {string} user */
  #send(video, interview, user) {
    const frames = video.getVideoPlaybackQuality().totalVideoFrames;
    if (video.videoWidth === 0 || frames === this.#frames) return;
    this.#frames = frames;
    this.#canvas.width = WIDTH;
    this.#canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    this.#canvas.getContext("2d")?.drawImage(video, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.toBlob((picture) => picture && this.#channel.postMessage({ type: "still", user, interview, picture }), "image/jpeg", 0.7);
  }
}

/** On the board, for one user: another one who logged in in another tab is another one. */
export class StillReader {
  #channel = new BroadcastChannel(CHANNEL);
  #asking = 0;

  /** @param {string} user @param {(interview: string, picture: Blob) => void} onStill */
  constructor(user, onStill) {
    this.#channel.addEventListener("message", (/** @type {MessageEvent<StillMessage>} */ { data }) => {
      if (data.type === "still" && data.user === user) onStill(data.interview, data.picture);
    });
    const ask = () => document.visibilityState === "visible" && this.#channel.postMessage({ type: "wanted", user });
    this.#asking = setInterval(ask, ASKED_EVERY_MS);
    ask();
  }

  close() {
    clearInterval(this.#asking);
    this.#channel.close();
  }
}
