// What every page shares. All of it is help: each page works without it.
(() => {
  "use strict";
  const KEPT = "kept:";
  const SKIPPED = new Set(["hidden", "password", "file", "submit", "button"]);

  // What is typed into a form is kept in this tab until the form has been taken, so that nothing is lost when the
  // network is, when the sign-in has ended meanwhile, or when somebody goes back.
  const nameOf = (form) => KEPT + new URL(form.action, location.href).pathname + "#" + (form.id || "");
  const fieldsOf = (form) =>
    [...form.elements].filter((one) => one.name && !SKIPPED.has(one.type) && !one.closest("[data-forget]"));

  const keep = (form) => {
    const values = fieldsOf(form).map((one) => [one.name, one.value, one.checked === true]);
    sessionStorage.setItem(nameOf(form), JSON.stringify(values));
  };

  const restore = (form) => {
    const stored = sessionStorage.getItem(nameOf(form));
    if (!stored || form.querySelector("[aria-invalid='true']") || form.dataset.answered) return;
    const values = JSON.parse(stored);
    let changed = false;
    for (const field of fieldsOf(form)) {
      const at = values.findIndex(([name, value]) =>
        name === field.name && (!["checkbox", "radio"].includes(field.type) || value === field.value));
      if (at < 0) continue;
      const [[, value, checked]] = values.splice(at, 1);
      if (["checkbox", "radio"].includes(field.type)) {
        changed ||= field.checked !== checked;
        field.checked = checked;
      } else if (field.value !== value) {
        field.value = value;
        changed = true;
      }
    }
    if (changed) {
      const note = form.querySelector("[data-kept]");
      if (note) note.hidden = false;
    }
  };

  const ready = (root) => {
    for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
    for (const form of root.querySelectorAll("form[data-keep]")) {
      restore(form);
      if (form.dataset.kept) continue;
      form.dataset.kept = "1";
      form.addEventListener("input", () => keep(form));
      form.addEventListener("reset", () => sessionStorage.removeItem(nameOf(form)));
    }
  };

  document.addEventListener("click", (event) => event.target.closest("[data-print]") && print());

  // Whoever signs in next in this tab sees nothing of it.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
  });

  // A second tap while the first is under way does nothing.
  const busy = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (busy.has(form) || (question && !confirm(question))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method !== "post") return;
    busy.add(form);
    setTimeout(() => busy.delete(form), 8000);
  }, true);
  const free = (event) => {
    const form = event.target.closest?.("form");
    if (form) busy.delete(form);
  };
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // The network is away: say so, and that nothing is lost.
  const offline = (away) => {
    const banner = document.getElementById("offline");
    if (banner) banner.hidden = !away;
  };
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));
  document.addEventListener("htmx:sendError", (event) => { free(event); offline(true); });
  document.addEventListener("htmx:timeout", (event) => { free(event); offline(true); });
  document.addEventListener("htmx:afterRequest", (event) => {
    free(event);
    if (event.detail.successful) offline(false);
    const form = event.target.closest?.("form[data-keep]");
    const answer = event.detail.xhr;
    if (form && event.detail.successful && answer.responseURL && new URL(answer.responseURL).pathname !== new URL(form.action, location.href).pathname)
      sessionStorage.removeItem(nameOf(form));
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name='csrf-token']")?.content;
    if (token) event.detail.headers["X-CSRF-Token"] = token;
  });
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => { ready(document); focus(document); });
  document.addEventListener("htmx:afterSettle", () => focus(document));

  // After an act the reader is at what was said of it, a refusal before all, and the keyboard goes on from there.
  function focus(root) {
    const said = root.querySelector("main .refusal[tabindex]") || root.querySelector("main [aria-invalid='true']")
      || root.querySelector("main .said[tabindex]");
    if (said && !said.dataset.focused) { said.dataset.focused = "1"; said.focus(); }
  }
})();
