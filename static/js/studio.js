/* The editor of a course file: saves by itself, looks while one types, inserts, warns of the other person.
   What it reads stands on form[data-naskah] in templates/studio/editor.html; without it the page is a plain form.

   "Tersimpan" is only said after the server's commit. A save names the text it was made from (`dasar`); when that is no
   longer the newest one the server answers 409, and nothing more is sent until the author has chosen. What could not be
   saved is kept in this browser and offered after a reload, never put in by itself. */
(() => {
  "use strict";
  const form = document.querySelector("[data-naskah]");
  if (!form) return;
  const words = form.dataset;
  const area = form.elements.isi;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const fill = (sentence, ...values) => values.reduce((text, value) => text.replace("{}", () => value), sentence);
  const announce = (text) => { part("announce").textContent = text; };
  const later = (work, wait) => {
    let timer = 0;
    return Object.assign((...given) => {
      clearTimeout(timer);
      timer = setTimeout(work, wait, ...given);
    }, { cancel: () => clearTimeout(timer) });
  };

  // --- The text: a textarea, until the component has taken its place --------------------------------------------

  let text = {
    get: () => area.value,
    set: (value) => { area.value = value; changed(); },
    focus: () => area.focus(),
    place: () => area.selectionStart,
    go(number) {
      const lines = area.value.split("\n");
      const from = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + (lines[number - 1] || "").length);
      area.scrollTop = Math.max(0, (number - 5) * parseFloat(getComputedStyle(area).lineHeight));
    },
    insert(changes, from, to) {
      area.setRangeText(changes.insert, changes.from, changes.to ?? changes.from);
      area.focus();
      area.setSelectionRange(from, to);
      changed();
    },
    seen: () => false,
    reveal() {},
    mark() {},
  };

  // --- Saving: one request at a time -----------------------------------------------------------------------------

  let base = form.elements.dasar.value;
  let acknowledged = area.value; // what the server has; null when anything is to be sent
  let busy = false;
  let conflict = words.conflictDigest ? { digest: words.conflictDigest } : null;
  let stopped = words.locked !== undefined;
  let wait = 0;
  let again = 0;
  let pressed = false; // somebody asked for it while a save was on its way
  const dirty = () => !stopped && text.get() !== acknowledged;

  const say = (sentence, tone) => {
    const line = part("saved");
    line.className = tone ? `saved saved--${tone}` : "saved";
    const icon = part("saved-icon");
    const name = tone === "warn" ? "wifi-off" : tone === "bad" ? "circle-x" : tone === "info" ? "pencil" : "cloud-check";
    icon.firstElementChild.setAttribute("href", `${icon.dataset.sprite}#${name}`);
    if (part("saved-text").textContent !== sentence) part("saved-text").textContent = sentence;
  };
  let savedSentence = part("saved-text").textContent;

  const refuse = (sentence) => {
    part("refused-text").textContent = sentence;
    part("refused").hidden = false;
    say(words.tFailed, "bad");
  };

  const body = (fields) => {
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  };
  const send = (address, fields, accept, more = {}) => fetch(address, {
    method: "POST", body: body(fields), credentials: "same-origin", redirect: "manual", headers: { Accept: accept },
    signal: AbortSignal.timeout?.(20000), ...more,
  });

  const save = async (button = "", leaving = false) => {
    clearTimeout(again);
    autosave.cancel();
    if (conflict && button) return toChoice();
    if (stopped || conflict) return;
    if (busy) {
      pressed = pressed || Boolean(button);
      return;
    }
    const mine = text.get();
    if (mine === acknowledged) {
      remember();
      return say(savedSentence);
    }
    busy = true;
    say(words.tSaving, "info");
    let answer, told;
    try {
      answer = await send(words.saveUrl, { isi: mine, dasar: base, tombol: button }, "application/json",
        leaving && mine.length < 20000 ? { keepalive: true } : {});
      told = await answer.json();
    } catch { /* no line, too slow, or an answer from something in between: tried again below */ }
    busy = false;
    if (!told || answer.status === 429 || answer.status >= 500) return retry();
    wait = 0;
    if (answer.ok) return saved(mine, told);
    if (answer.status === 409 && told.code === "courses.text_changed") return choose(told);
    if (answer.status === 401) return refuse(words.tSignin);
    if (answer.status === 413) return refuse(words.tLong);
    if (told.code === "kernel.csrf") {
      stopped = true;
      return refuse(words.tReload);
    }
    // In review, closed, no longer one's course: nothing typed from here on could be saved.
    if (answer.status !== 422) stopped = true;
    refuse(told.text || words.tRefused);
  };

  const saved = (mine, told) => {
    acknowledged = mine;
    base = form.elements.dasar.value = told.digest;
    savedSentence = fill(words.tSaved, told.at);
    part("refused").hidden = true;
    part("newer").hidden = true;
    remember();
    others(told.others);
    if (text.get() === mine) {
      say(savedSentence);
      text.mark(told.problems);
    } else {
      say(words.tChanged, "info");
      pressed ? save("simpan") : autosave();
    }
    pressed = false;
  };

  const retry = () => {
    wait = Math.min(wait ? wait * 2 : 2000, 30000);
    say(words.tOffline, "warn");
    again = setTimeout(save, wait / 2 + (Math.random() * wait) / 2);
  };
  const autosave = later(() => save(), 1500);

  // --- Two texts of one file -------------------------------------------------------------------------------------

  const choose = (told) => {
    conflict = { digest: told.digest, theirs: told.isi, at: told.at };
    const place = part("conflict");
    place.innerHTML = told.html; // our own template: texts in it are escaped by the server
    place.hidden = false;
    say(words.tChoose, "bad");
    toChoice();
  };
  const toChoice = () => {
    part("conflict").scrollIntoView({ block: "start" });
    part("conflict").querySelector("h2")?.focus({ preventScroll: true });
  };
  const chosen = () => {
    const told = conflict;
    conflict = null;
    base = form.elements.dasar.value = told.digest;
    part("conflict").hidden = true;
    return told;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keep]")) {
      chosen();
      acknowledged = null;
      save("simpan");
      text.focus();
    } else if (event.target.closest("[data-take]")) {
      const theirs = part("theirs").value;
      const told = chosen();
      acknowledged = theirs;
      text.set(theirs);
      savedSentence = told.at ? fill(words.tSaved, told.at) : savedSentence;
      say(savedSentence);
      remember();
      text.focus();
    }
  });

  // --- What could not be saved is kept here ----------------------------------------------------------------------

  let offered = null;
  const keep = (value) => {
    if (offered) return; // undecided: what is kept must not be lost to what is typed meanwhile
    try {
      if (value === null) localStorage.removeItem(words.store);
      else localStorage.setItem(words.store, JSON.stringify({ isi: value, dasar: base, at: new Date().toISOString() }));
    } catch { /* storage may be forbidden or full: the text is still in the page */ }
  };
  const remember = () => keep(dirty() ? text.get() : null);
  const rememberSoon = later(() => remember(), 300);
  const offer = () => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(words.store) || "null"); } catch { /* not readable */ }
    if (stopped || typeof kept?.isi !== "string" || kept.isi === area.value) return;
    offered = kept;
    part("offer-text").textContent = fill(words.tOffer, new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }));
    part("offer").hidden = false;
  };
  part("offer-take").addEventListener("click", () => {
    const kept = offered;
    offered = null;
    part("offer").hidden = true;
    // Made from an older text: then the server answers with both, as for anybody else.
    base = form.elements.dasar.value = kept.dasar;
    acknowledged = null;
    text.set(kept.isi);
    text.focus();
    save();
  });
  part("offer-drop").addEventListener("click", () => {
    offered = null;
    remember();
    part("offer").hidden = true;
    text.focus();
  });

  // --- Who else has it open --------------------------------------------------------------------------------------

  const others = (names) => {
    part("others").hidden = !names?.length;
    if (names?.length) part("others-text").textContent = fill(words.tOthers, names.join(", "));
  };
  const here = async () => {
    if (stopped || document.hidden) return;
    try {
      const answer = await send(words.hereUrl, {}, "application/json");
      if (!answer.ok) return;
      const told = await answer.json();
      others(told.others);
      const newer = told.digest !== base && !busy && !conflict;
      part("newer").hidden = !newer;
      if (newer) part("newer-text").textContent = fill(words.tNewer, told.by, told.at);
    } catch { /* the next one says it */ }
  };
  setInterval(here, 30000);
  part("newer-take").addEventListener("click", () => {
    // With something of one's own in the text, the choice is the author's; else the page as it stands now.
    if (dirty()) return save("simpan");
    location.reload();
  });

  // --- Looking: problems and preview of what stands in the text ---------------------------------------------------

  let looking = null;
  const problemsShown = () => [...part("problems").querySelectorAll("[data-line]")].map((item) => ({
    line: Number(item.dataset.line), tone: item.dataset.tone, code: item.dataset.code, text: item.dataset.said,
  }));
  const replace = (place, fresh) => {
    if (!fresh || place.innerHTML === fresh.innerHTML) return false;
    const open = new Map([...place.querySelectorAll("[data-keep-open]")].map((one) => [one.dataset.keepOpen, one.open]));
    const held = place.contains(document.activeElement);
    place.replaceChildren(...document.adoptNode(fresh).childNodes);
    for (const one of place.querySelectorAll("[data-keep-open]")) if (open.has(one.dataset.keepOpen)) one.open = open.get(one.dataset.keepOpen);
    if (held) place.closest("[tabindex]")?.focus({ preventScroll: true });
    return true;
  };
  const look = async () => {
    looking?.abort();
    const mine = (looking = new AbortController());
    const asked = text.get();
    try {
      const answer = await send(words.lookUrl, { isi: asked }, "text/html", { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine.signal.aborted) return;
      const heading = () => part("problems").querySelector("#masalah")?.textContent;
      const before = heading();
      const seen = text.seen();
      if (replace(part("problems"), page.querySelector('[data-part="problems"]')) && seen) text.reveal();
      replace(part("preview"), page.querySelector('[data-part="preview"]'));
      if (heading() !== before) announce(heading());
      stale(false);
      if (text.get() === asked) text.mark(problemsShown());
      follow();
    } catch (error) {
      if (error.name !== "AbortError") stale(true);
    }
  };
  const stale = (yes) => {
    part("stale").hidden = !yes;
    part("window").classList.toggle("is-stale", yes);
  };
  const lookSoon = later(look, 600);

  /* The preview goes where the cursor is: to the dilemma, the question or the heading above it */
  let followed = "";
  const follow = later(() => {
    const pane = part("window");
    if (pane.scrollHeight <= pane.clientHeight + 1) return;
    const doc = text.get();
    const upTo = doc.split("\n").slice(0, doc.slice(0, text.place()).split("\n").length);
    let fence = "";
    let headings = 0;
    for (const one of upTo) {
      const opens = /^:{3,}\s*(\S+)(?:\s+([^\s{"]+))?/.exec(one);
      if (opens) fence = `${opens[1]} ${opens[2] || ""}`.trim();
      else if (/^:{3,}\s*$/.test(one)) fence = "";
      else if (!/^(dilema|soal)/.test(fence) && /^#{2,3} /.test(one)) headings += 1;
    }
    const inside = /^(dilema|soal) /.test(fence);
    const exact = inside && pane.querySelector(`[data-place="${CSS.escape(fence)}"]`);
    const heading = headings ? pane.querySelectorAll(".prose > :is(h2, h3)[id]")[headings - 1] : pane.querySelector("h2");
    const target = exact || (fence.startsWith("soal") && pane.querySelector('[data-place="soal"]')) || heading;
    // What is new appears in the preview only with the next look: then it is gone to once more.
    const key = `${fence}#${headings}#${Boolean(exact)}`;
    if (!target || key === followed) return;
    followed = key;
    pane.scrollTop += target.getBoundingClientRect().top - pane.getBoundingClientRect().top - 16;
  }, 200);

  const changed = () => {
    if (stopped) return lookSoon();
    if (dirty()) {
      if (!busy && !conflict) say(words.tChanged, "info");
      rememberSoon();
      autosave();
    } else if (!busy && !conflict) say(savedSentence);
    lookSoon();
  };

  // --- Inserting -------------------------------------------------------------------------------------------------

  /* Where the lines of the text belong: the block they are in, and whether they are front matter */
  const outline = (lines) => {
    const found = [];
    let block = null;
    let front = lines[0]?.trim() === "---";
    lines.forEach((line, number) => {
      const opens = !front && /^:{3,}\s*(\S+)/.exec(line);
      const closes = !front && /^:{3,}\s*$/.test(line);
      if (opens) block = { kind: opens[1], opens: number, closes: lines.length };
      found.push({ front, block });
      if (closes && block) {
        block.closes = number;
        block = null;
      }
      if (front && number > 0 && line.trim() === "---") front = false;
    });
    return found;
  };
  /* A key that this file has already gets a number */
  const unused = (doc, sample) => sample.replace(/^(::: (?:dilema|soal) |## )([a-z0-9-]*-baru)\b/gm, (whole, before, key) => {
    const taken = (name) => new RegExp(`^${before}${name}(?=[\\s"{]|$)`, "m").test(doc);
    let name = key;
    for (let number = 2; taken(name); number += 1) name = `${key}-${number}`;
    return before + name;
  });
  const startOf = (lines, number) => lines.slice(0, number).reduce((sum, line) => sum + line.length + 1, 0);

  const insertLines = (doc, lines, before, sample, pick) => {
    // Before line `before`, with an empty line above and below.
    const from = Math.min(startOf(lines, before), doc.length);
    const head = doc.slice(0, from);
    const opening = !head || head.endsWith("\n\n") ? "" : head.endsWith("\n") ? "\n" : "\n\n";
    const below = lines[before]?.trim() && !/^:{3,}\s*$/.test(lines[before]) ? "\n" : "";
    const piece = sample.endsWith("\n") ? sample : `${sample}\n`;
    const at = from + opening.length;
    const found = pick ? piece.indexOf(pick) : -1;
    const start = found < 0 ? at : at + found;
    text.insert({ from, insert: opening + piece + below }, start, found < 0 ? at : start + pick.length);
    announce(fill(words.tInserted, (head + opening).split("\n").length));
  };

  const insert = (button) => {
    const { insert: raw, mode, pick } = button.dataset;
    const doc = text.get();
    const place = Math.min(text.place(), doc.length);
    const lines = doc.split("\n");
    const current = doc.slice(0, place).split("\n").length - 1;
    const places = outline(lines);
    const { block, front } = places[current];
    const behindFront = places.findIndex((one) => !one.front);
    if (mode === "kata") {
      const gap = place > 0 && !/[\s(“"]/.test(doc[place - 1]) ? " " : "";
      const end = place + gap.length + raw.length;
      return text.insert({ from: place, insert: gap + raw }, end, end);
    }
    if (mode === "katalog") return addAct(doc, lines, block, raw);
    const sample = unused(doc, raw);
    if (mode === "opsi" || mode === "adegan") {
      const dilemma = block?.kind === "dilema" || (mode === "opsi" && block?.kind === "soal" && /jenis=dilema/.test(lines[block.opens]));
      if (!dilemma) return refuseInsert(words.tInside);
      let before = block.closes;
      if (mode === "opsi") for (let number = current + 1; number < block.closes; number += 1) {
        if (/^(##|> )/.test(lines[number])) { before = number; break; }
      }
      return insertLines(doc, lines, before, sample, pick);
    }
    let before = current + 1;
    if (front) before = behindFront < 0 ? lines.length : behindFront;
    else if (mode === "blok" && block) before = block.closes + 1;
    else while (before < lines.length && lines[before].trim() && lines[current].trim() && !/^:{3,}/.test(lines[before])) before += 1;
    insertLines(doc, lines, before, sample, pick);
  };

  /* `katalog="v-20"` on the opening line of the dilemma or question around the cursor */
  const addAct = (doc, lines, block, key) => {
    if (!block || !/^(dilema|soal)$/.test(block.kind)) return refuseInsert(words.tBlock);
    const from = startOf(lines, block.opens);
    const line = lines[block.opens];
    let fresh = line;
    if (/katalog="[^"]*"/.test(line)) fresh = line.replace(/katalog="([^"]*)"/, (whole, keys) => keys.split(/\s+/).includes(key) ? whole : `katalog="${`${keys} ${key}`.trim()}"`);
    else if (/katalog=[^\s}"]+/.test(line)) fresh = line.replace(/katalog=([^\s}"]+)/, (whole, one) => one === key ? whole : `katalog="${one} ${key}"`);
    else if (/\{[^}]*\}/.test(line)) fresh = line.replace(/\s*\}/, ` katalog="${key}"}`);
    else fresh = line.replace(/^(:{3,}\s*\S+\s+[^\s"“{]+)/, `$1 {katalog="${key}"}`);
    const at = from + Math.max(0, fresh.indexOf(key, fresh.indexOf("katalog=")));
    text.insert({ from, to: from + line.length, insert: fresh }, at, at + key.length);
    announce(fill(words.tInserted, block.opens + 1));
  };
  const refuseInsert = (sentence) => {
    announce(sentence);
    const box = document.createElement("p");
    box.className = "toast";
    box.textContent = sentence;
    document.body.append(box);
    setTimeout(() => box.remove(), 6000);
  };

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => {
    const menu = event.target.closest?.("[data-menu]");
    closeMenus(menu);
    const button = event.target.closest?.("[data-insert]");
    if (button) {
      closeMenus();
      insert(button);
    }
    const go = event.target.closest?.("[data-go]");
    if (go) {
      event.preventDefault();
      text.go(Number(go.dataset.go));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest?.("[data-menu][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      save("simpan");
    }
  });

  /* Searching citations and the catalogue: the same page that opens without script, its results set in here */
  for (const finder of document.querySelectorAll("[data-find]")) {
    const place = finder.parentElement.querySelector("[data-found]");
    let running = null;
    const find = async () => {
      running?.abort();
      const mine = (running = new AbortController());
      try {
        const asked = new URLSearchParams(new FormData(finder));
        asked.set("sisip", "1"); // with buttons that insert; the page by itself has buttons that copy
        const answer = await fetch(`${finder.action}?${asked}`, { headers: { Accept: "text/html" }, signal: mine.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("#hasil");
        if (answer.ok && fresh && !mine.signal.aborted) place.replaceChildren(...document.adoptNode(fresh).childNodes);
      } catch { /* offline, or a newer question is on its way */ }
    };
    const findSoon = later(find, 250);
    finder.addEventListener("input", findSoon);
    finder.addEventListener("submit", (event) => { event.preventDefault(); find(); });
    finder.closest("[data-menu]").addEventListener("toggle", (event) => {
      if (!event.target.open) return;
      finder.elements.q.focus();
      if (!place.childElementCount) find();
    });
  }

  /* An address that ends in #baris-N, from the list of the whole course or from a form, leads to that line. Without script
     the browser finds the line in the numbered list; the component keeps its lines in a shadow tree where it cannot. */
  const goToAddressed = () => {
    const line = /^#baris-(\d{1,6})$/.exec(location.hash);
    if (line) text.go(Number(line[1]));
  };
  addEventListener("hashchange", goToAddressed);

  // --- Set up ----------------------------------------------------------------------------------------------------

  area.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save("simpan");
  });
  document.querySelector('label[for="naskah"]').addEventListener("click", (event) => {
    if (!area.hidden) return;
    event.preventDefault();
    text.focus();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      remember();
      if (dirty()) save("", true);
    } else here();
  });
  addEventListener("online", () => { if (dirty()) { wait = 0; save(); } });
  addEventListener("beforeunload", (event) => {
    remember();
    if (dirty()) event.preventDefault();
  });
  if (conflict) acknowledged = null;
  offer();

  (async () => {
    try {
      const [cm, component] = await Promise.all([import(words.codemirror), import(words.textModule)]);
      const typed = area.value;
      const place = document.activeElement === area ? area.selectionStart : -1;
      const host = part("host");
      const mounted = component.mount(cm, area, host, { label: words.label, phrases: JSON.parse(words.phrases) }, {
        change: changed, cursor: follow,
      });
      text = mounted;
      area.hidden = true;
      host.hidden = false;
      if (typed !== text.get()) text.set(typed);
      if (place >= 0) text.focus();
      text.mark(problemsShown());
    } catch (error) {
      console.warn("the text component did not load", error); // the textarea stays
      part("host").hidden = true;
      area.hidden = false;
    }
    goToAddressed();
  })();
})();
