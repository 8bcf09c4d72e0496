// The concordance: words to search for, choices of paper, subject and verdict, columns to sort by.
// The choices stand in the address, so that a view can be kept, shared and come back to.
// Without this script the table stands there whole.
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.concordance");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const titles = heads.map((head) => head.textContent.trim());
  const column = (title) => titles.indexOf(title);
  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f_{},()\\]/g, "").toLowerCase();
  const rows = [...body.rows].map((row) => ({
    row,
    cells: [...row.cells].map((cell) => cell.textContent.trim()),
    text: plain(row.textContent),
  }));

  const bar = document.createElement("form");
  bar.className = "concordance-controls";
  bar.addEventListener("submit", (event) => event.preventDefault());
  const field = (label, control) => {
    const wrap = document.createElement("label");
    wrap.append(label, control);
    bar.append(wrap);
    control.name = label.toLowerCase();
    return control;
  };
  const words = field("Search", document.createElement("input"));
  words.type = "search";
  words.placeholder = "2016, eq. 93";
  const choices = ["Paper", "Subject", "Verdict"].map((label) => {
    const select = field(label, document.createElement("select"));
    const names = new Map(rows.map(({ row, cells }) => {
      const cell = row.cells[column(label)];
      return [cells[column(label)], cell.querySelector("abbr")?.title || cell.textContent.trim()];
    }));
    select.append(new Option("all", ""), ...[...names].map(([value, name]) => new Option(name, value)));
    return [select, column(label)];
  });
  const order = field("Sort", document.createElement("select"));
  order.append(new Option("as printed", ""), ...titles.slice(0, 5).flatMap((title) =>
    [new Option(title, title), new Option(`${title}, reversed`, `-${title}`)]));
  const count = document.createElement("output");
  const clear = document.createElement("button");
  clear.type = "reset";
  clear.textContent = "clear";
  bar.append(count, clear);
  const box = table.closest(".pst-scrollable-table-container") || table;
  box.before(bar);

  const inOrder = new Intl.Collator("en", { numeric: true }).compare;
  const printed = rows.map(({ row }) => row);
  let sorted = "";
  const sort = () => {
    if (order.value === sorted) return;
    sorted = order.value;
    const title = sorted.replace(/^-/, "");
    const turn = sorted.startsWith("-") ? -1 : 1;
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    if (!title) return body.append(...printed);
    heads[column(title)].setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
    const ranked = [...rows].sort((a, b) => turn * inOrder(a.cells[column(title)], b.cells[column(title)]));
    body.append(...ranked.map(({ row }) => row));
  };

  const show = () => {
    const number = words.value.trim().match(/^(?:(20\d\d)[\s,]*)?(?:eqs?\.?\s*)?\(?([AB]?\d{1,3})\)?$/i);
    const wanted = plain(words.value).split(/\s+/).filter(Boolean);
    const found = ({ cells, text }) => number
      ? cells[1].toLowerCase() === number[2].toLowerCase() && (!number[1] || cells[0] === number[1])
      : wanted.every((word) => text.includes(word));
    let shown = 0;
    for (const entry of rows) {
      const fits = choices.every(([select, at]) => !select.value || entry.cells[at] === select.value)
        && found(entry);
      entry.row.hidden = !fits;
      shown += fits;
    }
    sort();
    count.textContent = `${shown} of ${rows.length} equations`;
    clear.hidden = shown === rows.length && !order.value;
  };
  const keep = () => {
    const chosen = [...new FormData(bar)].filter(([, value]) => value);
    const query = new URLSearchParams(chosen).toString();
    history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}`);
    show();
  };
  let waiting;
  bar.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, event.target === words ? 150 : 0);
  });
  bar.addEventListener("reset", () => setTimeout(keep));
  const recall = () => {
    const query = new URLSearchParams(location.search);
    for (const control of bar.elements) {
      if (control.name) control.value = query.get(control.name) || "";
    }
    show();
  };

  heads.slice(0, 5).forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.querySelector("p").childNodes);
    head.querySelector("p").append(button);
    button.addEventListener("click", () => {
      order.value = order.value === titles[at] ? `-${titles[at]}` : titles[at];
      keep();
    });
  });

  // A number of the summary shows the equations that it counts.
  for (const cell of document.querySelectorAll("table.verdicts td")) {
    const verdict = cell.parentElement.cells[0].textContent.trim();
    const paper = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent.trim();
    if (cell.cellIndex === 0 || !/^\d+$/.test(cell.textContent.trim())) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.querySelector("p").childNodes);
    button.setAttribute("aria-label", `show ${cell.textContent.trim()}: ${verdict}, ${paper}`);
    cell.querySelector("p").append(button);
    button.addEventListener("click", () => {
      bar.elements.paper.value = paper === "all" ? "" : paper;
      bar.elements.verdict.value = verdict === "all" ? "" : verdict;
      keep();
      bar.scrollIntoView();
    });
  }

  // A link to a row shows it, whatever was chosen before.
  const reveal = () => {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    if (!row || row.closest("table") !== table) return;
    for (const control of bar.elements) if (control.name) control.value = "";
    show();
    row.scrollIntoView();
  };
  recall();
  reveal();
  window.addEventListener("pageshow", recall);
  window.addEventListener("hashchange", reveal);
  window.addEventListener("load", () => {
    (window.MathJax?.startup?.promise || Promise.resolve()).then(reveal);
  });
});
