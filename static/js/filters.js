// Listing pages: the filter toggle on small screens, applying at once on wide ones, and
// what htmx does not do by itself: counts in the form, where the focus goes, one spoken
// sentence per change, scroll positions on the way back.
(function () {
  "use strict";
  var wide = matchMedia("(min-width: 56rem)");
  var form = document.getElementById("filters");
  var heading = document.getElementById("listing-heading");
  var status = document.getElementById("listing-status");
  var toggle = document.querySelector("[data-toggle='filters']");

  function listing() { return document.getElementById("listing"); }

  // The program page reads this to lead back to the results the visitor left.
  function rememberListing() {
    var region = listing();
    if (!region || !region.dataset.noun) return;
    var total = Number(region.dataset.total);
    var noun = total === 1 ? region.dataset.noun : region.dataset.nouns;
    try {
      sessionStorage.setItem("listing:" + location.pathname, JSON.stringify({
        search: location.search,
        words: total.toLocaleString("en-US") + " " + noun
      }));
    } catch (error) { /* No storage: the link stays "All programs". */ }
  }

  // Scroll positions by address, because the page is loaded anew on the way back.
  function scrollKey() { return "scroll:" + location.pathname + location.search; }
  function rememberScroll() {
    try { sessionStorage.setItem(scrollKey(), String(Math.round(scrollY))); } catch (error) { /* as above */ }
  }
  function restoreScroll() {
    var entry = performance.getEntriesByType("navigation")[0];
    if (!history.state || !history.state.htmx || !entry || entry.type === "navigate") return;
    try {
      var y = Number(sessionStorage.getItem(scrollKey()));
      if (y) scrollTo(0, y);
    } catch (error) { /* as above */ }
  }

  function syncControl(fresh, touched) {
    var selector = fresh.tagName.toLowerCase() + "[name='" + CSS.escape(fresh.name) + "']";
    Array.prototype.forEach.call(form.querySelectorAll(selector), function (control) {
      if (fresh.type === "checkbox" || fresh.type === "radio") {
        if (control.value !== fresh.value) return;
        control.dataset.count = fresh.dataset.count;
        if (!touched) control.checked = fresh.checked;
        var count = control.closest("label").querySelector(".n");
        var news = fresh.closest("label").querySelector(".n");
        if (count && news) count.replaceWith(news.cloneNode(true));
      } else if (!touched && control !== document.activeElement) {
        control.value = fresh.value;
      }
    });
  }

  function optionsOf(facet) {
    return Array.prototype.map.call(facet.querySelectorAll("input"), function (input) { return input.value; }).join("\n");
  }

  // The form stays in the page (so does the focus); only its numbers and marks change.
  function sync(page, touched) {
    page.querySelectorAll("[data-sync]").forEach(function (fresh) {
      var old = document.querySelector("[data-sync='" + CSS.escape(fresh.dataset.sync) + "']");
      if (old) old.innerHTML = fresh.innerHTML;
    });
    var freshForm = page.getElementById("filters");
    if (!form || !freshForm) return;
    freshForm.querySelectorAll("[data-facet]").forEach(function (fresh) {
      var old = form.querySelector("[data-facet='" + CSS.escape(fresh.dataset.facet) + "']");
      if (old && optionsOf(old) !== optionsOf(fresh) && !old.contains(document.activeElement)) {
        old.replaceWith(fresh.cloneNode(true));
      }
    });
    freshForm.querySelectorAll("input[name], select[name]").forEach(function (control) { syncControl(control, touched); });
  }

  if (toggle && form) {
    toggle.addEventListener("click", function () {
      var open = form.toggleAttribute("data-open");
      toggle.setAttribute("aria-expanded", String(open));
    });
  }

  if (form) {
    // Empty boxes do not belong in an address that people share, nor a radius around nowhere.
    form.addEventListener("formdata", function (event) {
      form.querySelectorAll("[data-only-with]").forEach(function (control) {
        if (!event.formData.get(control.dataset.onlyWith)) event.formData.delete(control.name);
      });
      Array.from(event.formData.keys()).forEach(function (name) {
        var values = event.formData.getAll(name).filter(function (value) { return value !== ""; });
        event.formData.delete(name);
        values.forEach(function (value) { event.formData.append(name, value); });
      });
    });
    form.addEventListener("change", function (event) {
      var control = event.target;
      var discrete = control.type === "checkbox" || control.type === "radio" || control.tagName === "SELECT";
      if (discrete && wide.matches && window.htmx) form.requestSubmit();
    });
  }

  document.addEventListener("htmx:beforeRequest", function () {
    rememberScroll();
    if (listing()) listing().setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    var xhr = event.detail.xhr;
    if (!xhr || !listing()) return;
    var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    var fromForm = Boolean(form && asked && form.contains(asked));
    sync(new DOMParser().parseFromString(xhr.responseText, "text/html"), fromForm);
    if (!fromForm && heading) {
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    } else if (form && form.hasAttribute("data-open") && !wide.matches && toggle) {
      toggle.click();
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    }
    if (status && heading) status.textContent = heading.textContent.trim();
    rememberListing();
  });

  // Anything but a good answer: let the browser load the page and show what the server says.
  function leave(event) {
    var info = event.detail.pathInfo;
    if (info) location.assign(info.finalRequestPath || info.requestPath);
  }
  document.addEventListener("htmx:responseError", leave);
  document.addEventListener("htmx:sendError", leave);

  addEventListener("pagehide", rememberScroll);
  rememberListing();
  restoreScroll();
})();
