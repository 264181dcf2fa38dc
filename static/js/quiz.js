// The question page: each answer is saved by itself, a dropped line is survived, the server's clock counts.
// What it reads is listed at the head of templates/components/quiz.html. Without it the page is a plain form.
(() => {
  "use strict";

  const form = document.querySelector("[data-quiz]");
  const timer = document.querySelector("[data-deadline]");
  const announce = (text) => {
    const place = document.querySelector("[data-announce]");
    if (place) place.textContent = text;
  };

  // --- Time: the server's clock, whatever the phone thinks it is ------------------------------------------------

  if (timer) {
    const text = timer.querySelector("[data-timer-text]");
    const end = performance.now() + (Date.parse(timer.dataset.deadline) - Date.parse(timer.dataset.now));
    const told = new Set();
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      text.textContent = `${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}`;
      timer.classList.toggle("timer--bad", left <= 60);
      for (const [limit, key] of [[300, "soon"], [60, "last"], [0, "over"]]) {
        // Spoken once each; a limit that had passed before the page opened is not spoken again.
        if (left <= limit && !told.has(key)) {
          told.add(key);
          if (left > limit - 5) announce(timer.dataset[key]);
        }
      }
      if (left === 0) {
        clearInterval(ticking);
        // The server closes after its grace; the answers it has acknowledged are graded.
        setTimeout(() => { if (form) { pending = false; location.href = form.dataset.resultUrl; } else location.reload(); }, 7000);
      }
    };
    const ticking = setInterval(tick, 1000);
    tick();
  }

  if (!form) return;
  const words = form.dataset;
  const line = form.querySelector("[data-saved]");
  const offline = form.querySelector("[data-offline]");
  const refused = form.querySelector("[data-refused]");
  const revision = form.elements.revision;
  const nav = (number) => document.querySelector(`[data-q="${number}"]`);
  let sent = fields();
  let pending = false;
  let busy = null;
  let wait = 0;
  let leaving = null;
  let stopped = false;

  function fields() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name.startsWith("jawaban")) data.append(name, value);
    return data.toString();
  }

  function say(text, tone) {
    line.className = "saved" + (tone ? ` saved--${tone}` : "");
    line.querySelector("[data-saved-text]").textContent = text;
    const icon = line.querySelector("[data-saved-icon]");
    icon.hidden = !text;
    const name = tone === "warn" ? "wifi-off" : tone === "bad" ? "circle-x" : "cloud-check";
    icon.firstElementChild.setAttribute("href", `${icon.dataset.sprite}#${name}`);
  }

  function refuse(text, href, label) {
    stopped = true;
    pending = false;
    leaving = null;
    refused.querySelector("[data-refused-text]").textContent = text;
    const link = refused.querySelector("[data-refused-link]");
    link.href = href;
    link.textContent = label;
    refused.hidden = false;
    refused.scrollIntoView({ block: "nearest" });
    say(words.tFailed.replace("{}", text), "bad");
  }

  // --- Saving: one request at a time; what changed meanwhile follows with the next revision ---------------------

  async function save() {
    if (busy || stopped) return;
    const now = fields();
    if (now === sent) { pending = false; go(); return; }
    pending = true;
    say(words.tSaving);
    const body = new FormData(form);
    body.delete("ke");
    busy = new AbortController();
    const cut = setTimeout(() => busy && busy.abort(), 15000);
    let answer = null;
    try {
      answer = await fetch(words.saveUrl, {
        method: "POST", body, signal: busy.signal, credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
    } catch { /* no line, or too slow: tried again below */ }
    clearTimeout(cut);
    busy = null;
    if (!answer || answer.status === 429 || answer.status >= 500) { later(); return; }
    let told = {};
    try { told = await answer.json(); } catch { later(); return; }
    if (answer.ok && told.saved) {
      wait = 0;
      offline.hidden = true;
      sent = now;
      revision.value = told.revision + 1;
      say(words.tSaved.replace("{}", told.saved_text));
      mark(told);
      if (fields() !== sent) save(); else { pending = false; go(); }
    } else if (answer.status === 409) {
      refuse(told.text, location.href, words.tReload);
    } else if (answer.status === 410) {
      refuse(told.text, words.resultUrl, words.tResult);
    } else if (answer.status === 401 || answer.status === 403 || told.code === "kernel.csrf") {
      refuse(told.text || words.tRefused, location.href, words.tReload);
    } else {
      pending = false;
      leaving = null;
      say(words.tFailed.replace("{}", told.text || words.tRefused), "bad");
    }
  }

  function later() {
    // Doubling with chance in it: ten thousand phones that lost the line together do not come back together.
    wait = Math.min(wait ? wait * 2 : 1000, 30000);
    offline.hidden = false;
    say(words.tUnsafe, "warn");
    setTimeout(save, wait / 2 + Math.random() * wait / 2);
  }

  function mark(told) {
    const count = document.querySelector("[data-answered]");
    if (count) count.textContent = words.tAnswered.replace("{}", told.answered).replace("{}", told.total);
    const bar = document.querySelector(".qbar progress");
    if (bar) bar.value = told.answered;
    const link = nav(words.number);
    const full = document.querySelector("[data-full-mark]");
    const complete = [...form.querySelectorAll("select")].every((field) => field.value) && fields() !== "" && !/=(&|$)/.test(fields());
    if (link && full && complete) {
      link.classList.add("is-full");
      link.querySelector("[data-q-state]").textContent = full.content.textContent;
    }
  }

  function go() {
    if (!leaving) return;
    const target = leaving;
    leaving = null;
    location.href = target;
  }

  // --- What people do -------------------------------------------------------------------------------------------

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-rank]")) swap(event.target);
    save();
  });
  let typing = 0;
  form.addEventListener("input", (event) => {
    if (event.target.type === "text" || event.target.matches("input:not([type])")) {
      pending = true;
      clearTimeout(typing);
      typing = setTimeout(save, 900);
    }
  });

  const ranks = () => [...form.querySelectorAll("[data-rank]")];
  const before = new Map(ranks().map((field) => [field, field.value]));
  function swap(field) {
    const other = ranks().find((one) => one !== field && one.value && one.value === field.value);
    if (other) other.value = before.get(field) || "";
    for (const one of ranks()) before.set(one, one.value);
  }

  function leave(event, target) {
    if (stopped) return;
    if (!pending && fields() === sent && !busy) { if (event.type === "submit") { event.preventDefault(); location.href = target; } return; }
    event.preventDefault();
    leaving = target;
    clearTimeout(typing);
    save();
  }
  form.addEventListener("submit", (event) => {
    const to = event.submitter && event.submitter.value;
    const base = location.pathname;
    leave(event, to === "kumpulkan" ? `${base}/periksa` : `${base}?soal=${to || words.number}`);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-leave]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) leave(event, link.href);
  });
  window.addEventListener("online", () => { if (pending && !busy) { wait = 0; save(); } });
  window.addEventListener("beforeunload", (event) => { if (pending && !stopped) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- Flags: a note to oneself, kept in this browser ------------------------------------------------------------

  const store = `netra-flags-${words.attempt}`;
  const flags = new Set();
  try { for (const n of JSON.parse(sessionStorage.getItem(store) || "[]")) flags.add(String(n)); } catch { /* private mode */ }
  const paint = () => {
    for (const link of document.querySelectorAll("[data-q]")) {
      link.classList.toggle("is-flag", flags.has(link.dataset.q));
      link.querySelectorAll("[data-flagged]").forEach((one) => one.remove());
      if (flags.has(link.dataset.q)) {
        const spot = document.createElement("span");
        spot.dataset.flagged = "";
        spot.append(document.querySelector("[data-flag-mark]").content.cloneNode(true));
        link.append(spot);
      }
    }
    const button = form.querySelector("[data-flag]");
    if (button) button.setAttribute("aria-pressed", String(flags.has(words.number)));
  };
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-flag]")) return;
    if (!flags.delete(words.number)) flags.add(words.number);
    try { sessionStorage.setItem(store, JSON.stringify([...flags])); } catch { /* private mode */ }
    paint();
  });
  paint();
})();
