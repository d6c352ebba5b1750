/** HR's page "from a job": a description becomes competencies, these become questions, and these a flow. */

import { t } from "../lib/i18n.js";
import { Problem, request } from "./api.js";
import "./elements/banner.js";
import { HrCompetencies } from "./elements/competencies.js";
import { HrCreate } from "./elements/create.js";
import { HrFlowSave } from "./elements/flow-save.js";
import "./elements/header.js";
import { HrJobForm } from "./elements/job-form.js";
import { HrQuestions } from "./elements/questions.js";
import { choiceOf } from "./job-draft.js";
import { logOut, useLanguage, whoAmI } from "./session.js";
import { explain } from "./words.js";

const header = /** @type {any} */ (document.querySelector("hr-header"));
const banner = /** @type {import("./elements/banner.js").HrBanner} */ (document.querySelector("hr-banner"));
const form = /** @type {HrJobForm} */ (document.querySelector("hr-job-form"));
const competencies = /** @type {HrCompetencies} */ (document.querySelector("hr-competencies"));
const questions = /** @type {HrQuestions} */ (document.querySelector("hr-questions"));
const save = /** @type {HrFlowSave} */ (document.querySelector("hr-flow-save"));
const create = /** @type {HrCreate} */ (document.querySelector("hr-create"));
const FILES = ["hr.", "jobs."];

/** @type {import("./job-draft.js").Job | null} */
let job = null;
let title = "";
/** With which the questions were proposed. @type {ReturnType<typeof choiceOf>} */
let choice = [];

async function begin() {
  await useLanguage(undefined, FILES);
  listen();
  draw();
  try {
    const me = await whoAmI();
    header.me = me;
    const flow = new URLSearchParams(location.search).get("flow");
    if (me === null) location.assign(`/hr/?next=${encodeURIComponent(location.pathname)}`);
    else if (flow !== null) await goOn(flow);
  } catch (error) {
    banner.show(explain(error), "bad");
  }
}

function listen() {
  header.addEventListener("language-chosen", async (/** @type {CustomEvent} */ event) => {
    await useLanguage(event.detail, FILES);
    draw();
  });
  header.addEventListener("logout-asked", () => void logOut());
  form.addEventListener("job-read", (event) => showModel(/** @type {CustomEvent} */ (event).detail));
  competencies.addEventListener("model-wanted", (event) => void propose(/** @type {CustomEvent} */ (event).detail));
  questions.addEventListener("questions-changed", () => noteChange());
  save.addEventListener("flow-wanted", (event) => void store(/** @type {CustomEvent} */ (event).detail));
  save.addEventListener("interview-wanted", () => void create.open({ flow: save.saved?.id ?? "", job: title }));
  addEventListener("beforeunload", (event) => {
    if (questions.edited) event.preventDefault();
  });
}

function draw() {
  document.title = t("jobs.page_title");
  /** @type {HTMLElement} */ (document.querySelector("#back")).textContent = t("view.back");
  /** @type {HTMLElement} */ (document.querySelector("h1")).textContent = t("jobs.title_page");
  /** @type {HTMLElement} */ (document.querySelector("#lead")).textContent = t("jobs.lead");
  for (const element of [header, banner, form, competencies, questions, save, create]) element.update();
}

/** @param {{job: import("./job-draft.js").Job, model: import("./job-draft.js").Model}} detail */
function showModel(detail) {
  job = detail.job;
  title = detail.model.job.title;
  competencies.error = "";
  competencies.replaces = false;
  competencies.model = detail.model;
  competencies.hidden = false;
  questions.hidden = true;
  questions.edited = false;
  save.begin({});
  save.hidden = true;
  show(competencies);
}

/** @param {{competencies: import("./job-draft.js").Competency[], count: number}} wanted */
async function propose(wanted) {
  competencies.busy = true;
  competencies.error = "";
  competencies.update();
  try {
    choice = choiceOf(wanted.competencies);
    questions.proposal = await request("POST", "/v1/jobs/questions", { job, competencies: choice, count: wanted.count });
    questions.hidden = false;
    save.begin(save.saved?.title ?? { en: title, "zh-CN": title }, save.saved);
    save.stale = save.saved !== null;
    save.update();
    save.hidden = false;
    show(questions);
    competencies.replaces = true;
  } catch (error) {
    competencies.error = explain(error);
  }
  competencies.busy = false;
  competencies.update();
}

/** From a flow that was saved: its job, its competencies and its questions as they are. @param {string} id */
async function goOn(id) {
  const { flow, record } = await request("GET", `/v1/flows/${encodeURIComponent(id)}`);
  /** @type {import("./job-draft.js").Proposal} */
  const proposal = await request("POST", "/v1/jobs/questions", { job: record.job, competencies: record.competencies, count: 1 });
  const bank = new Map([...proposal.questions, ...proposal.spare].map((question) => [question.id, question]));
  /** @type {import("./job-draft.js").Question[]} */
  const asked = [];
  for (const { id: question, text } of flow.stages.flatMap((/** @type {{questions: object[]}} */ stage) => stage.questions)) {
    const known = bank.get(question);
    if (known !== undefined) asked.push({ ...known, text });
    bank.delete(question);
  }
  job = record.job;
  title = proposal.job.title;
  choice = record.competencies;
  form.fill(record.job);
  competencies.replaces = true;
  competencies.model = proposal;
  questions.proposal = { ...proposal, questions: asked, spare: [...bank.values()] };
  save.begin(flow.title, { id: flow.id, version: flow.version, title: flow.title, match: record.match });
  for (const element of [competencies, questions, save]) element.hidden = false;
}

function noteChange() {
  if (save.saved === null || save.stale) return;
  save.stale = true;
  save.update();
}

/** @param {Record<string, string>} titles of the flow, by language */
async function store(titles) {
  const asked = questions.asked.map(({ id, text }) => ({ id, text }));
  const body = { job, competencies: choice, title: titles, questions: asked };
  const known = save.saved;
  save.busy = true;
  save.error = "";
  save.update();
  try {
    save.saved = known
      ? await request("POST", `/v1/flows/${known.id}/versions`, { ...body, after: known.version })
      : await request("POST", "/v1/flows", body);
    save.stale = false;
    questions.edited = false;
    questions.showErrors([]);
  } catch (error) {
    save.error = explain(error);
    if (error instanceof Problem) questions.showErrors(error.errors);
  }
  save.busy = false;
  save.update();
}

/** @param {HTMLElement} element its heading takes the focus */
function show(element) {
  element.scrollIntoView({ block: "start" });
  /** @type {HTMLElement | null} */ (element.querySelector("h2"))?.focus();
}

void begin();
