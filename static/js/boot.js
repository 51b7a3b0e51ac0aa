// The only script that runs before the first paint: it says that scripts work and
// restores the chosen theme. If a later script fails to load, its promise is withdrawn,
// so nothing stays hidden that only that script could show again.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (error) {
    // Storage is switched off: the theme follows the device.
  }
  addEventListener("error", function (event) {
    if (event.target && event.target.tagName === "SCRIPT") root.classList.remove("js");
  }, true);
})();
