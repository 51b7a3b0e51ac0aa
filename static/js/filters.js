// Listing pages: the sheet of filters on small screens, applying at once on wide ones, the
// map of states, and what htmx does not do by itself: counts in the form, where the focus
// goes, one spoken sentence per change, scroll positions on the way back.
(function () {
  "use strict";
  var wide = matchMedia("(min-width: 56rem)");
  var form = document.getElementById("filters");
  var heading = document.getElementById("listing-heading");
  var status = document.getElementById("listing-status");
  var toggle = document.querySelector(".tog");
  var sheet = document.getElementById("sheet");
  var apply = form && form.querySelector("[type='submit']");
  var map = document.querySelector("[data-tiles]");

  function listing() { return document.getElementById("listing"); }

  function found() {
    var region = listing(), total = Number(region.dataset.total);
    return total.toLocaleString("en-US") + " " + (total === 1 ? region.dataset.noun : region.dataset.nouns);
  }

  // The program page reads this to lead back to the results the visitor left.
  function rememberListing() {
    if (!listing() || !listing().dataset.noun) return;
    try {
      if (!Number(listing().dataset.total)) return sessionStorage.removeItem("listing:" + location.pathname);
      sessionStorage.setItem("listing:" + location.pathname, JSON.stringify({
        search: location.search,
        words: found()
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

  // The tiles stay, like the form; what each of them says and where it leads is replaced.
  function syncTiles(page) {
    var news = page.querySelectorAll("[data-tiles] li > *");
    document.querySelectorAll("[data-tiles] li > *").forEach(function (tile, at) {
      var fresh = news[at];
      if (!fresh) return;
      if (tile.tagName !== fresh.tagName) return tile.replaceWith(fresh.cloneNode(true));
      ["href", "class", "aria-current"].forEach(function (name) {
        if (fresh.hasAttribute(name)) tile.setAttribute(name, fresh.getAttribute(name));
        else tile.removeAttribute(name);
      });
      tile.innerHTML = fresh.innerHTML;
    });
  }

  // The form stays in the page (so does the focus); only its numbers and marks change.
  function sync(page, touched) {
    page.querySelectorAll("[data-sync]").forEach(function (fresh) {
      var old = document.querySelector("[data-sync='" + CSS.escape(fresh.dataset.sync) + "']");
      if (old) old.innerHTML = fresh.innerHTML;
    });
    syncTiles(page);
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

  // The sheet: the same form, in a dialog that keeps the focus and gives it back.
  var changed = false;
  function openSheet() {
    sheet.append(form);
    form.querySelector("[data-close]").hidden = false;
    document.documentElement.classList.add("locked");
    sheet.showModal();
    document.getElementById("filters-heading").focus();
    if (!changed && Number(listing().dataset.total)) apply.textContent = "Show " + found();
  }
  function toResults() {
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }
  if (sheet && form && toggle && sheet.showModal) {
    toggle.addEventListener("click", openSheet);
    form.querySelector("[data-close]").addEventListener("click", function () { sheet.close(); });
    sheet.addEventListener("close", function () {
      sheet.before(form);
      form.querySelector("[data-close]").hidden = true;
      document.documentElement.classList.remove("locked");
      apply.removeAttribute("aria-busy");
      apply.textContent = "Apply filters";
    });
    sheet.addEventListener("input", function () {
      changed = true;
      apply.textContent = "Apply filters";
    });
    sheet.addEventListener("submit", function (event) {
      apply.setAttribute("aria-busy", "true");
      if (changed) return;
      event.preventDefault();
      event.stopPropagation();
      sheet.close();
      toResults();
    }, true);
    wide.addEventListener("change", function () { sheet.close(); });
  } else {
    document.documentElement.classList.remove("js"); // a browser without dialogs keeps the form on the page
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

  // A tile works the form, so that two quick ones are both chosen; without script it is a link.
  if (map && form) {
    map.addEventListener("click", function (event) {
      var tile = event.target.closest("li :is(a, button)");
      if (!tile || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      var value = tile.querySelector("b").textContent;
      var box = form.querySelector("[name='" + map.dataset.tiles + "'][value='" + CSS.escape(value) + "']");
      if (!box) return;
      event.preventDefault();
      box.checked = !box.checked;
      form.requestSubmit();
    });
  }

  // Focus on the heading has it read, so the sentence for that case says what else is new.
  function news(asked, title) {
    var number = asked.closest(".pages") && /\((page \d+ of \d+)\) – [^–]*$/.exec(title);
    if (number) return number[1];
    if (asked.closest(".sort")) {
      var sort = listing().querySelector(".sort option:checked");
      return sort ? "Sorted: " + sort.textContent : "Sorted";
    }
    return heading.textContent.trim();
  }

  document.addEventListener("htmx:beforeRequest", function () {
    rememberScroll();
    if (listing()) listing().setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    var xhr = event.detail.xhr;
    if (!xhr || !listing()) return;
    var asked = (event.detail.requestConfig && event.detail.requestConfig.elt) || document.body;
    var fromForm = asked === form;
    var page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    sync(page, fromForm);
    changed = false;
    var fromSheet = sheet && sheet.open;
    if (fromSheet) sheet.close();
    if (heading && (!fromForm || fromSheet)) toResults();
    if (status && heading) {
      var notes = Array.prototype.map.call(listing().querySelectorAll(".notice"), function (note) {
        return note.textContent.trim();
      });
      status.textContent = [news(asked, page.title)].concat(notes).join(". ");
    }
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
