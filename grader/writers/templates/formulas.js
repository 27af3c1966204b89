/* Render the formulas of a page. They stand in it as text; KaTeX makes elements of them and
   never markup. What it cannot render stays as it was written. A page that changes says "changed". */
(function () {
  "use strict";
  var options = { trust: false, throwOnError: false, strict: "ignore", maxExpand: 200, maxSize: 20 };
  options.errorColor = "#010203"; /* how KaTeX marks a command it refuses; no other formula has it */
  function render(element) {
    var source = element.textContent;
    if (source.length > LIMIT) return;
    var box = document.createElement("span");
    options.displayMode = element.classList.contains("display");
    options.macros = {};
    try {
      katex.render((element.classList.contains("large") ? "\\displaystyle " : "") + source, box, options);
    } catch (error) {
      return;
    }
    if (box.querySelector('.katex-error, [mathcolor="#010203"]')) return;
    /* KaTeX gives these drawings their width as a style attribute, which the policy does not allow. */
    box.querySelectorAll(".katex-overlay > svg[width]").forEach(function (drawing) {
      drawing.style.width = drawing.getAttribute("width");
    });
    element.title = source;
    element.replaceChildren(box);
    element.classList.add("done");
  }
  function all() {
    document.querySelectorAll(".tex:not(.done)").forEach(render);
  }
  document.addEventListener("changed", all);
  all();
})();
