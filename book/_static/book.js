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
