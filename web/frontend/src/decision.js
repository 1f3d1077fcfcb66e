// Decision tables, read only and in Chinese: every decision of a DMN file, one below the other.
import Manager from "dmn-js-shared/lib/base/Manager";
import DecisionTableViewer from "dmn-js-decision-table/lib/Viewer";
import { is } from "dmn-js-shared/lib/util/ModelUtil";

const words = {
  "Hit policy:": "命中规则：",
  "Unique": "唯一",
  "First": "首个",
  "Collect": "收集",
  "When": "如果",
  "And": "并且",
  "Then": "则",
  "Annotations": "说明",
  "Input": "输入",
  "Output": "输出",
  "Input label: ": "输入：",
  "Input expression: ": "输入表达式：",
  "Output label": "输出",
  "Output name": "输出名称",
  "Decision name: ": "决策表：",
  "Input expression": "输入表达式",
  "Input type": "输入的类型",
  "Output type": "输出的类型",
  "No overlap is possible and all rules are disjoint. Only a single rule can be matched": "规则互不重叠，至多命中一条",
  "Rules may overlap. The first matching rule will be chosen": "规则可以重叠，取最先命中的一条",
  "Collects the values of all matching rules": "取全部命中的规则",
};
const types = { string: "文字", boolean: "是/否", integer: "整数", long: "整数", double: "数", number: "数", date: "日期" };

const translate = (template, values = {}) =>
  (words[template] ?? template).replace(/{([^}]+)}/g, (_, key) => values[key] ?? `{${key}}`);

class TableViewer extends Manager {
  _getViewProviders() {
    return [{
      id: "decisionTable",
      constructor: DecisionTableViewer,
      opens: (element) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable"),
    }];
  }
}

async function show(box) {
  const answer = await fetch(box.dataset.decision, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const viewer = new TableViewer({
    container: box,
    decisionTable: { additionalModules: [{ translate: ["value", translate] }] },
  });
  await viewer.importXML(await answer.text());
  tell(box);
  box.dataset.ready = "true";
}

// What the table leaves to the eye: that its frame scrolls, what the numbers are, what the types mean.
function tell(box) {
  for (const frame of box.querySelectorAll(".tjs-table-container")) {
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", `${box.dataset.title || "决策表"}，可左右滚动`);
  }
  for (const head of box.querySelectorAll("th.index-column")) {
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = "规则";
    head.append(name);
  }
  for (const type of box.querySelectorAll(".input-variable, .output-variable")) {
    type.textContent = types[type.textContent] ?? type.textContent;
  }
}

for (const box of document.querySelectorAll("[data-decision]")) {
  show(box).catch((error) => {
    box.dataset.failed = String(error);
    box.textContent = "决策表没有载入。";
  });
}
