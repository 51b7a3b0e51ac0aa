// The shortlist and the comparison: a link that copies itself, and Print, which only a script can do.
(function () {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach(function (link) {
    var label = link.textContent;
    if (!navigator.clipboard) return; // the link stays a link to itself
    if (label.indexOf("Link") === 0) link.textContent = "Copy link";
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      navigator.clipboard.writeText(link.href).then(function () {
        link.textContent = link.dataset.copy;
        document.getElementById("save-status").textContent = link.dataset.copy;
      }, function () {
        location.assign(link.href);
      });
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { print(); });
  });
})();
