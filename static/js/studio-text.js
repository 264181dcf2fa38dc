/* The text component of the editor: CodeMirror with the directives of a course, in our colours. Imported by studio.js,
   which hands in the vendored bundle; when either does not load, the textarea stays.

   It lives in a shadow root, where its styles are adopted sheets: in the page itself it would write <style> elements,
   which the content security policy refuses. Custom properties reach into a shadow root, so both themes follow. */

/** Our Markdown: front matter, directives, attributes, citations, answers. Nothing here judges; the server does. */
const courseLanguage = (cm) => {
  const { tags } = cm;
  const front = {
    name: "FrontMatter",
    before: "HorizontalRule",
    parse(cx, line) {
      if (cx.lineStart !== 0 || line.text.trim() !== "---") return false;
      const from = cx.lineStart;
      const parts = [cx.elt("FrontMark", from, from + line.text.length)];
      while (cx.nextLine()) {
        const start = cx.lineStart;
        if (line.text.trim() === "---") {
          parts.push(cx.elt("FrontMark", start, start + line.text.length));
          cx.nextLine();
          break;
        }
        const key = /^\s*[a-z-]+:/.exec(line.text);
        if (key) parts.push(cx.elt("FrontKey", start, start + key[0].length));
      }
      cx.addElement(cx.elt("FrontMatter", from, parts[parts.length - 1].to, parts));
      return true;
    },
  };
  const directive = {
    name: "Directive",
    before: "FencedCode",
    parse(cx, line) {
      const match = /^(:{3,})(?:\s*(\S+))?(?:\s+([^\s{"“]+))?/.exec(line.text);
      if (!match) return false;
      const from = cx.lineStart;
      const parts = [cx.elt("DirectiveMark", from, from + match[1].length)];
      let at = match[1].length;
      for (const [name, word] of [["DirectiveName", match[2]], ["DirectiveKey", match[3]]]) {
        if (!word) continue;
        at = line.text.indexOf(word, at);
        parts.push(cx.elt(name, from + at, from + at + word.length));
        at += word.length;
      }
      for (const found of line.text.matchAll(/\{[^}]*\}?/g)) parts.push(cx.elt("Attributes", from + found.index, from + found.index + found[0].length));
      parts.sort((a, b) => a.from - b.from);
      cx.addElement(cx.elt("Directive", from, from + line.text.length, parts));
      cx.nextLine();
      return true;
    },
    // A directive ends the paragraph above it.
    endLeaf: (_cx, line) => line.text.startsWith(":::"),
  };
  const inline = (name, pattern, first) => ({
    name,
    before: "Link",
    parse(cx, next, pos) {
      if (next !== first) return -1;
      const match = pattern.exec(cx.slice(pos, Math.min(cx.end, pos + 300)));
      return match ? cx.addElement(cx.elt(name, pos, pos + match[0].length)) : -1;
    },
  });
  const parser = cm.commonmarkLanguage.parser.configure([
    cm.Table,
    cm.TaskList,
    {
      defineNodes: [
        { name: "FrontMatter", block: true }, "FrontMark", "FrontKey",
        { name: "Directive", block: true }, "DirectiveMark", "DirectiveName", "DirectiveKey", "Attributes", "Citation", "Pair", "Feedback",
      ],
      parseBlock: [front, directive],
      parseInline: [
        inline("Citation", /^\[@[^\]\n]*\]/, 91),
        inline("Attributes", /^\{[^}\n]*\}/, 123),
        inline("Pair", /^=>/, 61),
        inline("Feedback", /^\/\/ /, 47),
      ],
      props: [cm.styleTags({
        "FrontMark DirectiveMark": tags.processingInstruction,
        "FrontKey DirectiveName": tags.keyword,
        DirectiveKey: tags.labelName,
        Attributes: tags.attributeName,
        Citation: tags.special(tags.link),
        "Pair Feedback TaskMarker": tags.operator,
      })],
    },
  ]);
  // The same language data as Markdown, so that Enter goes on with a list or a quotation.
  return new cm.Language(cm.commonmarkLanguage.data, parser, [], "markdown");
};

const colours = (cm) => {
  const { tags } = cm;
  return cm.HighlightStyle.define([
    { tag: [tags.heading1, tags.heading2, tags.heading3, tags.heading], fontWeight: "700", color: "var(--ink)" },
    { tag: tags.strong, fontWeight: "700" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.keyword, color: "var(--brand)", fontWeight: "700" },
    { tag: tags.labelName, color: "var(--brand)" },
    { tag: tags.attributeName, color: "var(--info)" },
    { tag: tags.special(tags.link), color: "var(--ok)" },
    { tag: [tags.link, tags.url], color: "var(--link)" },
    { tag: tags.operator, color: "var(--warn)", fontWeight: "700" },
    { tag: tags.quote, color: "var(--ink-2)" },
    { tag: [tags.processingInstruction, tags.contentSeparator], color: "var(--ink-2)" },
    { tag: tags.monospace, color: "var(--info)" },
  ]);
};

const frame = (cm) => cm.EditorView.theme({
  "&": { flex: "1", minWidth: "0", height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", border: "1px solid var(--line-ui)", borderRadius: "var(--r-2)", overflow: "hidden" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "0" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: ".875rem", lineHeight: "1.7", overflow: "auto" },
  ".cm-content": { padding: ".75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 .75rem 0 .5rem" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection": { backgroundColor: "color-mix(in srgb, var(--focus) 26%, transparent)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--brand-soft) 55%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-2)", border: "0" },
  ".cm-activeLineGutter": { backgroundColor: "var(--brand-soft)", color: "var(--brand)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.2rem", fontSize: ".75rem", lineHeight: "1.9833" },
  // The word at its end floats: the line grows where it does not fit beside the text.
  ".cm-line--bad": { display: "flow-root", backgroundColor: "var(--bad-soft)", boxShadow: "inset 4px 0 var(--bad)", "--tone": "var(--bad)" },
  ".cm-line--warn": { boxShadow: "inset 4px 0 var(--warn)", "--tone": "var(--warn)" },
  ".cm-line--bad::after": { content: "attr(data-m)", float: "right", paddingInlineStart: "1rem", color: "var(--bad)", font: "650 .8125rem/1.83 var(--font)" },
  "@media (max-width: 47.99rem)": { ".cm-line--bad::after": { display: "none" } },
  // The bundle's own marks are data: pictures, which the content security policy refuses.
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0" },
  ".cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint": { backgroundImage: "none" },
  ".cm-lintRange-active": { backgroundColor: "var(--warn-soft)" },
  ".cm-lintPoint::after": { display: "none" },
  ".cm-gutter-lint": { width: "1.1rem" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-lint-marker": { width: "1.1rem", height: "1.5rem", font: "700 .875rem/1.6 var(--font)", textAlign: "center" },
  ".cm-lint-marker-error, .cm-lint-marker-warning, .cm-lint-marker-info": { content: "normal" },
  ".cm-lint-marker-error::before": { content: "'✕'", color: "var(--bad)" },
  ".cm-lint-marker-warning::before": { content: "'!'", color: "var(--warn)" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "var(--r-2)", backgroundColor: "var(--surface)", color: "var(--ink)", boxShadow: "var(--shadow-2)", maxWidth: "26rem" },
  ".cm-diagnostic": { padding: ".5rem .75rem", margin: "0", font: "450 .9375rem/1.45 var(--font)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)", font: "450 .9375rem/1.4 var(--font)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: ".5rem 2.75rem .5rem .5rem" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: ".3rem", minHeight: "1.5rem" },
  ".cm-panel.cm-search [name=close]": { minWidth: "1.75rem", minHeight: "1.75rem", fontSize: "1.25rem", color: "var(--ink)" },
  ".cm-panel.cm-panel-lint": { maxHeight: "9rem" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--brand-soft)", color: "var(--ink)" },
  ".cm-textfield": { minHeight: "2rem", padding: ".2rem .5rem", border: "1px solid var(--line-ui)", borderRadius: "var(--r-1)", backgroundColor: "var(--surface)", color: "var(--ink)", font: "inherit" },
  ".cm-button": { minHeight: "2rem", padding: ".2rem .7rem", border: "1px solid var(--line-ui)", borderRadius: "var(--r-1)", backgroundColor: "var(--surface)", backgroundImage: "none", color: "var(--ink)", font: "inherit" },
  ".cm-button:active": { backgroundImage: "none", backgroundColor: "var(--brand-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--focus) 35%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--brand-soft)" },
  ".cm-specialChar": { color: "var(--bad)" },
});

/** Lines with a problem are tinted, an error names itself at the end of its line. Follows edits until the next check. */
const lineMarks = (cm) => {
  const set = cm.StateEffect.define();
  const field = cm.StateField.define({
    create: () => cm.Decoration.none,
    update(marks, transaction) {
      marks = marks.map(transaction.changes);
      for (const effect of transaction.effects) if (effect.is(set)) marks = effect.value;
      return marks;
    },
    provide: (it) => cm.EditorView.decorations.from(it),
  });
  return { set, field };
};

/**
 * Put the component in place of the textarea. `on`: {change(), cursor()}.
 * Gives what studio.js needs of a text: get, set, focus, place, seen, reveal, go, insert, mark.
 */
export const mount = (cm, area, host, words, on) => {
  const shadow = host.attachShadow({ mode: "open" });
  const marks = lineMarks(cm);
  const locked = area.readOnly;
  const view = new cm.EditorView({
    root: shadow,
    parent: shadow,
    doc: area.value,
    extensions: [
      cm.EditorState.phrases.of(words.phrases),
      cm.EditorState.readOnly.of(locked),
      cm.EditorState.tabSize.of(2),
      cm.indentUnit.of("  "),
      cm.lineNumbers(),
      cm.lintGutter(),
      cm.highlightSpecialChars(),
      cm.history(),
      cm.drawSelection(),
      cm.dropCursor(),
      cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(),
      cm.highlightSelectionMatches(),
      cm.bracketMatching(),
      cm.search({ top: true }),
      cm.EditorView.lineWrapping,
      courseLanguage(cm),
      cm.syntaxHighlighting(colours(cm)),
      frame(cm),
      marks.field,
      cm.EditorView.contentAttributes.of({ "aria-label": words.label, spellcheck: "false", tabindex: "0", lang: "id" }),
      cm.keymap.of([
        ...cm.markdownKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.lintKeymap, cm.indentWithTab, ...cm.defaultKeymap,
      ]),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          area.value = update.state.doc.toString();
          on.change();
        }
        if (update.selectionSet || update.docChanged) on.cursor();
      }),
    ],
  });
  const lineAt = (number) => view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
  return {
    get: () => view.state.doc.toString(),
    set(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } }); },
    focus: () => view.focus(),
    place: () => view.state.selection.main.from,
    /** Whether the cursor can be seen; and make it so again after the box has changed its height. */
    seen() {
      const at = view.coordsAtPos(view.state.selection.main.head);
      const box = view.scrollDOM.getBoundingClientRect();
      return Boolean(at) && at.top >= box.top && at.bottom <= box.bottom;
    },
    reveal() { view.dispatch({ effects: cm.EditorView.scrollIntoView(view.state.selection.main.head, { y: "nearest", yMargin: 24 }) }); },
    go(number) {
      const line = lineAt(number);
      host.scrollIntoView({ block: "nearest" });
      view.dispatch({ selection: { anchor: line.from }, effects: cm.EditorView.scrollIntoView(line.from, { y: "center" }) });
      view.focus();
    },
    insert(changes, from, to) {
      view.dispatch({ changes, selection: { anchor: from, head: to }, effects: cm.EditorView.scrollIntoView(from, { y: "center" }), userEvent: "input.paste" });
      view.focus();
    },
    mark(problems) {
      const byLine = new Map();
      const found = problems.filter((problem) => problem.line <= view.state.doc.lines).map((problem) => {
        const line = lineAt(problem.line);
        const bad = problem.tone === "bad";
        const seen = byLine.get(line.from);
        if (!seen || (bad && seen.tone !== "bad")) byLine.set(line.from, problem);
        return { from: line.from, to: line.to, severity: bad ? "error" : "warning", message: problem.text };
      });
      const lines = [...byLine].sort((a, b) => a[0] - b[0]).map(([from, problem]) =>
        cm.Decoration.line({ class: `cm-line--${problem.tone}`, attributes: { "data-m": problem.code.replaceAll("-", " ") } }).range(from));
      view.dispatch(cm.setDiagnostics(view.state, found.sort((a, b) => a.from - b.from)), { effects: marks.set.of(cm.Decoration.set(lines)) });
    },
  };
};
