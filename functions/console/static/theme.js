// Runs before the page is drawn, so that it is never drawn in the wrong theme first. A classic script: modules come later.

(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // A browser that refuses storage follows the system.
  }
})();
