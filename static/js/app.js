/* Loaded deferred on every page. Everything here is comfort: each page works without it.
   Listens on the document, so that parts exchanged later need no setting up again.

   data-theme-toggle                 light/dark, remembered (theme.js applies it before the first paint)
   data-copy="text" data-done="…"    copy, then say so in a toast
   data-open="id" / data-close       dialogs (templates/components/dialog.html)
   form[data-confirm="id"]           asks in that dialog first; [data-yes] inside it sends the form
   [data-print]                      prints the page
   form[data-live="#part"]           fetches the part anew as one types
   form[data-upload]                 sends with a progress bar; input[data-max-bytes][data-too-big] is checked first
   [data-focus]                      is focused when it appears (error summary)
   [data-poll="url"]                 background work: JSON {done, total, text, finished, href}
   form[data-again]                  may be sent again at once (answers with a file, so the page stays) */
(() => {
  "use strict";
  const root = document.documentElement;
  const sentence = (name) => document.body.dataset[name] || "";

  /* Theme */
  const system = matchMedia("(prefers-color-scheme: dark)");
  const toggleTheme = () => {
    const now = root.dataset.theme || (system.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* kept for this page only */ }
  };

  /* Toasts: the live region is there before the words are, or screen readers stay silent */
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  const toast = (text) => {
    if (!text) return;
    const box = document.createElement("p");
    box.className = "toast";
    box.textContent = text;
    region.replaceChildren(box);
    setTimeout(() => box.remove(), 6000);
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http has no clipboard; the old way still works there.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "sr";
      button.after(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      button.focus();
      if (!done) return toast(sentence("tCopyfail"));
    }
    toast(button.dataset.done);
  };

  /* Forms: sent once, however often one taps */
  const sent = new Set();
  const hold = (form, submitter) => {
    sent.add(form);
    form.dataset.sent = "";
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      if (button.getAttribute("aria-disabled") === "true") continue;
      button.setAttribute("aria-disabled", "true");
      button.dataset.heldBySending = "";
    }
    submitter?.setAttribute("aria-busy", "true");
    // A page that never comes must not leave a dead form behind.
    setTimeout(() => release(form), 30000);
  };
  const release = (form) => {
    sent.delete(form);
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-held-by-sending]")) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
      delete button.dataset.heldBySending;
    }
  };

  const asked = new WeakMap();
  const confirmFirst = (form, submitter) => {
    const dialog = document.getElementById(form.dataset.confirm);
    if (!dialog?.showModal || form.dataset.sure !== undefined) return false;
    asked.set(dialog, { form, submitter });
    dialog.showModal();
    return true;
  };
  const sayYes = (dialog) => {
    const waiting = asked.get(dialog);
    dialog.close();
    if (!waiting) return;
    waiting.form.dataset.sure = "";
    waiting.form.requestSubmit(waiting.submitter);
    delete waiting.form.dataset.sure;
  };

  /* From the error summary into the field, with its label and the sentence above it in view */
  const toField = (link, event) => {
    const input = document.getElementById(link.hash.slice(1));
    if (!input) return;
    event.preventDefault();
    (input.closest(".field") || input).scrollIntoView();
    input.focus({ preventScroll: true });
  };

  /* A page that came by script takes the place of this one, flash messages included */
  const show = (html, address) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.querySelector("main")) return location.assign(address);
    region.replaceChildren();
    document.title = page.title;
    if (address !== location.href) history.pushState({ shown: true }, "", address);
    document.body.replaceWith(document.adoptNode(page.body));
    start(document);
    scrollTo(0, 0);
    if (!document.querySelector("[data-focus]")) document.getElementById("isi")?.focus({ preventScroll: true });
  };

  const complain = (input, text) => {
    const id = `${input.id}-galat`;
    document.getElementById(id)?.remove();
    if (!text) {
      input.removeAttribute("aria-invalid");
      return;
    }
    const line = document.createElement("span");
    line.className = "field__error";
    line.id = id;
    line.setAttribute("role", "alert");
    line.textContent = text;
    input.before(line);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.id}-petunjuk ${id}`);
    input.focus();
  };
  const tooBig = (form) => {
    for (const input of form.querySelectorAll("input[data-max-bytes]")) {
      const over = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
      complain(input, over ? input.dataset.tooBig : "");
      if (over) return true;
    }
    return false;
  };

  const upload = (form, submitter) => {
    const bar = form.querySelector("progress");
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    const request = new XMLHttpRequest();
    const over = (text) => {
      release(form);
      if (bar) bar.hidden = true;
      toast(text);
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (event) => {
      if (!bar || !event.lengthComputable) return;
      bar.hidden = false;
      bar.value = (100 * event.loaded) / event.total;
      // All is sent, the server reads: an end that cannot be foreseen.
      if (event.loaded === event.total) bar.removeAttribute("value");
    });
    request.addEventListener("load", () => show(request.responseText, request.responseURL || form.action));
    request.addEventListener("error", () => over(sentence("tOffline")));
    request.addEventListener("abort", () => over(""));
    hold(form, submitter);
    toast(form.dataset.sending);
    request.send(data);
  };

  /* Lists that follow the filter above them */
  let waiting, running;
  const follow = (form) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh(form), 250);
  };
  const refresh = async (form) => {
    const address = new URL(form.action || location.href);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    address.hash = "";
    running?.abort();
    const mine = (running = new AbortController());
    const part = document.querySelector(form.dataset.live);
    if (!part) return form.submit();
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
      if (answer.redirected || !answer.ok) return location.assign(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(form.dataset.live);
      if (!fresh) return location.assign(address);
      part.replaceChildren(...document.adoptNode(fresh).childNodes);
      history.replaceState(history.state, "", address);
    } catch (error) {
      if (error.name !== "AbortError") toast(sentence("tOffline"));
    } finally {
      if (mine === running) part.removeAttribute("aria-busy");
    }
  };

  /* Work in the background */
  const poll = (box, wait = 2000) => {
    setTimeout(async () => {
      if (!box.isConnected) return;
      let next = 2000;
      try {
        const answer = await fetch(box.dataset.poll, { headers: { Accept: "application/json" } });
        if (answer.status === 401 || answer.status === 403 || answer.status === 404) return location.reload();
        if (!answer.ok) throw new Error(answer.statusText);
        const state = await answer.json();
        const bar = box.querySelector("progress");
        const words = box.querySelector("[data-poll-text]");
        if (bar && state.total) {
          bar.max = state.total;
          bar.value = state.done;
        }
        if (words && state.text && words.textContent !== state.text) words.textContent = state.text;
        if (state.finished) return state.href ? location.assign(state.href) : location.reload();
      } catch {
        next = Math.min(wait * 2, 30000);
      }
      poll(box, next);
    }, wait);
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at("[data-theme-toggle]")) toggleTheme();
    const copied = at("[data-copy]");
    if (copied) copy(copied);
    const opener = at("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog?.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    if (at("[data-close]")) at("dialog")?.close();
    if (at("[data-yes]")) sayYes(at("dialog"));
    if (at('button[aria-disabled="true"]')) event.preventDefault();
    const mend = at('.errors a[href^="#"]');
    if (mend) toField(mend, event);
    for (const menu of document.querySelectorAll("details.me[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.me[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.dataset.quiz !== undefined || form.method === "dialog") return;
    if (form.dataset.live !== undefined) {
      event.preventDefault();
      clearTimeout(waiting);
      refresh(form);
      return;
    }
    if (form.method !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    if (form.dataset.confirm && confirmFirst(form, submitter)) return event.preventDefault();
    // A sample in another tab: this page stays as it is, and the button's own address counts.
    if (submitter?.hasAttribute("formtarget")) return;
    if (form.dataset.upload !== undefined) {
      event.preventDefault();
      if (!tooBig(form)) upload(form, submitter);
      return;
    }
    if (form.dataset.again === undefined) hold(form, submitter);
  });

  for (const name of ["input", "change"]) {
    document.addEventListener(name, (event) => {
      const form = event.target.form;
      if (form?.dataset.live !== undefined) follow(form);
      if (name === "change" && event.target.matches("input[data-max-bytes]")) tooBig(form);
    });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  // Back from the next page, the browser shows this one as it was left: with its buttons held.
  addEventListener("pageshow", () => {
    for (const form of [...sent]) release(form);
  });
  addEventListener("popstate", (event) => {
    if (event.state?.shown || history.state === null) location.reload();
  });

  const start = (within) => {
    document.body.append(region);
    within.querySelector("[data-focus]")?.focus();
    for (const box of within.querySelectorAll("[data-poll]")) poll(box);
    // On a phone the menu and the tabs scroll sideways: where one is must not be out of sight.
    for (const here of within.querySelectorAll(":is(.nav, .tabs) [aria-current]")) {
      const row = here.closest(".nav, ul");
      row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
    }
  };
  start(document);
})();
