// Three things that only a script can do: follow Airflow's language and theme, and let keys press what is on the page.
"use strict";
(() => {
  const root = document.documentElement;
  const own = document.currentScript.dataset.path || "/";

  const language = () => (((localStorage.getItem("i18nextLng") || navigator.language) + "").startsWith("ar") ? "ar" : "en");

  const followLanguage = () => {
    const wanted = language();
    if (wanted === root.lang) return;
    document.cookie = `amanah_language=${wanted}; path=${own}; samesite=strict; max-age=31536000`;
    if (!document.cookie.includes(`amanah_language=${wanted}`)) return; // without cookies it would load for ever
    if (root.dataset.posted === "no") location.reload();
  };

  const followTheme = () => {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
    else delete root.dataset.theme;
  };

  followTheme();
  followLanguage();
  addEventListener("storage", (event) => {
    if (event.key === "theme" || event.key === null) followTheme();
    if (event.key === "i18nextLng" || event.key === null) followLanguage();
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select")) return;
    const meant = document.querySelector(`[data-key="${CSS.escape(event.code)}"]`);
    if (!meant) return;
    event.preventDefault();
    meant.click();
  });
})();
