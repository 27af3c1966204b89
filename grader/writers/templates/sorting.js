/* Sort the class table by the column whose heading is pressed; show the rows that hold what is searched. */
(function () {
  "use strict";
  var table = document.getElementById("class");
  if (!table) return;
  var body = table.tBodies[0];
  var words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  table.querySelectorAll("th button").forEach(function (button) {
    var head = button.closest("th");
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      var text = head.dataset.kind === "text";
      var keyed = Array.from(body.rows, function (row) {
        var cell = row.cells[head.cellIndex];
        var key = cell.dataset.key === undefined ? cell.textContent : cell.dataset.key;
        return { row: row, key: text ? key : Number(key) };
      });
      keyed.sort(function (a, b) {
        return (up ? 1 : -1) * (text ? words.compare(a.key, b.key) : a.key - b.key);
      });
      body.remove(); /* thousands of rows move many times as fast where nobody looks */
      keyed.forEach(function (item) { body.appendChild(item.row); });
      table.appendChild(body);
      table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
    });
  });
  var field = document.getElementById("find");
  field.closest("label").hidden = false;
  field.addEventListener("input", function () {
    var sought = field.value.trim().toLowerCase();
    Array.from(body.rows).forEach(function (row) {
      var named = row.cells[0].textContent + " " + row.cells[1].textContent;
      row.classList.toggle("off", named.toLowerCase().indexOf(sought) < 0);
    });
  });
})();
