// Counts the characters of a text that has a limit, while it is typed. Without this the server says it on saving.
"use strict";
for (const box of document.querySelectorAll("textarea[data-most]")) {
  const hint = document.createElement("div");
  hint.className = "help counter";
  box.after(hint);
  const count = () => {
    const length = box.value.length, { least, most } = box.dataset;
    const advice = length > most ? "shorten it" : length < least ? "too short to publish" : "fine";
    hint.textContent = `${length} of ${least} to ${most} characters: ${advice}`;
  };
  box.addEventListener("input", count);
  count();
}
