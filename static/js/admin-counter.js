// Counts the characters of a text that has a limit, while it is typed. Without this the server says it on saving.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("textarea[data-most]")) {
    const hint = document.createElement("div");
    hint.className = "help counter";
    box.closest(".flex-container, div").after(hint);
    const count = () => {
      const length = box.value.length, most = Number(box.dataset.most), least = Number(box.dataset.least);
      const advice = length > most ? "shorten it" : length < least ? "too short to publish" : "fine";
      hint.textContent = `${length} characters, of ${least} to ${most}: ${advice}`;
    };
    box.addEventListener("input", count);
    count();
  }
});
