/* Sort the class table by the column whose heading is pressed. */
(function () {
  "use strict";
  var table = document.getElementById("class");
  if (!table) return;
  var body = table.tBodies[0];
  table.querySelectorAll("th button").forEach(function (button) {
    var head = button.closest("th");
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      var sign = up ? 1 : -1;
      var rows = Array.from(body.rows);
      var key = function (row) { return row.cells[head.cellIndex].dataset.key; };
      rows.sort(function (a, b) {
        return sign * (head.dataset.kind === "text" ? key(a).localeCompare(key(b)) : key(a) - key(b));
      });
      table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append.apply(body, rows);
    });
  });
})();
