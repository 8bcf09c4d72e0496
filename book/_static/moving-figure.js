// Lets the reader move every figure.moving-figure of the page.
//
// The figure's script holds {shape, readouts, pool, tracks}: for each slider the number of its
// values and their readouts; the distinct values; and tracks [element, attribute, sliders, values],
// where `values` are places in the pool, the last of the named sliders running fastest.
(function () {
  "use strict";

  function play(figure) {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const elements = figure.querySelector("svg").querySelectorAll("*");
    const inputs = Array.from(figure.querySelectorAll("input"));
    const outputs = figure.querySelectorAll("output");

    function show() {
      const at = inputs.map((input) => Number(input.value));
      inputs.forEach((input, k) => {
        const readout = data.readouts[k][at[k]];
        outputs[k].textContent = readout;
        input.setAttribute("aria-valuetext", readout);
      });
      for (const [number, attribute, sliders, values] of data.tracks) {
        const place = sliders.reduce((sum, k) => sum * data.shape[k] + at[k], 0);
        const value = data.pool[values[place]];
        if (attribute) elements[number].setAttribute(attribute, value);
        else elements[number].textContent = value;
      }
    }

    inputs.forEach((input) => {
      input.addEventListener("input", show);
      input.hidden = false;
    });
    show();
  }

  function start() {
    document.querySelectorAll("figure.moving-figure:not(.moves)").forEach((figure) => {
      figure.classList.add("moves");
      play(figure);
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
