/* Progressive enhancement only: every page works without this file. Nothing is kept in the browser's storage. */
const byId = (id) => document.getElementById(id);
const words = byId("words").dataset;
const wide = matchMedia("(min-width: 48rem)");
const isDraft = (element) => element?.matches?.("[data-autosave]");
let opened = itemsOf(byId("panel")); // what the panel said when the page opened: name -> list item
let before = opened;
let typed = false; // something changed since the last draft was kept
let lastAlert = "";
let lastTold = "";
let asOf = ""; // when the panel was last known to be right
const waiting = new Map(); // request -> what waits for its answer

function itemsOf(panel) {
  return new Map([...(panel?.querySelectorAll("[data-item]:not(.app-item--needed, .app-item--gone)") ?? [])].map((item) => [item.dataset.item, item]));
}

function warn(sentence, canRetry = false) {
  byId("alert").textContent = sentence;
  byId("retry").hidden = !canRetry;
}

function showSaved(text, failed = false) {
  const saved = byId("saved");
  if (!saved) return;
  saved.textContent = text;
  saved.classList.toggle("app-saved--failed", failed);
}

// The patient stays in view: what is scrolled to, and the panel, keep clear of the banner whatever its height.
function measureBanner() {
  const height = document.querySelector(".app-banner")?.offsetHeight ?? 0;
  document.documentElement.style.setProperty("--banner", `${height}px`);
}

