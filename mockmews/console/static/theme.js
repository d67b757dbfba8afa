// The theme that was chosen, before anything is painted. "auto" follows the system.
const chosen = (() => {
  try {
    return localStorage.getItem("mockmews.theme");
  } catch {
    return null;
  }
})();
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
