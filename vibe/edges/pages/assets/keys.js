// Keys: moving between items and pressing their buttons. Nothing here reads or writes text of the graph.
(() => {
  let chosen = null;
  let going = false;
  const pages = { i: "/", g: "/gaps", q: "/questions", p: "/plans", e: "/evidence", h: "/held-back", m: "/measures", l: "/ledger" };
  const doings = { a: "approve", r: "reject", e: "edit" };
  const mark = document.createElement("style");
  document.head.append(mark);

  const cards = () => [...document.querySelectorAll("[data-card]")];
  const current = () => cards().find((card) => card.dataset.card === chosen);

  function choose(card) {
    chosen = card.dataset.card;
    mark.textContent = `[data-card="${CSS.escape(chosen)}"] { border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent-soft); }`;
    card.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = cards();
    if (!all.length) return;
    const at = all.findIndex((card) => card.dataset.card === chosen);
    choose(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
  }

  function press(name) {
    const button = (current() ?? document).querySelector(`[data-do="${name}"]`);
    if (button) button.click();
    return Boolean(button);
  }

  function dark(on) {
    window.Quasar?.Dark.set(on);
    localStorage.setItem("vibe-dark", on ? "1" : "0");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (button?.dataset.do === "theme") dark(!document.body.classList.contains("body--dark"));
    if (button?.dataset.do === "help") document.getElementById("keys")?.showModal();
    if (button?.dataset.do === "sign-out") fetch("/sign-out", { method: "POST" }).then(() => { location.href = "/sign-in"; });
    if (event.target.id === "keys") event.target.close();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".q-dialog")) return;
    if (going) {
      going = false;
      if (pages[event.key]) location.href = pages[event.key];
      return;
    }
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "g") going = true;
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "Enter" && current() && !event.target.closest("a, button")) press("open");
    else if (doings[event.key] && (current() || cards().length <= 1)) press(doings[event.key]);
    else return;
    event.preventDefault();
  });

  const kept = localStorage.getItem("vibe-dark");
  if (kept !== null) {
    const wait = setInterval(() => {
      if (!window.Quasar) return;
      clearInterval(wait);
      dark(kept === "1");
    }, 20);
  }
})();
