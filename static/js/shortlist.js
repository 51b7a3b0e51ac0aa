// The shortlist of this browser. Pages are the same for everybody and say "Save" everywhere; this reads the cookie
// and says "Saved" where that is true, counts in the header, and offers the tray. Saving writes the cookie at once.
// Where that fails (no cookies, a full list), the form is sent and the shortlist itself answers.
(function () {
  "use strict";
  var form = document.getElementById("save");
  if (!form || !form.dataset.cookie) return;
  var name = form.dataset.cookie;
  var most = Number(form.dataset.most);
  var status = document.getElementById("save-status");
  var places = {}; // where a removed program stood, so that saving it again puts it back

  function read() {
    var text = "";
    document.cookie.split("; ").forEach(function (cookie) {
      if (cookie.indexOf(name + "=") === 0) text = cookie.slice(name.length + 1);
    });
    return text.split(".").filter(function (id, place, all) {
      return /^[1-9][0-9]{0,17}$/.test(id) && all.indexOf(id) === place;
    }).slice(0, most);
  }

  function write(ids) {
    var text = ids.join(".");
    document.cookie = name + "=" + text + "; Path=/; SameSite=Lax; Max-Age=" + (text ? form.dataset.age : 0) +
      (location.protocol === "https:" ? "; Secure" : "");
    return read().join(".") === text;
  }

  function element(tag, css, text) {
    var made = document.createElement(tag);
    made.className = css;
    made.textContent = text;
    return made;
  }

  function paintCount(n) {
    document.querySelectorAll(".nav .count").forEach(function (count) {
      count.textContent = n || "";
      if (n) count.append(element("span", "vh", " saved"));
    });
  }

  function paintButtons(ids) {
    document.querySelectorAll("[data-save]").forEach(function (button) {
      var on = ids.indexOf(button.value) >= 0;
      button.classList.toggle("on", on);
      button.firstElementChild.textContent = on ? "Saved" : "Save";
    });
  }

  function paintTray(ids) {
    var tray = document.querySelector(".tray");
    var wanted = ids.length > 0 && document.querySelector("[data-save]") && !document.querySelector("[data-no-tray]");
    if (!wanted) {
      if (tray) tray.remove();
      return;
    }
    if (!tray) {
      tray = element("div", "tray no-print", "");
      tray.setAttribute("role", "region");
      tray.setAttribute("aria-label", "Shortlist");
      var row = element("div", "wrap row split nowrap", "");
      var words = element("p", "", "");
      words.append(element("strong", "", ""), element("span", "muted", " on this device"));
      row.append(words, element("a", "btn", ""));
      tray.append(row);
      document.getElementById("main").append(tray);
    }
    tray.querySelector("strong").textContent = ids.length + " saved";
    var link = tray.querySelector("a");
    var few = ids.length > 1 && ids.length < 5;
    link.textContent = few ? "Compare " + ids.length + " programs" : "See shortlist";
    link.href = few ? form.dataset.compare + "?p=" + ids.join("&p=") : form.action;
  }

  function paint() {
    var ids = read();
    paintCount(ids.length);
    paintButtons(ids);
    paintTray(ids);
  }

  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (!button || !button.matches("[data-save]")) return;
    var ids = read();
    var place = ids.indexOf(button.value);
    if (place < 0 && ids.length >= most) return;
    if (place < 0) {
      ids.splice(button.value in places ? places[button.value] : ids.length, 0, button.value);
    } else {
      places[button.value] = place;
      ids.splice(place, 1);
    }
    if (!write(ids)) return;
    event.preventDefault();
    paint();
    status.textContent = (place < 0 ? "Saved, " : "Removed, ") + ids.length + " in shortlist";
  });

  // The second click of a double click means the same as the first.
  document.addEventListener("click", function (event) {
    if (event.detail > 1 && event.target.closest("[data-save]")) event.preventDefault();
  });

  // Another tab, or the visitor coming back, may have changed the list. Its own page was made by the server, which
  // then makes it again.
  function look() {
    var own = document.querySelector("[data-shortlist]");
    if (own && own.dataset.shortlist !== read().join(".")) location.replace(location.pathname);
    else paint();
  }

  document.addEventListener("htmx:afterSwap", paint);
  addEventListener("pageshow", function (event) { if (event.persisted) look(); });
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  paint();
})();
