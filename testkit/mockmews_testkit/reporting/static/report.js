"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const plays = [...document.querySelectorAll("details.play")];
  document.getElementById("open").addEventListener("click", () => plays.forEach((each) => { each.open = true; }));
  document.getElementById("close").addEventListener("click", () => plays.forEach((each) => { each.open = false; }));
  const broken = document.getElementById("broken");
  broken.addEventListener("click", () => {
    const only = root.classList.toggle("only-broken");
    broken.setAttribute("aria-pressed", String(only));
  });
  const openLinked = () => {
    const linked = document.getElementById(location.hash.slice(1));
    if (linked instanceof HTMLDetailsElement) linked.open = true;
  };
  addEventListener("hashchange", openLinked);
  openLinked();
  const write = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const said = button.textContent;
    await write(button.previousElementSibling.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = said; }, 1200);
  });
})();
