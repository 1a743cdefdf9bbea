// Reviewing by keys, and ten seconds to take a decision back: until then it is in this browser only, and every page of
// the queue shows it. It is sent when the time is over, or when the page is left.
(() => {
  "use strict";
  const HOLD_MS = 10_000, AGAIN_MS = 3_000, STORE = "held-decisions";
  const list = document.getElementById("held");
  if (!list) return;
  const token = document.querySelector("meta[name='csrf-token']").content;
  const queue = new URL(list.dataset.next, location.href);
  const review = () => document.getElementById("review");
  let held = [];

  // Kept over a reload; what another sign-in decided in this tab is not sent in this one's name.
  const save = () => {
    const kept = held.filter((one) => one.state !== "refused").map(({ row, ...one }) => one);
    sessionStorage.setItem(STORE, JSON.stringify(kept));
  };
  const drop = (one) => {
    held = held.filter((other) => other !== one);
    one.row?.remove();
    save();
  };

  // What the page shows: the next item, or one again. Without a network it is asked for until it comes.
  let wanted = null, latest = "";
  const show = (address, opened = false) => {
    wanted = { address, opened };
    latest = new URL(address, location.href).href;
    htmx.ajax("GET", address, { target: "#review", select: "#review", swap: "outerHTML settle:0ms" }).catch(() => {});
  };
  const again = (event) => {
    if (wanted && event.detail.target?.id === "review") setTimeout(() => show(wanted.address, wanted.opened), AGAIN_MS);
  };
  document.addEventListener("htmx:sendError", again);
  document.addEventListener("htmx:timeout", again);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "review") return;
    if (event.detail.xhr.responseURL !== latest) event.detail.shouldSwap = false;  // an earlier request, answered late
    else if (event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = false;
      again(event);
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== review() || !wanted) return;
    if (held.some((one) => one.item === review().dataset.item && one.state !== "refused")) return next();
    const details = wanted.opened && review().querySelector("details[data-key]");
    if (details) details.open = true;
    wanted = null;
    history.replaceState(null, "", queue.pathname);
    review().focus();
    scrollTo(0, 0);
  });
  const next = (after = "") => {
    const address = new URL(queue);
    for (const one of held) if (one.state !== "refused") address.searchParams.append("held", one.item);
    if (after) address.searchParams.set("after", after);
    show(address.pathname + address.search);
  };

  const hold = (form) => {
    const { item, self } = review().dataset;
    if (held.some((one) => one.item === item)) return;
    const one = {
      item, self, token, said: form.dataset.hold, action: form.action, form: form.id, state: "held",
      body: new URLSearchParams(new FormData(form)).toString(), until: Date.now() + HOLD_MS,
    };
    held.push(one);
    save();
    draw(one);
    next();
  };

  const undo = (one) => {
    if (!one || !["held", "waiting"].includes(one.state)) return;
    drop(one);
    show(one.self, Boolean(one.form));
  };

  const send = async (one) => {
    if (one.state === "sending" || one.state === "refused") return;
    one.state = "sending";
    draw(one);
    let answer;
    try {
      answer = await fetch(one.action, {
        method: "POST", body: one.body, redirect: "manual", keepalive: true,
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": token, "X-Held": "1" },
      });
    } catch { answer = null; }
    if (!answer || answer.status >= 500) {
      one.state = "waiting";
      one.until = Date.now() + AGAIN_MS;
      draw(one);
    } else if (answer.status === 204) {
      if (one.form) sessionStorage.removeItem(`kept:${new URL(one.action).pathname}#${one.form}`);
      drop(one);
    } else {
      const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
      one.why = answer.type === "opaqueredirect" ? "登录已经结束，请登录后重新审核这一条。"
        : plain ? await answer.text() : "请打开这一条重新审核。";
      one.state = "refused";
      save();
      draw(one);
    }
  };

  // One line a decision, with its countdown.
  const button = (label, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    made.className = "outline";
    made.addEventListener("click", act);
    return made;
  };
  const draw = (one) => {
    one.row?.remove();
    const row = one.row = document.createElement("p");
    const words = document.createElement("span");
    row.append(words);
    if (one.state === "refused") {
      row.className = "refusal";
      row.setAttribute("role", "alert");
      words.textContent = `“${one.said}”没有办成：${one.why}`;
      row.append(button("知道了", () => drop(one)));
    } else {
      row.className = one.state === "waiting" ? "warning" : "said";
      words.textContent = one.state === "waiting" ? `${one.said}。网络断开，还没有送出，恢复后自动送出。`
        : one.state === "sending" ? `${one.said}。正在送出……` : `${one.said}。`;
      if (one.state === "held") {
        const left = document.createElement("span");
        left.className = "left";
        left.setAttribute("aria-hidden", "true");
        row.append(left);
      }
      if (one.state !== "sending") row.append(button("撤销（Z）", () => undo(one)));
    }
    list.append(row);
    tick();
  };
  const tick = () => {
    for (const one of held) {
      const left = Math.ceil((one.until - Date.now()) / 1000);
      const shown = one.row?.querySelector(".left");
      if (shown) shown.textContent = `${Math.max(left, 0)} 秒后生效`;
      if (left <= 0 && ["held", "waiting"].includes(one.state)) send(one);
    }
  };
  setInterval(tick, 250);

  addEventListener("pagehide", () => held.forEach(send));
  addEventListener("beforeunload", (event) => {
    if (held.some((one) => one.state === "waiting")) event.preventDefault();
  });

  const missing = (form) => {
    const chosen = form.querySelector("input[type='radio']:checked");
    const words = form.querySelector("textarea")?.value.trim();
    const incomplete = form.querySelector("input[type='radio']")
      && (!chosen || (!words && (chosen.value === "other" || form.querySelector("textarea[required]"))));
    const note = form.querySelector("[data-missing]");
    if (note) note.hidden = !incomplete;
    if (incomplete) note.focus();
    return incomplete;
  };
  // Before app.js sees it: a held form is not under way.
  addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-hold]");
    if (!form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!missing(form)) hold(form);
  }, true);
  // A link leads on once what is held was sent, so that the page it leads to knows of it; a refusal is read first.
  const leave = async (link) => {
    const sent = Promise.all(held.map(send));
    await Promise.race([sent, new Promise((late) => setTimeout(late, AGAIN_MS))]);
    if (!held.some((one) => one.state === "refused")) location.assign(link.href);
  };
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onwards = link.closest("#review") && link.pathname === queue.pathname;
    if (!onwards && (link.hash || !held.some((one) => one.state === "held"))) return;
    event.preventDefault();
    if (onwards) next(new URL(link.href).searchParams.get("after") || "");
    else leave(link);
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key !== "Escape") return;
      event.target.closest("details")?.removeAttribute("open");
      review().focus();
      return;
    }
    if (event.key.toLowerCase() === "z") undo(held.findLast((one) => ["held", "waiting"].includes(one.state)));
    if (wanted) return;  // the next item is on its way: a key was not meant for the one that still stands there
    const found = /^[1-3]$/.test(event.key) && review().querySelector(`[data-key="${event.key}"]`);
    if (!found) return;
    event.preventDefault();
    if (found.matches("details")) found.open = true;
    if (found.matches("a, button")) found.click();
    else found.querySelector("input[type='radio']").focus();
  });

  // Left behind by a reload, or by leaving without a network: sent now.
  const left = JSON.parse(sessionStorage.getItem(STORE) || "[]").filter((one) => one.token === token);
  held = left.map((one) => ({ ...one, state: "held", until: 0 }));
  save();
  held.forEach(draw);
})();
