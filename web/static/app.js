// Small help on top of pages that work without it: keys, rows, phrases, drafts, fields that follow from others.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"];
const typing = (element) => element?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.documentElement.classList.add("with-script");

// Keys: / search, j and k along the list, Enter opens, e works on the chosen row.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    for (const menu of $$("details.person[open]")) { menu.open = false; $("summary", menu).focus(); }
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "/") {
    const search = $("#search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  const rows = $$("[data-row]");
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("row-chosen"));
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
    rows.forEach((row, index) => row.classList.toggle("row-chosen", index === next));
    const link = $("a[data-open]", rows[next]);
    (link || rows[next]).focus({ preventScroll: true });
    rows[next].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && at >= 0 && !event.target.closest("a, button, summary")) {
    $("a[data-open]", rows[at])?.click();
  } else if (event.key === "e" && at >= 0) {
    $("[data-work]", rows[at])?.click();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of $$("details.person[open]")) if (!menu.contains(event.target)) menu.open = false;

  const phrase = event.target.closest("[data-phrase]");
  if (phrase) {
    const box = document.getElementById(phrase.dataset.for);
    const [from, to] = [box.selectionStart, box.selectionEnd];
    box.setRangeText(phrase.dataset.phrase, from, to, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }

  const add = event.target.closest("[data-add-row]");
  if (add) { event.preventDefault(); addRow(add); return; }
  const remove = event.target.closest("[data-remove-row]");
  if (remove) { event.preventDefault(); removeRow(remove); return; }

  const all = event.target.closest("[data-open-all]");
  if (all) {
    const parts = $$(`details.${all.dataset.openAll}`);
    const open = parts.some((part) => !part.open);
    parts.forEach((part) => { part.open = open; });
    all.textContent = open ? "全部收起" : "全部展开";
  }

  const print = event.target.closest("[data-print]");
  if (print) window.print();
});

// Repeating rows: the template is the server's own; without script the same buttons ask the server.
function addRow(button) {
  const list = button.closest("[data-rows]");
  const template = $(":scope > template", list);
  const index = Number(list.dataset.next);
  list.dataset.next = String(index + 1);
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll(list.dataset.mark, String(index));
  const row = holder.firstElementChild;
  $(":scope > [data-row-list]", list).append(row);
  window.htmx?.process(row);
  prepare(row);
  renumber(list);
  $("input:not([type=hidden]), select, textarea", row)?.focus();
  changed(list);
}

function removeRow(button) {
  const row = button.closest("[data-row-set]");
  const list = row.closest("[data-rows]");
  row.remove();
  renumber(list);
  $(":scope > [data-add-row]", list)?.focus();
  changed(list);
}

function renumber(list) {
  $$(":scope > [data-row-list] > [data-row-set]", list).forEach((row, index) => {
    const label = $("[data-row-number]", row);
    if (label) label.textContent = String(index + 1);
  });
}

const changed = (element) => element.closest("form")?.dispatchEvent(new CustomEvent("andu:changed"));

// A form: fields that depend on others are asked of the server, which alone knows the rules; drafts are kept.
function prepare(root) {
  for (const part of $$("[data-needs-script]", root)) part.hidden = false;
  for (const box of $$("[data-filter-for]", root)) {
    const list = document.getElementById(box.dataset.filterFor);
    box.addEventListener("input", () => {
      const word = box.value.trim();
      for (const item of $$("[data-words]", list)) {
        item.hidden = word !== "" && !item.dataset.words.includes(word) && !$("input", item)?.checked;
      }
    });
  }
  for (const box of $$("input[data-enterprises]", root)) enterprise(box);
  for (const box of $$("input[data-money]", root)) money(box);
}

function money(box) {
  const told = document.getElementById(box.dataset.money);
  const tell = () => {
    const value = Number(box.value.replaceAll(",", ""));
    told.textContent = box.value && value >= 10000 ? `＝ ${(value / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 6 })} 万元` : "";
  };
  box.addEventListener("input", tell);
  tell();
}

