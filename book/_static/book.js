// On a narrow screen a wide plot scrolls in its own box instead of shrinking until its letters
// cannot be read: at least 0.4 of its pixels are shown across.
document.addEventListener("DOMContentLoaded", () => {
  for (const picture of document.querySelectorAll(".cell_output img")) {
    const widen = () => {
      picture.style.minWidth = `${0.4 * picture.naturalWidth}px`;
    };
    if (picture.complete) widen();
    else picture.addEventListener("load", widen);
  }
});

// A box that scrolls can be reached with the Tab key and then scrolled with the arrow keys; its name
// says what it holds. A box that does not scroll is no stop on the way.
(function () {
  "use strict";

  const NAMES = [
    ["mjx-container, div.math", "Equation"],
    ["table, .pst-scrollable-table-container, .text_html", "Table"],
    ["pre", "Code or output"],
    ["td, p, .output, .cell_output, figure", "Wide content"],
  ];
  const BOXES = NAMES.map(([selector]) => selector).join(", ");

  function scrolls(box) {
    const { overflowX } = getComputedStyle(box);
    return box.scrollWidth > box.clientWidth + 1 && (overflowX === "auto" || overflowX === "scroll");
  }

  function reach() {
    const boxes = [...document.querySelectorAll(".bd-article :is(" + BOXES + ")")];
    const wide = boxes.map((box) => box.clientWidth > 0 && scrolls(box));
    boxes.forEach((box, at) => {
      if (wide[at]) {
        box.tabIndex = 0;
        box.dataset.reached = "";
        if (!box.hasAttribute("aria-label") && !box.matches("table, td, mjx-container")) {
          box.setAttribute("role", "group");
        }
        if (!box.hasAttribute("aria-label")) {
          box.setAttribute("aria-label", NAMES.find(([selector]) => box.matches(selector))[1]);
        }
      } else if ("reached" in box.dataset || box.matches("mjx-container[tabindex], pre[tabindex]")) {
        box.removeAttribute("tabindex");
      }
    });
  }

  // The arrows of the contents at the left open and close the list under their page; the entries of a
  // bibliography are more than a list may hold.
  function mendRoles() {
    for (const list of document.querySelectorAll(".citation-list[role=list]")) {
      list.removeAttribute("role");
    }
    for (const summary of document.querySelectorAll(".bd-sidebar-primary details > summary")) {
      const page = summary.closest("li").querySelector("a");
      summary.setAttribute("aria-label", `Pages under ${page.textContent.trim()}`);
    }
  }

  let waiting;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(reach, 200);
  });
  document.addEventListener("DOMContentLoaded", mendRoles);
  document.addEventListener("toggle", reach, true);
  window.addEventListener("load", () => {
    const ready = window.MathJax?.startup?.promise || Promise.resolve();
    ready.then(reach);
  });
})();
