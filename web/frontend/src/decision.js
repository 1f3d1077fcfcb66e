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
};

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
  box.dataset.ready = "true";
}

for (const box of document.querySelectorAll("[data-decision]")) {
  show(box).catch((error) => {
    box.dataset.failed = String(error);
    box.textContent = "决策表没有载入。";
  });
}
