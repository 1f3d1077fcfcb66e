// The process diagram of a case, read only: done, current and possible elements marked, the same said in words beside it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const words = {
  "Open minimap": "打开缩略图",
  "Loading": "载入中",
};

const translate = (template, values = {}) =>
  (words[template] ?? template).replace(/{([^}]+)}/g, (_, key) => values[key] ?? `{${key}}`);

async function show(box) {
  const answer = await fetch(box.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const viewer = new NavigatedViewer({
    container: box,
    additionalModules: [{ translate: ["value", translate] }],
  });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const kind of ["done", "current", "possible"]) {
    for (const id of (box.dataset[kind] || "").split(" ").filter(Boolean)) {
      if (registry.get(id)) canvas.addMarker(id, `mark-${kind}`);
    }
  }
  const counts = JSON.parse(box.dataset.counts || "{}");
  const overlays = viewer.get("overlays");
  for (const [id, count] of Object.entries(counts)) {
    if (!registry.get(id)) continue;
    const badge = document.createElement("span");
    badge.className = "diagram-count";
    badge.textContent = count;
    overlays.add(id, { position: { top: -10, right: 12 }, html: badge });
  }
  fit(canvas, registry, box);
  wireButtons(box, canvas, registry);
  // The picture is a second telling: assistive technology reads the list of steps instead.
  for (const part of box.querySelectorAll(".djs-container, .djs-container svg, .bjs-powered-by")) {
    part.setAttribute("tabindex", "-1");
  }
  box.dataset.ready = "true";
}

function fit(canvas, registry, box) {
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  // A long diagram fitted into the box is too small to read: show it larger, around the current step.
  const least = Number(box.dataset.least || 0.75);
  if (canvas.zoom() >= least) return;
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / least;
  const height = outer.height / least;
  const current = (box.dataset.current || "").split(" ").map((id) => registry.get(id)).find(Boolean);
  const middle = current
    ? { x: current.x + current.width / 2, y: current.y + current.height / 2 }
    : { x: inner.x, y: inner.y };
  const place = (at, size, start, length) =>
    length <= size ? start - (size - length) / 2 : Math.min(Math.max(at - size / 2, start - 15), start + length - size + 15);
  canvas.viewbox({
    x: place(middle.x, width, inner.x, inner.width),
    y: place(middle.y, height, inner.y, inner.height),
    width,
    height,
  });
}

function wireButtons(box, canvas, registry) {
  const panel = box.closest(".diagram-panel");
  if (!panel) return;
  for (const button of panel.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "fit") canvas.zoom("fit-viewport", "auto");
      else if (button.dataset.zoom === "current") fit(canvas, registry, box);
      else canvas.zoom(canvas.zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8));
    });
  }
  for (const link of panel.querySelectorAll("[data-element]")) {
    const element = registry.get(link.dataset.element);
    if (!element) continue;
    link.addEventListener("mouseenter", () => canvas.addMarker(element, "mark-pointed"));
    link.addEventListener("mouseleave", () => canvas.removeMarker(element, "mark-pointed"));
  }
}

function start(root = document) {
  for (const box of root.querySelectorAll("[data-diagram]:not([data-started])")) {
    box.dataset.started = "true";
    // A diagram inside a closed details element has no size yet.
    const details = box.closest("details:not([open])");
    const go = () => show(box).catch((error) => {
      box.dataset.failed = String(error);
      box.textContent = "流程图没有载入，请看下面的文字列表。";
    });
    if (details) details.addEventListener("toggle", go, { once: true });
    else go();
  }
}

start();
document.addEventListener("htmx:after:swap", () => start());
