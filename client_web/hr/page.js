/** HR's first page: the login, or the live board. */

import { t } from "../lib/i18n.js";
import { VivaSocket } from "../lib/socket.js";
import { Commands } from "./commands.js";
import { noteServerTime } from "./clock.js";
import { HrAlarmSwitches } from "./elements/alarm-switches.js";
import { HrBoard } from "./elements/board.js";
import { HrCreate } from "./elements/create.js";
import { HrInterviews } from "./elements/interviews.js";
import { HrReissue } from "./elements/reissue.js";
import "./elements/banner.js";
import "./elements/header.js";
import "./elements/login.js";
import { may } from "./permissions.js";
import { logOut, useLanguage, whoAmI } from "./session.js";
import { StillReader } from "./stills.js";
import { explain } from "./words.js";

const header = /** @type {any} */ (document.querySelector("hr-header"));
const login = /** @type {any} */ (document.querySelector("hr-login"));
const banner = /** @type {import("./elements/banner.js").HrBanner} */ (document.querySelector("hr-banner"));
const room = /** @type {HTMLElement} */ (document.querySelector("#room"));
const alarm = /** @type {HrAlarmSwitches} */ (document.querySelector("hr-alarm-switches"));
const board = /** @type {HrBoard} */ (document.querySelector("hr-board"));
const interviews = /** @type {HrInterviews} */ (document.querySelector("hr-interviews"));
const create = /** @type {HrCreate} */ (document.querySelector("hr-create"));
const reissue = /** @type {HrReissue} */ (document.querySelector("hr-reissue"));
const newInterview = /** @type {HTMLButtonElement} */ (document.querySelector("#new-interview"));

const fromJob = /** @type {HTMLAnchorElement} */ (document.querySelector("#from-job"));

/** @type {VivaSocket | null} */
let socket = null;
/** @type {StillReader | null} */
let stills = null;

async function begin() {
  await useLanguage();
  listen();
  draw();
  await enter();
}

function listen() {
  header.addEventListener("language-chosen", async (/** @type {CustomEvent} */ event) => {
    await useLanguage(event.detail);
    draw();
  });
  header.addEventListener("logout-asked", () => void logOut());
  login.addEventListener("logged-in", () => void arrive());
  newInterview.addEventListener("click", () => void create.open());
  create.addEventListener("created", () => void interviews.reload());
  board.addEventListener("finished", () => void interviews.reload());
  board.addEventListener("alerted", (event) => alarm.ring(/** @type {CustomEvent} */ (event).detail));
  board.addEventListener("acknowledge-asked", (event) => void acknowledge(/** @type {CustomEvent} */ (event).detail));
  for (const list of [board, interviews]) {
    list.addEventListener("reissue-asked", (event) => reissue.open(/** @type {CustomEvent} */ (event).detail));
  }
}

/** Everything again, in the language of now. */
function draw() {
  document.title = t("page.board_title");
  const title = room.querySelector("h1");
  if (title) title.textContent = t("board.title");
  newInterview.textContent = t("create.open");
  fromJob.textContent = t("create.from_job");
  for (const element of [header, login, banner, alarm, board, interviews, create, reissue]) element.update();
}

/** After the login: to the page that asked for it, if it is one of ours. */
async function arrive() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "";
  if (/^\/hr\/(?:from-job|interviews\/[\w-]+)$/.test(wanted)) location.assign(wanted);
  else await enter();
}

async function enter() {
  try {
    const me = await whoAmI();
    header.me = me;
    board.user = me?.user ?? null;
    interviews.invites = may(board.user, "invite.issue");
    newInterview.hidden = !may(board.user, "interview.create");
    fromJob.hidden = !may(board.user, "flow.edit");
    stills?.close();
    stills = me && new StillReader(me.user.id, (interview, picture) => board.showStill(interview, picture));
    login.hidden = me !== null;
    room.hidden = me === null;
    if (me === null) /** @type {HTMLElement | null} */ (login.querySelector("input"))?.focus();
    else watch();
  } catch (error) {
    banner.show(explain(error), "bad");
  }
}

/** @param {{interview: string, kind: import("../lib/protocol").AlertKind}} about */
async function acknowledge({ interview, kind }) {
  if (socket === null) return;
  const commands = new Commands(socket, interview);
  const refused = await (kind === "help" ? commands.send("help.acknowledge", {}) : commands.send("alert.acknowledge", { kind }));
  // Somebody was quicker, or it is over: the card shows that by itself.
  if (refused && refused.code !== "alert_unknown") banner.show(explain(refused), "warn");
}

function watch() {
  void interviews.reload();
  socket?.close();
  socket = new VivaSocket({
    onEnvelope: (envelope) => {
      noteServerTime(envelope);
      if (envelope.type === "board.snapshot") board.show(envelope.data.cards);
      else if (envelope.type === "board.card_changed") board.change(envelope.data.card);
    },
    onWatchRefused: (error) => banner.show(explain(error), "bad"),
    onState: (state) => {
      banner.follow(state);
      if (state === "unauthenticated") void enter();
    },
  });
  socket.watch("board.watch");
  socket.open();
}

void begin();
