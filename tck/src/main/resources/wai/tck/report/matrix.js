"use strict";
const form = document.querySelector("form.filter");
const [text, level, result] = form.querySelectorAll("input, select");
const rows = [...document.querySelectorAll("tbody tr:not(.chapter)")];
const words = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
function filter() {
  const wanted = text.value.toLowerCase().split(/\s+/).filter(word => word);
  let shown = 0;
  for (const row of rows) {
    row.hidden = !(wanted.every(word => words.get(row).includes(word))
      && (!level.value || row.dataset.level === level.value)
      && (!result.value || row.querySelector(result.value.split(",").map(style => "td" + style).join())));
    shown += row.hidden ? 0 : 1;
  }
  for (const chapter of document.querySelectorAll("tr.chapter")) {
    chapter.hidden = [...chapter.parentNode.rows].every(row => row === chapter || row.hidden);
  }
  form.querySelector("output").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} rows`;
}
form.addEventListener("input", filter);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
const close = () => document.querySelectorAll("details[open]").forEach(open => open.open = false);
document.addEventListener("keydown", event => event.key === "Escape" && close());
document.addEventListener("click", event => event.target.closest("details") || close());
filter();
