// The picture of a plan: fetched as SVG, moved by dragging, zoomed by wheel, pinch or buttons; links show on what is pointed at.
(() => {
  const loaded = new WeakSet();
  let tools = () => {};
  document.addEventListener("click", (event) => tools(event.target.closest?.("[data-do]")?.dataset.do));

  async function load(place) {
    const answer = await fetch(place.dataset.picture, { credentials: "same-origin" });
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
    const svg = document.importNode(parsed.documentElement, true);
    place.querySelector("svg.plan")?.remove();
    place.append(svg);
    steer(place, svg);
  }

  function steer(place, svg) {
    const whole = svg.viewBox.baseVal;
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...full };
    const touching = new Map();
    let moved = 0;

    const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    const scale = () => Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight);

    function fit() {
      view = { ...full };
      if (svg.clientWidth < 700) {
        view.width = 380;
        view.height = (380 * svg.clientHeight) / svg.clientWidth;
      }
      show();
    }

    function zoom(by, clientX, clientY) {
      const box = svg.getBoundingClientRect();
      const at = { x: ((clientX ?? box.left + box.width / 2) - box.left) / box.width, y: ((clientY ?? box.top + box.height / 2) - box.top) / box.height };
      const width = Math.min(full.width * 1.5, Math.max(200, view.width * by));
      const height = (view.height * width) / view.width;
      view = { x: view.x + (view.width - width) * at.x, y: view.y + (view.height - height) * at.y, width, height };
      show();
    }

    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, event.clientX, event.clientY);
    }, { passive: false });

    svg.addEventListener("pointerdown", (event) => {
      touching.set(event.pointerId, event);
      moved = 0;
    });
    svg.addEventListener("pointermove", (event) => {
      const before = touching.get(event.pointerId);
      if (!before) return;
      if (touching.size === 2) {
        const other = [...touching.values()].find((held) => held.pointerId !== event.pointerId);
        const was = Math.hypot(before.clientX - other.clientX, before.clientY - other.clientY);
        const is = Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
        if (was && is) zoom(was / is, (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
        moved += 10;
      } else {
        const by = scale();
        view.x -= (event.clientX - before.clientX) * by;
        view.y -= (event.clientY - before.clientY) * by;
        moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
        show();
      }
      touching.set(event.pointerId, event);
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"])
      svg.addEventListener(end, (event) => touching.delete(event.pointerId));
    svg.addEventListener("click", (event) => { if (moved > 6) event.preventDefault(); }, true);
    svg.addEventListener("dragstart", (event) => event.preventDefault());

    const wires = [...svg.querySelectorAll(".wire")];
    const cells = new Map([...svg.querySelectorAll("[data-id]")].map((cell) => [cell.dataset.id, cell]));
    function point(id) {
      const near = new Set([id]);
      for (const wire of wires) {
        const on = wire.dataset.from === id || wire.dataset.to === id;
        wire.classList.toggle("on", on);
        if (on) near.add(wire.dataset.from).add(wire.dataset.to);
      }
      svg.classList.toggle("pointing", id !== null && near.size > 1);
      for (const [other, cell] of cells) cell.classList.toggle("near", near.has(other));
    }
    svg.addEventListener("pointerover", (event) => point(event.target.closest("[data-id]")?.dataset.id ?? null));

    tools = (does) => {
      if (does === "zoom-in") zoom(1 / 1.4);
      else if (does === "zoom-out") zoom(1.4);
      else if (does === "zoom-fit") fit();
      else if (does === "wires") svg.classList.toggle("wired");
    };
    fit();
    place.dataset.drawn = cells.size;
  }

  const look = () => {
    for (const place of document.querySelectorAll("[data-picture]"))
      if (!loaded.has(place)) {
        loaded.add(place);
        load(place);
      }
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
