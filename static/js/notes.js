// A private note for each program of the shortlist. It lives in this browser's own storage and is never sent: the
// boxes have no name, so no form can carry them. Without storage there are no boxes.
(function () {
  "use strict";
  var KEY = "shortlist-notes";
  var list = document.querySelector("[data-shortlist]");
  var boxes = {};

  function read() {
    try {
      var notes = JSON.parse(localStorage.getItem(KEY));
      return notes && typeof notes === "object" ? notes : {};
    } catch (error) {
      return {};
    }
  }

  function write(notes) {
    try {
      if (Object.keys(notes).length) localStorage.setItem(KEY, JSON.stringify(notes));
      else localStorage.removeItem(KEY);
      return true;
    } catch (error) {
      return false;
    }
  }

  function fit(box) {
    box.rows = 2;
    while (box.scrollHeight > box.clientHeight && box.rows < 30) box.rows += 1;
  }

  function show(notes) {
    Object.keys(boxes).forEach(function (id) {
      if (boxes[id] === document.activeElement) return;
      boxes[id].value = notes[id] || "";
      fit(boxes[id]);
    });
  }

  // What is no longer saved, and cannot be undone from this page, keeps no note.
  function forget() {
    var undo = document.querySelector("[data-undo]");
    var kept = (list.dataset.shortlist + "." + (undo ? undo.value : "")).split(".");
    var notes = read();
    Object.keys(notes).forEach(function (id) { if (kept.indexOf(id) < 0) delete notes[id]; });
    write(notes);
  }

  if (!list || !write(read())) return;
  forget();
  var hint = document.createElement("p");
  hint.className = "hint";
  hint.id = "note-hint";
  hint.textContent = "Private notes stay in this browser. They are never sent to us and are not in the link.";
  document.querySelectorAll("[data-note]").forEach(function (slot, place) {
    if (!place) slot.closest("ul").before(hint);
    var id = slot.dataset.note;
    var label = document.createElement("label");
    label.htmlFor = "note-" + id;
    label.textContent = "Private note";
    var about = document.createElement("span");
    about.className = "vh";
    about.textContent = " on " + slot.dataset.title;
    label.append(about);
    var box = document.createElement("textarea");
    box.id = "note-" + id;
    box.rows = 2;
    box.maxLength = 2000;
    box.setAttribute("autocomplete", "off");
    box.setAttribute("aria-describedby", hint.id);
    slot.classList.add("field");
    slot.append(label, box);
    boxes[id] = box;
    box.addEventListener("input", function () {
      var notes = read();
      if (box.value.trim()) notes[id] = box.value;
      else delete notes[id];
      write(notes);
      fit(box);
    });
  });
  show(read());
  addEventListener("storage", function (event) { if (event.key === KEY || event.key === null) show(read()); });
})();
