// The concordance: words to search for, choices of paper, chapter and verdict, columns to sort by.
// Without this script the table stands there whole.
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.concordance");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows].map((row) => ({
    row,
    cells: [...row.cells].map((cell) => cell.textContent.trim()),
    text: row.textContent.toLowerCase(),
  }));

  const bar = document.createElement("form");
  bar.className = "concordance-controls";
  bar.addEventListener("submit", (event) => event.preventDefault());
  const field = (label, control) => {
    const wrap = document.createElement("label");
    wrap.append(label, control);
    bar.append(wrap);
    return control;
  };
  const words = field("Search", document.createElement("input"));
  words.type = "search";
  words.placeholder = "words of a row";
  const choices = [["Paper", 0], ["Chapter", 4], ["Verdict", 3]].map(([label, column]) => {
    const select = field(label, document.createElement("select"));
    const values = [...new Set(rows.map(({ cells }) => cells[column]))].sort();
    select.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
    return [select, column];
  });
  const count = document.createElement("output");
  bar.append(count);
  const box = table.closest(".pst-scrollable-table-container") || table;
  box.before(bar);

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, cells, text } of rows) {
      const fits = wanted.every((word) => text.includes(word))
        && choices.every(([select, column]) => !select.value || cells[column] === select.value);
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} equations`;
  };
  bar.addEventListener("input", show);
  show();

  const inOrder = new Intl.Collator("en", { numeric: true }).compare;
  heads.forEach((head, column) => {
    if (head.textContent.trim() === "Code and proof") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.querySelector("p").childNodes);
    head.querySelector("p").append(button);
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
      rows.sort((a, b) => turn * inOrder(a.cells[column], b.cells[column]));
      body.append(...rows.map(({ row }) => row));
    });
  });

  // A link to a row shows it, whatever was chosen before.
  const reveal = () => {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    if (!row || row.closest("table") !== table) return;
    bar.reset();
    show();
    row.scrollIntoView({ block: "center" });
  };
  window.addEventListener("hashchange", reveal);
  reveal();
});