// Typing a name or code offers enterprises of the register; choosing one fills its other particulars where they are empty.
function enterprise(box) {
  const list = document.getElementById(box.getAttribute("list"));
  let timer;
  let known = new Map();
  box.addEventListener("input", () => {
    const chosen = known.get(box.value);
    if (chosen) return fill(chosen);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const word = box.value.trim();
      if (word.length < 2) return;
      const answer = await fetch(`${box.dataset.enterprises}?q=${encodeURIComponent(word)}`, { credentials: "same-origin" });
      if (!answer.ok) return;
      const found = (await answer.json()).items;
      known = new Map(found.flatMap((item) => [[item.uscc, item], [item.name, item]]));
      list.replaceChildren(...found.map((item) => {
        const option = document.createElement("option");
        option.value = box.dataset.take === "name" ? item.name : item.uscc;
        option.label = `${item.name}　${item.uscc}`;
        return option;
      }));
      if (known.has(word)) fill(known.get(word));
    }, 250);
  });
  function fill(item) {
    const told = document.getElementById(box.dataset.told);
    if (told) told.textContent = item.name;
    for (const [key, value] of Object.entries(item)) {
      const other = box.form?.elements[`f-${key === "name" ? "enterprise_name" : key}`];
      if (other instanceof HTMLInputElement && other !== box && other.type !== "file" && !other.value && value) {
        other.value = value;
        changed(box);
      }
    }
  }
}

// The place of a field as the server writes it: `plan`, or `items.0.why` by the order of the rows on the page.
function pathOf(field) {
  const path = [field.dataset.field];
  let row = field.closest("[data-row-set]");
  while (row) {
    const list = row.closest("[data-rows]");
    path.unshift(list.dataset.rows, [...row.parentElement.children].indexOf(row));
    row = list.closest("[data-row-set]");
  }
  return path.join(".");
}

function watch(form) {
  let dirty = false;
  let busy = false;
  let timer;
  const saved = $("[data-saved]", form.closest("main"));
  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    return data;
  };
  const ask = async (address) => fetch(address, {
    method: "POST", body: body(), credentials: "same-origin", headers: { "X-CSRFToken": token(), Accept: "application/json" },
  });
  const follow = async () => {
    if (!form.dataset.follow) return;
    const answer = await ask(form.dataset.follow);
    if (!answer.ok) return;
    const { shown, required, computed } = await answer.json();
    for (const field of $$("[data-field]", form)) {
      const path = pathOf(field);
      if (!(path in shown)) continue;
      field.hidden = !shown[path];
      const mark = $(".required", field);
      if (mark && mark.closest("[data-field]") === field) mark.hidden = !required[path];
      if (path in computed) { const told = $("output", field); if (told) told.textContent = computed[path] || "—"; }
    }
  };
  const change = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(follow, 120);
  };
  form.addEventListener("change", change);
  form.addEventListener("andu:changed", change);
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    dirty = false;
    // Disabled at once, the pressed button would not be sent along.
    setTimeout(() => $$("button", form).forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    $$("button", form).forEach((button) => { button.disabled = false; });
  });
  if (form.dataset.draft) {
    setInterval(async () => {
      if (!dirty || busy || form.dataset.sent) return;
      busy = true;
      dirty = false;
      try {
        const answer = await ask(form.dataset.draft);
        if (answer.ok && saved) saved.textContent = `已自动暂存 ${new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}`;
        else if (!answer.ok) dirty = true;
      } catch { dirty = true; } finally { busy = false; }
    }, 20000);
  }
  window.addEventListener("beforeunload", (event) => { if (dirty && !form.dataset.sent) event.preventDefault(); });
}

prepare(document);
$$("form[data-watch]").forEach(watch);
$(".summary-errors")?.focus();

// A form that was sent twice by a double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-watch], [hx-post]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
