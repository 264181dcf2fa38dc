/* Loaded blocking in <head>, so that a chosen theme is there before the first paint.
   Also marks that scripts run: elements with .js-only stay hidden without it. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch { /* storage may be forbidden; the system preference then decides */ }
})();
