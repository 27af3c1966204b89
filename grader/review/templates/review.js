/* What the page does beyond plain forms and links: keys, the sum of what is set, text chosen with the mouse.
   Without it everything works by forms. It reads no text of a student but to count characters. */
(function () {
  "use strict";
  var busy = false;
  var page = function () { return document.getElementById("page"); };
  var all = function (selector, within) { return Array.from((within || document).querySelectorAll(selector)); };

  /* The row that has the focus, the first one otherwise. */
  function current() {
    var here = document.activeElement && document.activeElement.closest("[data-row]");
    return here || document.querySelector("[data-row]");
  }

  function typing(element) {
    if (!element || element.isContentEditable) return Boolean(element);
    if (element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
    return element.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(element.type);
  }

  /* Met, not met, open, and met again. */
  function cycle(row) {
    var radios = all("input[type=radio]", row);
    var value = (radios.find(function (radio) { return radio.checked; }) || { value: "" }).value;
    var next = value === "1" ? "0" : value === "0" ? "" : "1";
    var radio = radios.find(function (one) { return one.value === next; });
    if (!radio) return;
    radio.checked = true;
    radio.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    total();
  }

  function move(step) {
    var rows = all("[data-row]");
    var at = rows.indexOf(document.activeElement && document.activeElement.closest("[data-row]"));
    var row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!row) return;
    (row.querySelector("input[type=radio]:checked") || row.querySelector("button")).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function total() {
    var place = document.getElementById("tally");
    if (!place) return;
    var set = 0, open = 0, points = 0, most = 0;
    all("#decision [data-row]").forEach(function (row) {
      var radio = row.querySelector("input[type=radio]:checked");
      var worth = Number(row.dataset.points);
      var share = radio && radio.value === "other" ? row.querySelector(".share").value : radio ? radio.value : "";
      row.classList.toggle("set", Boolean(share));
      if (worth > 0) most += worth;
      if (!share) { open += 1; return; }
      set += 1;
      points += worth * number(share);
    });
    var rounded = function (value) { return String(Math.round(value * 100) / 100).replace("-", "\u2212"); };
    var words = set ? rounded(points) + " of " + rounded(most) + " points" : "Nothing is set yet";
    place.textContent = words + (set && open ? ", " + open + " open" : "");
  }

  /* A share as people write it: 1/3, 0.4, 0,4 or 40 %. What is none counts as nothing; the server says so. */
  function number(text) {
    var parts = /^\s*(\d+(?:[.,]\d+)?)\s*(?:\/\s*(\d+)|(%))?\s*$/.exec(text);
    if (!parts) return 0;
    return Number(parts[1].replace(",", ".")) / (parts[2] ? Number(parts[2]) : parts[3] ? 100 : 1);
  }

  /* The element that a key stands on: in the current row if there is one, visible ones first. */
  function holder(name, key) {
    var selector = "[" + name + '="' + CSS.escape(key) + '"]';
    var row = current();
    return (row && row.querySelector(selector)) || document.querySelector(selector);
  }

  function reveal(element) {
    for (var box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    element.focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var element = document.activeElement;
    if (typing(element)) {
      if (event.key === "Escape") { element.blur(); event.preventDefault(); }
      return;
    }
    if (!page().hasAttribute("data-keys")) return;
    if (event.key === "Enter" && element && element.closest("a, button, summary, [data-text]")) return;
    var act = action(event.key);
    if (!act) return;
    event.preventDefault();
    if (!busy && !event.repeat) act();
  });

  function action(key) {
    if (key === "j" || key === "k") return move.bind(null, key === "j" ? 1 : -1);
    var row = all("[data-row]").find(function (one) { return one.dataset.row === key; });
    if (row) return cycle.bind(null, row);
    var field = holder("data-focus", key);
    if (field) return reveal.bind(null, field);
    var element = holder("data-key", key);
    return element && element.click.bind(element);
  }

  document.addEventListener("click", function (event) {
    var offer = event.target.closest("[data-offer]");
    if (offer) {
      var field = document.getElementsByName(offer.dataset.offer)[0];
      field.value = offer.textContent;
      field.focus();
    }
    all("details.me[open]").forEach(function (box) { if (!box.contains(event.target)) box.open = false; });
  });

  document.addEventListener("input", function (event) {
    var share = event.target.closest(".share");
    if (share && share.value) share.closest("[data-row]").querySelector('input[value="other"]').checked = true;
    total();
  });

  /* What is chosen of a document, in characters as the server counts them. */
  document.addEventListener("selectionchange", function () {
    var text = document.getElementById("document");
    var form = document.getElementById("settle");
    var chosen = document.getSelection();
    if (!text || !form || !chosen.rangeCount || chosen.isCollapsed) return;
    var range = chosen.getRangeAt(0);
    if (!range.intersectsNode(text)) return;
    var count = function (container, offset) {
      var before = document.createRange();
      before.selectNodeContents(text);
      before.setEnd(container, offset);
      return Array.from(before.toString()).length;
    };
    var inside = function (node) { return text === node || text.contains(node); };
    var start = inside(range.startContainer) ? count(range.startContainer, range.startOffset) : 0;
    var end = inside(range.endContainer) ? count(range.endContainer, range.endOffset) : Array.from(text.textContent).length;
    if (end <= start) return;
    form.elements.start.value = start;
    form.elements.end.value = end;
    document.getElementById("chosen").textContent = end - start + (end - start === 1 ? " character is" : " characters are") + " chosen.";
  });
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.id === "settle") { form.elements.start.value = ""; form.elements.end.value = ""; }
  });

  /* Pages come by htmx, without loading the style sheets and scripts again. */
  var watched = function (event) { return event.detail.elt && event.detail.elt.hasAttribute("hx-trigger"); };
  document.addEventListener("htmx:beforeRequest", function (event) { if (!watched(event)) busy = true; });
  document.addEventListener("htmx:afterRequest", function (event) { if (!watched(event)) busy = false; });
  document.addEventListener("htmx:sendError", function () { document.getElementById("lost").hidden = false; });
  document.addEventListener("htmx:afterSettle", function (event) {
    document.dispatchEvent(new Event("changed"));
    total();
    if (event.target.id !== "page" && event.detail.target && event.detail.target.id !== "page") return;
    var head = document.querySelector("main h1[tabindex]");
    if (head) head.focus({ preventScroll: true });
  });
  total();
})();
