// Theme menu in the footer. The choice stays in this browser; it is never sent anywhere.
(function () {
  "use strict";
  var root = document.documentElement;
  var menu = document.getElementById("theme");
  if (!menu) return;
  menu.value = root.dataset.theme || "";
  menu.addEventListener("change", function () {
    if (menu.value) root.dataset.theme = menu.value;
    else delete root.dataset.theme;
    try {
      if (menu.value) localStorage.setItem("theme", menu.value);
      else localStorage.removeItem("theme");
    } catch (error) {
      // Storage is switched off: the choice lasts until the page is left.
    }
  });
})();
