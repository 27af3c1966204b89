/* Render the formulas of a report. They stand in the page as text; KaTeX makes elements of them and
   never markup. What it cannot render stays as it was written. */
(function () {
  "use strict";
  var options = { trust: false, throwOnError: false, strict: "ignore", maxExpand: 200, maxSize: 20 };
  document.querySelectorAll(".tex").forEach(function (element) {
    var source = element.textContent;
    if (source.length > LIMIT) return;
    var box = document.createElement("span");
    options.displayMode = element.classList.contains("display");
    options.macros = {};
    try {
      katex.render(source, box, options);
    } catch (error) {
      return;
    }
    if (box.querySelector(".katex-error")) return;
    element.title = source;
    element.replaceChildren(box);
    element.classList.add("done");
  });
})();
