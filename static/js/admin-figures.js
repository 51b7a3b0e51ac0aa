// A button beside each box that takes figures: look one up, and it is written where the cursor was.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const source = document.querySelector("[data-figures]");
  if (!source || !window.HTMLDialogElement) return;
  const dialog = document.getElementById("figure-dialog");
  const form = dialog.querySelector("form");
  const list = dialog.querySelector("ul");
  const status = dialog.querySelector("[role=status]");
  let target = null, asked = 0, waiting = 0;

  const insert = (token) => {
    const inText = target.matches("textarea");
    const text = inText ? `[[${token}]]` : token;
    if (inText) target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    else target.value = text;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    dialog.close();
    target.focus();
  };
  const show = (picks) => {
    list.replaceChildren(...picks.map((pick) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = `${pick.words}: ${pick.today}`;
      button.addEventListener("click", () => insert(pick.token));
      item.append(button);
      return item;
    }));
    status.textContent = picks.length ? picks.length < 12 ? `${picks.length} found` : "The first 12. More words find the others." : "Nothing has these words. Try one word less.";
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`${source.dataset.figures}?as=json&${new URLSearchParams(new FormData(form))}`);
      const picks = (await answer.json()).picks;
      if (mine === asked) show(picks);
    } catch {
      if (mine === asked) status.textContent = "The desk did not answer. Try again.";
    }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => target && target.focus());

  const offer = (root) => {
    for (const box of root.querySelectorAll("textarea[name^=sections-][name$=-body], input[name^=cell-][name$=-figure]")) {
      if (box.dataset.offered || box.name.includes("__prefix__")) continue;
      box.dataset.offered = "yes";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "figure-button";
      button.textContent = "Find a figure";
      button.setAttribute("aria-label", `Find a figure for: ${box.getAttribute("aria-label") || "this text"}`);
      button.addEventListener("click", () => { target = box; dialog.showModal(); form.elements.q.focus(); ask(); });
      box.after(button);
    }
  };
  offer(document);
  document.addEventListener("formset:added", (event) => offer(event.target));
});
