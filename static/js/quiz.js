// The question page: each answer is saved by itself, a dropped line is survived, the server's clock counts.
// What it reads is listed at the head of templates/components/quiz.html. Without it the page is a plain form.
// Unacknowledged answers are kept in this tab (sessionStorage: positions such as "2", no text of any question) until
// the server has them, so that a reload or a new login does not lose them. "Tersimpan" is only said after the server's commit.
(() => {
  "use strict";

  const form = document.querySelector("[data-quiz]");
  const timer = document.querySelector("[data-deadline]");
  const announce = (text) => {
    const place = document.querySelector("[data-announce]");
    if (place) place.textContent = text;
  };
  let stopped = false;
  let resync = () => {};
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- Time: the server's clock, whatever the phone thinks it is ------------------------------------------------

  if (timer) {
    const text = timer.querySelector("[data-timer-text]");
    const marks = [[600, "ten"], [300, "five"], [60, "one"], [0, "over"]];
    let total, startedAt, startedOn, ticking;
    // A sleeping phone stops one clock, somebody who sets the time moves the other: the later of the two counts.
    const remaining = () => total - Math.max(performance.now() - startedAt, Date.now() - startedOn);
    resync = (milliseconds) => {
      total = milliseconds;
      startedAt = performance.now();
      startedOn = Date.now();
    };
    resync(Date.parse(timer.dataset.deadline) - Date.parse(timer.dataset.now));
    let before = Infinity;
    const tick = () => {
      const left = Math.max(0, Math.ceil(remaining() / 1000));
      text.textContent = `${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}`;
      timer.classList.toggle("timer--bad", left <= 60);
      // Spoken when a mark is passed, not every second; a mark passed before the page opened is not spoken.
      const passed = marks.filter(([mark]) => left <= mark && before > mark).pop();
      if (passed && before !== Infinity) announce(timer.dataset[passed[1]]);
      before = left;
      if (left > 0) return;
      clearInterval(ticking);
      announce(timer.dataset.over);
      // The server closes after a few seconds of grace, in which answers on their way still arrive.
      const place = document.querySelector("[data-result-url]");
      setTimeout(() => {
        stopped = true;
        if (place) location.replace(place.dataset.resultUrl);
      }, 7000);
    };
    ticking = setInterval(tick, 1000);
    tick();
  }

  if (!form) return;
  const words = form.dataset;
  const revision = form.elements.revision;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const store = `netra-kuis-${words.attempt}-${words.number}`;
  const answerFields = () => [...form.elements].filter((field) => field.name?.startsWith("jawaban"));

  const filled = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name.startsWith("jawaban") && value !== "") data.append(name, value);
    }
    return data.toString();
  };
  const fill = (query) => {
    const data = new URLSearchParams(query);
    for (const field of answerFields()) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = data.getAll(field.name).includes(field.value);
      else field.value = data.get(field.name) ?? "";
    }
  };
  const remember = (query) => {
    try {
      if (query === null) sessionStorage.removeItem(store);
      else sessionStorage.setItem(store, JSON.stringify({ query, revision: revision.value }));
    } catch { /* private mode: it is kept in the page */ }
  };

  let acknowledged = filled(); // what the server has
  let trying = null; // what is on its way, sent again unchanged until the server has answered
  let busy = false;
  let conflict = null;
  let wait = 0;
  let again = 0;
  let leaving = null;
  const dirty = () => trying !== null || filled() !== acknowledged;

  const say = (text, tone) => {
    const line = part("saved");
    line.className = tone ? `saved saved--${tone}` : "saved";
    line.querySelector("[data-saved-text]").textContent = text;
    const icon = line.querySelector("[data-saved-icon]");
    icon.toggleAttribute("hidden", !text); // SVG elements have no `hidden` property
    const name = tone === "warn" ? "wifi-off" : tone === "bad" ? "circle-x" : "cloud-check";
    icon.firstElementChild.setAttribute("href", `${icon.dataset.sprite}#${name}`);
  };

  const refuse = (text, href, label, keep) => {
    stopped = true;
    leaving = null;
    if (!keep) remember(null);
    part("refused-text").textContent = text;
    const link = part("refused-link");
    link.href = href;
    link.textContent = label;
    part("refused").hidden = false;
    part("refused").scrollIntoView({ block: "nearest" });
    say(words.tFailed.replace("{}", text), "bad");
  };

  // --- Saving: one request at a time; what changed meanwhile follows with the next revision ---------------------

  const save = async () => {
    clearTimeout(again);
    if (busy || stopped || conflict) return;
    if (trying === null) {
      if (filled() === acknowledged) {
        remember(null);
        return go();
      }
      trying = filled();
    }
    remember(filled());
    say(words.tSaving);
    const body = new FormData();
    for (const name of ["csrf_token", "number", "revision"]) body.append(name, form.elements[name].value);
    for (const [name, value] of new URLSearchParams(trying)) body.append(name, value);
    busy = true;
    let answer, told;
    try {
      answer = await fetch(words.saveUrl, {
        method: "POST", body, credentials: "same-origin", redirect: "manual",
        signal: AbortSignal.timeout?.(15000), headers: { Accept: "application/json" },
      });
      told = await answer.json();
    } catch { /* no line, too slow, or an answer from something in between: tried again below */ }
    busy = false;
    if (!told || answer.status === 429 || answer.status >= 500) return later();
    wait = 0;
    part("offline").hidden = true;
    if (answer.ok && told.saved) {
      acknowledged = trying;
      trying = null;
      revision.value = told.revision + 1;
      resync(told.left * 1000);
      say(words.tSaved.replace("{}", told.saved_text));
      mark(told);
      return save();
    }
    if (answer.status === 409) return choose(told);
    if (answer.status === 410) return refuse(told.text, words.resultUrl, words.tResult, false);
    if (answer.status === 401) return refuse(words.tSignin, location.href, words.tSigninLink, true);
    if (answer.status === 403 || told.code === "kernel.csrf") return refuse(told.text || words.tRefused, location.href, words.tReload, true);
    // This answer cannot be taken as it stands; a changed one may be.
    trying = null;
    leaving = null;
    say(words.tFailed.replace("{}", told.text || words.tRefused), "bad");
  };

  const later = () => {
    // Doubling with chance in it: ten thousand phones that lost the line together do not come back together.
    wait = Math.min(wait ? wait * 2 : 1000, 30000);
    part("offline").hidden = navigator.onLine && wait < 4000;
    say(words.tUnsaved, "warn");
    again = setTimeout(save, wait / 2 + (Math.random() * wait) / 2);
  };

  const choose = (told) => {
    conflict = told;
    leaving = null;
    part("conflict-text").textContent = told.current_text || words.tEmpty;
    part("conflict-time").textContent = told.saved_text ? words.tSaved.replace("{}", told.saved_text) : "";
    part("conflict").hidden = false;
    say(words.tChoose, "bad");
    part("use-theirs").focus();
  };
  const chosen = () => {
    revision.value = conflict.revision + 1;
    const theirs = new URLSearchParams();
    for (const [name, values] of Object.entries(conflict.current)) for (const value of values) theirs.append(name, value);
    const told = conflict;
    conflict = trying = null;
    part("conflict").hidden = true;
    return { told, theirs: theirs.toString() };
  };
  part("use-theirs").addEventListener("click", () => {
    const { told, theirs } = chosen();
    fill(theirs);
    acknowledged = filled();
    remember(null);
    say(words.tSaved.replace("{}", told.saved_text));
    part("saved").scrollIntoView({ block: "nearest" });
  });
  part("use-mine").addEventListener("click", () => {
    chosen();
    acknowledged = null; // whatever is filled in differs from what the server has
    save();
  });

  const mark = (told) => {
    document.querySelector("[data-answered]").textContent = words.tAnswered.replace("{}", told.answered).replace("{}", told.total);
    const bar = document.querySelector(".qbar progress");
    if (bar) bar.value = told.answered;
    const number = document.querySelector(`[data-q="${words.number}"]`);
    number.classList.toggle("is-full", told.complete);
    number.querySelector("[data-q-state]").textContent = told.complete ? words.tFull : words.tOpen;
  };

  const go = () => {
    if (!leaving) return;
    const target = leaving;
    leaving = null;
    location.assign(target);
  };

  // --- What people do -------------------------------------------------------------------------------------------

  const ranks = () => [...form.querySelectorAll("[data-rank]")];
  let before = new Map(ranks().map((field) => [field, field.value]));
  const swap = (field) => {
    // Two elements cannot share a rank: the other one takes the place this one had.
    const other = ranks().find((one) => one !== field && one.value && one.value === field.value);
    if (other) other.value = before.get(field) || "";
    before = new Map(ranks().map((one) => [one, one.value]));
  };
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-rank]")) swap(event.target);
    save();
  });
  let typing = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.matches('input:not([type]), [type="text"]')) return;
    remember(filled());
    clearTimeout(typing);
    typing = setTimeout(save, 900);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.dataset.flag !== undefined) return flag(event.submitter);
    const to = event.submitter?.value;
    if (to === "simpan") return save();
    leaving = to === "kumpulkan" ? `${words.pageUrl}/periksa` : `${words.pageUrl}?soal=${to || words.number}`;
    if (stopped) return go();
    clearTimeout(typing);
    // A tap asks for it now, whatever the waiting time has grown to.
    save();
  });

  const flag = async (button) => {
    const flagged = button.getAttribute("aria-pressed") !== "true";
    const body = new FormData();
    for (const name of ["csrf_token", "number"]) body.append(name, form.elements[name].value);
    body.append("tanda", flagged ? "1" : "0");
    try {
      const answer = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      return announce(words.tUnflagged), say(words.tUnflagged, "warn");
    }
    button.setAttribute("aria-pressed", String(flagged));
    button.value = flagged ? "0" : "1";
    const number = document.querySelector(`[data-q="${words.number}"]`);
    number.classList.toggle("is-flag", flagged);
    number.querySelector("[data-q-flag]").hidden = !flagged;
  };

  addEventListener("online", () => { if (dirty()) { wait = 0; save(); } });
  addEventListener("offline", () => { part("offline").hidden = !dirty(); });
  addEventListener("beforeunload", (event) => { if (dirty() && !stopped) event.preventDefault(); });

  // An answer this tab could not bring home before it was reloaded.
  try {
    const kept = JSON.parse(sessionStorage.getItem(store) || "null");
    if (kept && kept.query !== acknowledged) {
      fill(kept.query);
      if (Number(kept.revision) < Number(revision.value)) revision.value = kept.revision;
      save();
    } else remember(null);
  } catch { /* nothing kept, or nothing readable */ }
})();
