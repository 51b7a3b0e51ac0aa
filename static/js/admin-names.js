// Names for what Django's admin leaves nameless to a screen reader: select2 boxes, and regions that scroll.
"use strict";
(() => {
  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return label ? label.textContent.trim().replace(/:$/, "") : select.getAttribute("aria-label") || select.name;
  };
  const nameBoxes = (root) => {
    for (const select of root.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
      const box = select.nextElementSibling;
      if (!box || !box.classList.contains("select2")) continue;
      const name = nameOf(select);
      for (const part of box.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")) {
        if (part.matches("ul")) part.setAttribute("role", "none"); // it holds a button beside its items
        else part.setAttribute("aria-label", name);
        if (part.matches(".select2-selection--single")) part.removeAttribute("aria-labelledby");
      }
    }
  };
  const letScroll = () => {
    for (const region of document.querySelectorAll(".inline-group, #changelist .results")) {
      if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    // select2 makes its boxes when it likes: at the start, and for each row added later.
    new MutationObserver(() => nameBoxes(document)).observe(document.body, { childList: true, subtree: true });
    nameBoxes(document);
  });
  window.addEventListener("load", letScroll);
})();