// ---------------------------------------------------------------------------------------------- the panel "pathway so far"
function now() {
  return new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function placePanel() {
  const [panel, small, aside] = [byId("panel"), byId("panel-small"), byId("aside")];
  if (!panel || !small) return;
  small.hidden = wide.matches;
  (wide.matches ? aside : small).append(panel);
  byId("panel-summary").textContent = panel.dataset.summary ?? byId("panel-summary").textContent;
}

function greyPanel() {
  const panel = byId("panel");
  if (!panel || panel.classList.contains("app-panel--stale")) return;
  panel.classList.add("app-panel--stale");
  const note = document.createElement("p");
  note.className = "app-stale";
  note.textContent = `${words.stale} ${asOf}. ${words.refresh}`;
  panel.prepend(note);
}

function tag(word, kind) {
  const element = document.createElement("strong");
  element.className = `app-tag app-tag--${kind}`;
  element.textContent = word;
  return element;
}

function markChanges(panel) {
  const now = itemsOf(panel);
  for (const [name, item] of now) if (!opened.has(name)) (item.querySelector(".app-item__head") ?? item).prepend(tag(words.new, "new"), " ");
  const list = panel.querySelector(".app-panel__list");
  for (const [name, item] of before) {
    if (now.has(name) || !list) continue;
    const gone = item.cloneNode(true);
    gone.classList.add("app-item--gone");
    gone.querySelector(".app-item__because")?.remove();
    gone.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    gone.prepend(tag(words.gone, "note"), " ");
    list.append(gone);
  }
  before = now;
}

// Beside the questions, those that can still change the headline.
function markDeciding(facts) {
  for (const mark of document.querySelectorAll("[data-mark]")) mark.classList.toggle("app-mark--open", facts.includes(mark.dataset.mark));
}

function panelArrived(panel) {
  typed = false;
  asOf = panel.dataset.saved || now();
  markChanges(panel);
  markDeciding(panel.dataset.deciding.split(" "));
  placePanel();
  showSaved(`${words.saved} ${asOf}`);
  const told = panel.dataset.told ?? "";
  byId("status").textContent = `${panel.dataset.announce ?? ""} ${told === lastTold ? "" : told}`.trim();
  lastTold = told;
  const alert = panel.dataset.alert ?? "";
  warn(alert && alert !== lastAlert ? alert : "");
  lastAlert = alert;
}

// ------------------------------------------------------------------------------------------------------ what is asked when
// "sex=female", "pain_course=worsening|unchanged&mobility=aid", "a=*" (answered), "a!=x", "a=yes||b=yes":
// | is "any of these", & is "and", || is "or" and binds weakest.
function holds(condition, answers) {
  return condition.split("||").some((clause) => clause.split("&").every((part) => {
    const [, name, sign, values] = part.match(/^([^=!]+)(!?=)(.*)$/);
    const given = answers.getAll(name).filter((answer) => answer !== "" && answer !== "not_known");
    const met = values === "*" ? given.length > 0 : answers.getAll(name).some((answer) => values.split("|").includes(answer));
    return met === (sign === "=");
  }));
}

function reveal(form) {
  const answers = new FormData(form);
  for (const element of form.querySelectorAll("[data-show-if]")) {
    element.hidden = !holds(element.dataset.showIf, answers) && !element.querySelector(".nhsuk-error-message");
    delete element.dataset.off; // as the server drew it, so that nothing moves before this runs
  }
}

function fillDate(id, value) {
  value.split("-").reverse().forEach((part, index) => (byId(`${id}_${index}`).value = part));
  byId(`${id}_0`).dispatchEvent(new Event("change", { bubbles: true }));
}

function prepare() {
  document.querySelectorAll("form").forEach((form) => form.querySelector("[data-show-if]") && reveal(form));
  document.querySelectorAll("[data-today]").forEach((button) => (button.hidden = false));
  opened = before = itemsOf(byId("panel"));
  asOf = now();
  measureBanner();
  placePanel();
}

document.addEventListener("change", (event) => event.target.form && reveal(event.target.form));
document.addEventListener("input", (event) => (typed ||= Boolean(event.target.form?.querySelector("[data-autosave]"))));
document.addEventListener("click", (event) => {
  const { target } = event;
  const today = target.closest("[data-today]")?.dataset;
  if (today) fillDate(today.today, today.value);
  const link = target.closest(".nhsuk-error-summary a[href^='#']");
  if (link && byId(link.hash.slice(1))) {
    event.preventDefault();
    byId(link.hash.slice(1)).focus({ preventScroll: true });
    byId(link.hash.slice(1)).scrollIntoView({ block: "center" });
  }
  for (const menu of document.querySelectorAll(".app-menu[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".app-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// --------------------------------------------------------------------------------------------------------------- requests
function saveNow() {
  const draft = document.querySelector("[data-autosave]");
  if (draft) htmx.trigger(draft, "autosave");
}

function failed(event, sentence) {
  warn(sentence, isDraft(event.detail.elt) && sentence !== words.conflict); // the same draft would be refused again
  if (!isDraft(event.detail.elt)) return;
  greyPanel();
  showSaved(words.unsaved, true);
}

byId("retry").addEventListener("click", () => { warn(""); saveNow(); });
document.addEventListener("visibilitychange", () => document.hidden && typed && saveNow());
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const waits = isDraft(detail.elt) ? byId("panel") : detail.target;
  if (waits) waiting.set(detail.xhr, waits);
  waits?.setAttribute("aria-busy", "true");
  if (isDraft(detail.elt)) showSaved(words.saving);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const waited = waiting.get(detail.xhr);
  waiting.delete(detail.xhr);
  if (![...waiting.values()].includes(waited)) waited?.removeAttribute("aria-busy"); // two may be under way for one
});
document.addEventListener("htmx:sendError", (event) => failed(event, words.offline));
document.addEventListener("htmx:timeout", (event) => failed(event, words.offline));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  failed(event, status === 409 ? words.conflict : status >= 500 ? words.failed : words.refused);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event; // here detail.elt is what would be replaced, not what asked
  const patient = byId("panel")?.dataset.patient;
  if (!isDraft(detail.requestConfig.elt)) {
    if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false }); // the page that compares
  } else if (detail.shouldSwap && patient && !detail.serverResponse.includes(`data-patient="${patient}"`)) {
    detail.shouldSwap = false;
    warn(words.patient);
    greyPanel();
  }
});
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history } = event.detail; // a page that came back with errors is not a new place to go Back from
  if (history?.path === location.pathname) history.type = "replace";
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "page") {
    warn("");
    typed = false;
    prepare();
    if (!byId("page").contains(document.activeElement)) byId("main").focus();
  } else if (byId("panel") && isDraft(event.detail.requestConfig?.elt)) panelArrived(byId("panel"));
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful || !isDraft(detail.elt) || byId("panel")) return; // where there is a panel, its arrival says so
  typed = false;
  warn("");
  showSaved(`${words.saved} ${now()}`);
});

wide.addEventListener("change", placePanel);
window.addEventListener("resize", measureBanner);
window.addEventListener("pageshow", (event) => event.persisted && location.reload()); // Back shows what the server holds
prepare();
