// The search boxes as comboboxes: suggestions below the box, as the WAI-ARIA pattern
// "editable combobox with list autocomplete" says. They come from the page the box names
// (data-suggest), which works by itself; without this script the box is a plain one.
(function () {
  "use strict";
  var PAUSE = 150, SHORTEST = 2, KEPT = 50; // milliseconds, letters, answers
  var answers = new Map();
  var boxes = 0;

  function made(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }

  function read(html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    return Array.from(page.querySelectorAll("[data-group]"), function (group) {
      return {
        name: group.dataset.group,
        options: Array.from(group.querySelectorAll("li"), function (item) {
          var link = item.querySelector("a"), detail = item.querySelector(".hint");
          return { label: link.textContent, detail: detail ? detail.textContent : "", url: link.getAttribute("href") };
        })
      };
    });
  }

  // On the list itself a suggestion joins the filters that are on; words in the box are what it stands for.
  function address(url) {
    var target = new URL(url, location.href);
    if (target.pathname !== location.pathname) return target.href;
    var query = new URLSearchParams(location.search);
    query.delete("q");
    query.delete("page");
    target.searchParams.forEach(function (value, name) {
      if (!query.getAll(name).includes(value)) query.append(name, value);
    });
    target.search = query.toString();
    return target.href;
  }

  function enhance(input) {
    var id = "suggestions-" + (++boxes);
    var list = made("div", { id: id, role: "listbox", class: "suggest", "aria-label": "Suggestions", hidden: "" });
    var status = made("p", { role: "status", class: "vh" });
    var options = [], active = -1, timer = 0, request = null, wanted = "";

    input.type = "text"; // a search field may not be a combobox
    [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id],
      ["autocomplete", "off"], ["enterkeyhint", "search"]].forEach(function (pair) { input.setAttribute(pair[0], pair[1]); });
    input.after(list, status);

    function isOpen() { return !list.hidden; }
    function open(really) {
      list.hidden = !really;
      input.setAttribute("aria-expanded", String(really));
      if (!really) mark(-1);
    }
    function close() {
      clearTimeout(timer);
      if (request) request.abort();
      request = null;
      wanted = "";
      open(false);
    }
    function mark(index) {
      if (options[active]) options[active].setAttribute("aria-selected", "false");
      active = index;
      if (!options[active]) return input.removeAttribute("aria-activedescendant");
      options[active].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", options[active].id);
    }
    function go(option) {
      close();
      location.assign(address(option.dataset.url));
    }

    function show(groups) {
      list.replaceChildren();
      options = [];
      groups.forEach(function (group, number) {
        var heading = made("b", { id: id + "-group-" + number, class: "small", role: "presentation" }, group.name);
        var box = made("div", { role: "group", "aria-labelledby": heading.id });
        box.append(heading);
        group.options.forEach(function (one) {
          var option = made("div", { id: id + "-" + options.length, role: "option", "aria-selected": "false", "data-url": one.url });
          option.append(made("span", {}, one.label));
          if (one.detail) option.append(" ", made("span", { class: "hint" }, one.detail));
          options.push(option);
          box.append(option);
        });
        list.append(box);
      });
      open(options.length > 0);
      status.textContent = options.length ? options.length + (options.length === 1 ? " suggestion" : " suggestions") : "No suggestions";
    }

    function ask() {
      var text = input.value.trim().replace(/\s+/g, " ");
      if (text.length < SHORTEST) {
        status.textContent = "";
        return close();
      }
      if (text === wanted) return;
      wanted = text;
      if (request) request.abort();
      if (answers.has(text)) return show(answers.get(text));
      request = new AbortController();
      fetch(input.dataset.suggest + "?" + new URLSearchParams({ q: text }), { signal: request.signal, credentials: "omit" })
        .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
        .then(function (html) {
          if (answers.size >= KEPT) answers.delete(answers.keys().next().value);
          answers.set(text, read(html));
          if (text === wanted && document.activeElement === input) show(answers.get(text));
        })
        .catch(function () { if (text === wanted) close(); }); // the box still searches
    }

    input.addEventListener("input", function () {
      mark(-1);
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (!isOpen()) return event.altKey && step > 0 && options.length ? open(true) : ask();
        if (event.altKey) return open(step > 0);
        mark(active < 0 ? (step > 0 ? 0 : options.length - 1) : (active + step + options.length + 1) % (options.length + 1));
        if (options[active]) options[active].scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && isOpen() && options[active]) {
        event.preventDefault();
        go(options[active]);
      } else if (event.key === "Enter") {
        close();
      } else if (event.key === "Escape") {
        if (isOpen()) event.preventDefault();
        else input.value = "";
        close();
      } else if (event.key === "Home" || event.key === "End" || event.key === "ArrowLeft" || event.key === "ArrowRight") {
        mark(-1); // the text cursor moves, as in any text box
      }
    });
    input.addEventListener("blur", close);
    list.addEventListener("pointerdown", function (event) { event.preventDefault(); }); // the focus stays in the box
    list.addEventListener("pointermove", function (event) { // not when the list moves under a pointer at rest
      if (event.movementX || event.movementY) mark(options.indexOf(event.target.closest("[role='option']")));
    });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role='option']");
      if (option) go(option);
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(function (input) {
    if (!input.hasAttribute("role")) enhance(input);
  });
})();
