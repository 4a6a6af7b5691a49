/* Warns before the session ends, and leaves the page when it has ended. The server decides when; this asks it.
   Asks before a page is left that holds words which nobody has. On our pages and in the Django admin. */
const byId = (id) => document.getElementById(id);
const dialog = byId("session");
const said = dialog.dataset;
const ASKS = byId("session-title").textContent;
const title = () => `${said.title} – ${pageTitle}`;
const LONGEST = Number(said.idle);
const WARNING = Math.ceil((LONGEST * 2) / 15); // the last two of fifteen minutes
let endsAt = Date.now() + Number(said.left) * 1000;
let typedIn = null; // the form that holds something which the server has not seen
let sent = null; // what it was when it was last sent
let pageTitle = document.title;
let asking = false;
let over = false; // the server said so: what is sent from now on is kept, not done

const keepsItself = (form) => form.querySelector("[data-autosave]");
// A search, a choice in a list and a password are nothing to come back to.
const isWork = (form) => form?.method === "post" && !form.matches("[data-forget], #changelist-form") && !form.querySelector("[type=password]") && !location.pathname.startsWith("/account/");
const left = () => Math.ceil((endsAt - Date.now()) / 1000);

async function ask(method) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(said.url, { method, headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(answer.status);
  const { signed_in: isIn, seconds_left: seconds } = await answer.json();
  over = !isIn;
  endsAt = Date.now() + seconds * 1000;
}

function tell(seconds) {
  const minutes = Math.ceil(seconds / 60);
  const words = minutes > 1 ? said.minutes.replace("%s", minutes) : said.minute;
  if (byId("session-said").textContent !== words) byId("session-said").textContent = words; // read out once a minute
  byId("session-clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function warn() {
  if (dialog.open) return;
  pageTitle = document.title;
  document.title = title();
  dialog.showModal();
  byId("session-stay").focus();
}

function goOn() {
  if (!dialog.open) return;
  document.body.classList.remove("app-locked");
  byId("session-title").textContent = ASKS;
  byId("session-text").hidden = false;
  byId("session-stay").hidden = false;
  byId("session-again").hidden = true;
  document.title = pageTitle;
  dialog.close(); // the browser puts the focus back
}

async function stay() {
  try {
    await ask("POST");
    if (left() > WARNING) goOn();
  } catch {
    byId("session-said").textContent = said.failed;
  }
}

async function leave() {
  try {
    if (!over) await ask("GET");
  } catch {
    byId("session-said").textContent = said.failed;
    return;
  }
  if (!over) goOn();
  else if (typedIn?.isConnected) {
    const form = typedIn;
    typedIn = null;
    HTMLFormElement.prototype.submit.call(form);
  } else location.assign(location.pathname + location.search);
}

function cover() {
  warn();
  document.body.classList.add("app-locked");
  byId("session-title").textContent = said.ended;
  byId("session-text").hidden = true;
  byId("session-said").textContent = said.over;
  byId("session-clock").textContent = "";
  byId("session-stay").hidden = true;
  byId("session-again").hidden = false;
  byId("session-again").focus();
}

// Another tab may have kept the session, or ended it: before a warning and before leaving, the server is asked.
async function look() {
  if (asking || document.body.classList.contains("app-locked")) return;
  if (left() > WARNING) return goOn();
  if (dialog.open && left() > 0) return tell(left());
  asking = true;
  try {
    const autosave = typedIn?.querySelector("[data-autosave]");
    if (!dialog.open && autosave) htmx.trigger(autosave, "autosave");
    await ask("GET");
  } catch {
    // Not reached: the time goes on by this computer's clock.
  }
  asking = false;
  if (left() > WARNING) return goOn();
  warn();
  if (left() > 0) return tell(left());
  cover();
  if (over) leave();
}

byId("session-stay").addEventListener("click", stay);
byId("session-again").addEventListener("click", (event) => { event.preventDefault(); leave(); });
dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (!document.body.classList.contains("app-locked")) stay(); });
document.addEventListener("input", (event) => { if (isWork(event.target.form)) typedIn = event.target.form; });
document.addEventListener("submit", () => { sent = typedIn; typedIn = null; });
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (!successful && elt === sent) typedIn = elt; // it is still only here
  if (!successful) return;
  endsAt = Math.max(endsAt, Date.now() + LONGEST * 1000);
  if (elt.matches("[data-autosave]")) typedIn = null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (sent && event.detail.target?.id === "page" && byId("error-summary")) typedIn = byId("main").querySelector("form[method=post]"); // refused, and drawn anew
});
window.addEventListener("beforeunload", (event) => { if (typedIn?.isConnected && !keepsItself(typedIn)) event.preventDefault(); });
document.addEventListener("visibilitychange", () => document.hidden || look());
setInterval(look, 1000);
