// "All programs" becomes "Back to 28 programs", with the filters kept, when this tab has
// come from such a list.
(function () {
  "use strict";
  document.querySelectorAll("a[data-back]").forEach(function (link) {
    try {
      var left = JSON.parse(sessionStorage.getItem("listing:" + link.pathname));
      if (!left || !left.words) return;
      link.search = left.search;
      link.textContent = "Back to " + left.words;
    } catch (error) {
      // No storage, or not ours: the link still leads to all programs.
    }
  });
})();
