/* The pages' one script: hand-written, no build step. Ceiling: Chrome 86 (tests/browser/test_floor.py keeps the list).
   Every page works without it where UX.md asks for that; nothing of a citizen is kept in the browser. */
(function () {
  "use strict";

  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const inField = (node) => node.matches("textarea, select, input:not([type=radio]):not([type=checkbox])") || node.isContentEditable;

  /* ---- server time: the browser only re-renders, never from the PC's clock ---------------------------------------- */
  let offset = Date.parse(document.body.dataset.now) - Date.now();
  const serverNow = () => Date.now() + offset;

  function lasting(milliseconds) {
    const minutes = Math.max(Math.floor(milliseconds / 60000 + 0.5), 0);
    const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24, rest = minutes % 60;
    if (days) return hours && days < 3 ? `${days} 天 ${hours} 小时` : `${days} 天`;
    if (hours) return rest ? `${hours} 小时 ${rest} 分` : `${hours} 小时`;
    return `${rest} 分钟`;
  }

  function bandOf(tag, now) {
    const from = (name) => Date.parse(tag.dataset[name]);
    if (now > from("due")) return "overdue";
    if (tag.dataset.urgent && now >= from("urgent")) return "urgent";
    return tag.dataset.warn && now >= from("warn") ? "warn" : "later";
  }

  function renderTimes() {
    const now = serverNow();
    all("[data-due]").forEach((tag) => {
      const due = Date.parse(tag.dataset.due);
      tag.textContent = due >= now ? `剩 ${lasting(due - now)}` : `超期 ${lasting(now - due)}`;
      tag.className = `tag band-${bandOf(tag, now)}`;
    });
    all("[data-age]").forEach((tag) => { tag.textContent = lasting(now - Date.parse(tag.dataset.age)); });
  }
  setInterval(renderTimes, 30000);
  window.hotlineRenderTimes = renderTimes;

  /* ---- talking to our own host ---------------------------------------------------------------------------------- */
  const lost = one("[data-lost]");
  let lastHeard = Date.now();

  function heard() {
    lastHeard = Date.now();
    if (lost) lost.hidden = true;
  }
  function notHeard() {
    if (!lost) return;
    const at = new Date(lastHeard + offset);
    const two = (number) => String(number).padStart(2, "0");
    one("[data-lost-since]", lost).textContent = `数据截至 ${two(at.getHours())}:${two(at.getMinutes())}。`;
    lost.hidden = false;
  }
  async function talk(url, options) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", ...options });
      heard();
      return answer;
    } catch (problem) {
      if (problem.name !== "AbortError") notHeard();
      throw problem;
    }
  }
  function post(url, fields, options) {
    const body = new URLSearchParams(fields);
    const headers = { "X-CSRF-Token": document.body.dataset.csrf || "", "X-Fragment": "1" };
    return talk(url, { method: "POST", body, headers, ...options });
  }
  if (lost) one("[data-retry]", lost).addEventListener("click", () => pollNews());

  /* a thin line while the next page loads; the old rows stay */
  window.addEventListener("beforeunload", () => setTimeout(() => {
    const line = document.createElement("div");
    line.className = "busy-line";
    document.body.appendChild(line);
  }, 150));

  /* ---- new work announces itself, rows never jump in ------------------------------------------------------------- */
  const news = one("[data-news]");
  async function pollNews() {
    if (!news) {
      if (lost && !lost.hidden) await talk("/session").catch(() => {});
      return;
    }
    try {
      const answer = await talk(news.dataset.news, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      news.hidden = found.new < 1;
      news.textContent = found.new < 1 ? "" : `有 ${found.new} 件新工单 · 点击刷新`;
    } catch (problem) { /* said by the banner */ }
  }
  if (news) setInterval(pollNews, 20000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) pollNews(); });

  /* what happens is told at once while the page is looked at: a hidden page would keep one of the browser's few connections.
     When it breaks for good, nothing is said: the list is asked every 20 seconds anyway. */
  let live = null, soon = null, broke = 0;
  function hush() { if (live) live.close(); live = null; }
  function hear() {
    if (!news || !news.dataset.live || !window.EventSource || document.hidden || live || broke > 5) return;
    live = new EventSource(news.dataset.live);
    const told = () => { broke = 0; clearTimeout(soon); soon = setTimeout(pollNews, 400); };
    live.addEventListener("order", told);
    live.addEventListener("reset", told);
    live.addEventListener("error", () => { broke += 1; if (broke > 5 || (live && live.readyState === 2)) hush(); });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) hush(); else hear(); });
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", hear);

  /* ---- help, print, lists ------------------------------------------------------------------------------------------ */
  const help = one("[data-help-panel]");
  let before = null;
  function showHelp(show) {
    if (!help || help.hidden === !show) return;
    help.hidden = !show;
    if (show) { before = document.activeElement; one("[data-help-close]", help).focus(); } else if (before) before.focus();
  }
  if (help) {
    all("[data-help]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => showHelp(true)); });
    one("[data-help-close]", help).addEventListener("click", () => showHelp(false));
  }
  all("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });

  all("[data-arrows]").forEach((list) => list.addEventListener("keydown", (event) => {
    if (composing(event) || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const links = all("a[href]", list), at = links.indexOf(document.activeElement);
    const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }));

  /* ---- the work list: rows are chosen with x ------------------------------------------------------------------------ */
  const chosen = one("#chosen"), boxes = chosen ? all("input[name=order]", chosen) : [];
  const chooseAll = chosen && one("[data-choose-all]", chosen);
  function showChosen() {
    const count = boxes.filter((box) => box.checked).length, told = one("[data-chosen-count]");
    if (told) told.textContent = count ? ` ${count} 件` : "";
    if (chooseAll) one("input", chooseAll).checked = count > 0 && count === boxes.length;
  }
  if (boxes.length) {
    chooseAll.hidden = false;
    one("input", chooseAll).addEventListener("change", (event) => {
      boxes.forEach((box) => { box.checked = event.target.checked; });
      showChosen();
    });
    chosen.addEventListener("change", showChosen);
    one("[data-rows]", chosen).addEventListener("keydown", (event) => {
      if (event.key !== "x" || composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
      const row = event.target.closest("tr"), box = row && one("input[name=order]", row);
      if (!box) return;
      event.preventDefault();
      box.checked = !box.checked;
      showChosen();
    });
    window.addEventListener("pageshow", showChosen);
  }

  /* a form is sent once */
  all("form[data-once]").forEach((form) => form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  }));
  window.addEventListener("pageshow", () => all("form[data-once]").forEach((form) => { delete form.dataset.sent; }));

  /* ---- the register of duties: type-ahead over units -------------------------------------------------------------- */
  const MOST_SHOWN = 8;

  function matches(options, typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (option) => `${option.text} ${option.value} ${option.dataset.words || ""}`.toLowerCase();
    const found = options.filter((option) => option.value && words.every((word) => text(option).includes(word)));
    const named = (option) => (words.every((word) => option.text.toLowerCase().includes(word)) ? 0 : 1);
    return found.sort((a, b) => named(a) - named(b)).slice(0, MOST_SHOWN);
  }

  /* what a unit answers for, the duties that were asked for first */
  function duties(option, typed) {
    const said = (option.dataset.words || "").split(" ").filter(Boolean), word = typed.trim().toLowerCase();
    const asked = said.filter((one) => word && one.toLowerCase().includes(word));
    return asked.concat(said.filter((one) => !asked.includes(one)));
  }

  function buildPicker(box) {
    const select = one("select", box), label = one("label", box), ident = select.id;
    const input = document.createElement("input"), list = document.createElement("ul");
    select.id = `${ident}-value`;
    select.hidden = true;
    Object.assign(input, { id: ident, type: "text", autocomplete: "off" });
    const says = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${ident}-list` };
    Object.entries(says).forEach(([name, value]) => input.setAttribute(name, value));
    Object.assign(list, { id: `${ident}-list`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label.textContent.trim());
    select.after(input, list);
    let shown = [], active = -1;

    const settle = () => { const chosen = select.selectedOptions[0]; input.value = chosen && chosen.value ? chosen.text : ""; };
    function close() {
      list.hidden = true; active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(option) {
      select.value = option ? option.value : "";
      settle(); close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function mark(next) {
      active = next;
      all("li", list).forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
      const item = list.children[active];
      if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    }
    function open() {
      shown = matches(Array.from(select.options), input.value);
      list.textContent = "";
      shown.forEach((option, at) => {
        const item = document.createElement("li"), duty = document.createElement("span");
        item.id = `${ident}-option-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = option.text;
        duty.className = "muted";
        duty.textContent = duties(option, input.value).slice(0, 3).join("、");
        item.appendChild(duty);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
        list.appendChild(item);
      });
      list.hidden = !shown.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      if (shown.length) mark(0); else close();
    }
    input.addEventListener("input", (event) => { if (!event.isComposing) open(); });
    input.addEventListener("compositionend", open);
    input.addEventListener("blur", () => {
      if (!input.value.trim() && select.value) choose(null);
      settle(); close();
    });
    input.addEventListener("keydown", (event) => {
      if (composing(event)) return;
      if (event.key === "ArrowDown" && list.hidden) { event.preventDefault(); open(); return; }
      if (list.hidden) { if (event.key === "Enter") event.preventDefault(); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); mark((active + step + shown.length) % shown.length); }
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); choose(shown[active]); }
      if (event.key === "Escape") { event.stopPropagation(); close(); }
    });
    select.addEventListener("settle", settle);
    settle();
  }
  all("[data-picker]").forEach(buildPicker);

  /* ---- choosing a unit: a suggestion, or another one with a reason ------------------------------------------------ */
  const chooser = one("[data-dispatch]") || one("[data-agent]");
  const other = chooser && chooser.elements.other;

  function chosenRadio() { return chooser ? one("input[name=unit]:checked", chooser) : null; }

  function showChoice() {
    if (!chooser) return;
    const radio = chosenRadio(), reason = one("[data-reason-field]", chooser), assists = one("[data-assists]", chooser);
    all(".suggestion", chooser).forEach((label) => label.classList.toggle("chosen", Boolean(one("input:checked", label))));
    if (reason) reason.hidden = !(other && other.value);
    if (assists) assists.hidden = !(radio && radio.value === assists.dataset.assists);
    const status = one("[data-choice-status]", chooser);
    const name = other && other.value ? other.selectedOptions[0].text : radio && radio.dataset.name;
    if (!status) return;
    const ranked = all("input[data-rank]", chooser).length, keys = ranked > 1 ? `Alt+1…${ranked}` : ranked ? "Alt+1" : "Alt+K";
    const then = other && other.value ? (chooser.elements.reason_code.value ? "按 Ctrl+Enter 派单" : "请选择原因") : "按 Enter 派单";
    status.textContent = name ? `已选:${name},${then}` : `请选择主办单位(${keys}),再按 Enter 派单`;
  }
  function onChoice(event) {
    const target = event.target;
    if (target === other && other.value) {
      const same = all("input[name=unit]", chooser).find((radio) => radio.value === other.value);
      const kept = chosenRadio();
      if (kept) kept.checked = false;
      if (same) { same.checked = true; other.value = ""; other.dispatchEvent(new Event("settle")); }
      showChoice();
      if (!same) chooser.elements.reason_code.focus();
    } else if (target === other && !chosenRadio()) {
      const desk = one("input[name=unit][value='']", chooser);
      if (desk) desk.checked = true;
    } else if (target.name === "unit" && other && other.value) {
      other.value = "";
      other.dispatchEvent(new Event("settle"));
    }
    showChoice();
  }
  if (chooser) { chooser.addEventListener("change", onChoice); showChoice(); }

  function takeSuggestion(rank) {
    const radio = chooser && one(`input[name=unit][data-rank="${rank}"]`, chooser);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.closest("label").scrollIntoView({ block: "nearest" });
    if (chooser.hasAttribute("data-dispatch")) radio.focus();
    else say(`已选:${radio.dataset.name}`);
    return true;
  }
  function missing(form) {
    if (other && other.value && !form.elements.reason_code.value) return [form.elements.reason_code, "请选择未采用建议的原因"];
    return null;
  }

  /* ---- the dispatcher's desk ------------------------------------------------------------------------------------- */
  const desk = one("[data-dispatch]");
  if (desk) desk.addEventListener("submit", (event) => {
    const status = one("[data-choice-status]", desk), radio = chosenRadio(), wrong = missing(desk);
    if (!(radio && radio.value) && !(other && other.value)) {
      event.preventDefault(); delete desk.dataset.sent;
      status.textContent = "还没有选择主办单位:请选用建议,或按 Alt+K 查责任清单";
    } else if (wrong) {
      event.preventDefault(); delete desk.dataset.sent;
      status.textContent = wrong[1];
      wrong[0].focus();
    }
  }, true);

  /* ---- the agents' desk: the suggestion while the text is typed --------------------------------------------------- */
  const agent = one("[data-agent]");
  const LEAST_TEXT = 6, QUIET = 250, NO_SPINNER_BEFORE = 400, TOO_LONG = 2000;
  const panel = agent && one("[data-suggest-panel]", agent), statusLine = agent && one("[data-suggest-status]", agent);
  let quiet = null, running = null, sequence = 0, asked = "", firstSaid = "", waiting = null;

  function say(words) { if (statusLine && statusLine.textContent !== words) statusLine.textContent = words; }

  function inUse() { return panel.matches(":hover") || panel.contains(document.activeElement); }

  function showSuggestions(html) {
    if (inUse()) { waiting = html; say("建议有更新,移开鼠标或焦点后显示"); return; }
    waiting = null;
    const kept = chosenRadio(), legend = one("legend", panel);
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const found = one("[data-suggested]", fresh);
    panel.textContent = "";
    panel.appendChild(legend);
    if (found) panel.appendChild(document.adoptNode(found));
    keepChosen(kept);
    announce(one("[data-suggested]", panel));
    showChoice();
  }
  /* what a person chose stays chosen, also when the new list has it no more */
  function keepChosen(kept) {
    if (!kept || !kept.value) return;
    const same = all("input[name=unit]", panel).find((radio) => radio.value === kept.value);
    if (same) { same.checked = true; return; }
    if (agent.contains(kept)) return;
    const label = kept.closest("label"), key = one("kbd", label);
    if (key) key.remove();
    kept.removeAttribute("data-rank");
    panel.appendChild(document.adoptNode(label));
    kept.checked = true;
  }
  function announce(found) {
    const first = found ? found.dataset.first : "";
    if (!found) { say(""); } else if (!first) { say("没有可用的建议,请人工选择"); } else if (first !== firstSaid || /^正在|^建议/.test(statusLine.textContent)) {
      say(`${found.dataset.count} 个建议${found.dataset.unsure ? "(把握低)" : ""},第一:${first},Alt+1 选用`);
    }
    firstSaid = first;
  }
  function applyWaiting() {
    setTimeout(() => { if (waiting !== null && !inUse()) showSuggestions(waiting); }, 0);
  }

  function stopAsking() {
    clearTimeout(quiet);
    if (running) running.abort();
    running = null;
  }
  async function ask(text, place) {
    if (running) running.abort();
    const mine = ++sequence, call = new AbortController();
    running = call;
    asked = `${text}\n${place}`;
    const slow = setTimeout(() => say("正在分析…"), NO_SPINNER_BEFORE);
    const late = setTimeout(() => { if (mine === sequence) { sequence++; call.abort(); say("建议暂不可用,请人工选择"); } }, TOO_LONG);
    try {
      const answer = await post("/agent/suggest", { text, place }, { signal: call.signal });
      const html = answer.ok ? await answer.text() : "";
      if (mine !== sequence) return;
      if (answer.ok) showSuggestions(html); else say("建议暂不可用,请人工选择");
    } catch (problem) {
      if (mine === sequence && problem.name !== "AbortError") say("建议暂不可用,请人工选择");
    } finally {
      clearTimeout(slow);
      clearTimeout(late);
      if (running === call) running = null;
    }
  }
  function textChanged(atOnce) {
    clearTimeout(quiet);
    const text = agent.elements.text.value.trim(), place = agent.elements.address.value.trim();
    if (text.length < LEAST_TEXT || `${text}\n${place}` === asked) return;
    if (running) { sequence++; running.abort(); running = null; }
    if (atOnce) ask(text, place); else quiet = setTimeout(() => ask(text, place), QUIET);
  }
  function endsSentence(field) { return /[。!?,!?,]$/.test(field.value.slice(0, field.selectionStart)); }

  function listenTo(field) {
    let composition = false;
    field.addEventListener("compositionstart", () => { composition = true; });
    /* the last input event of a commit still has isComposing = true (UX.md), so this one decides */
    field.addEventListener("compositionend", () => { composition = false; textChanged(endsSentence(field)); });
    field.addEventListener("input", (event) => {
      if (composition || event.isComposing) return;
      textChanged(event.inputType === "insertFromPaste" || endsSentence(field));
    });
  }

  /* ---- the agents' desk: history, saving, receipt ------------------------------------------------------------------ */
  async function showHistory() {
    const where = one("[data-history-panel]", agent), phone = agent.elements.phone.value.trim();
    if (!phone) { where.textContent = "请先填写来电号码"; agent.elements.phone.focus(); return; }
    try {
      const answer = await post("/agent/history", { phone });
      if (answer.ok) where.innerHTML = await answer.text(); else where.textContent = "暂时查不到来电记录";
    } catch (problem) { where.textContent = "暂时查不到来电记录"; }
  }
  function notSaved(words) {
    const notice = one("[data-save-problem]", agent);
    notice.textContent = words;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
    delete agent.dataset.sent;
  }
  async function save(action) {
    const form = agent.elements, wrong = missing(agent);
    if (!form.text.value.trim()) { notSaved("请填写诉求内容"); form.text.focus(); return; }
    if (action === "direct" && !form.direct_answer.value.trim()) { notSaved("请先填写直接答复内容"); form.direct_answer.focus(); return; }
    if (action === "dispatch" && wrong) { notSaved(wrong[1]); wrong[0].focus(); return; }
    if (agent.dataset.sent) return;
    agent.dataset.sent = "yes";
    const fields = new URLSearchParams(new FormData(agent));
    fields.set("action", action);
    try {
      const answer = await talk("/agent", { method: "POST", body: fields, headers: { Accept: "text/html" } });
      if (answer.ok && answer.redirected) { dirty = false; window.location.assign(answer.url); return; }
      const said = one("#problem", new DOMParser().parseFromString(await answer.text(), "text/html"));
      notSaved(`没有保存:${said ? said.textContent : "请稍后重试"}。内容仍在本页。`);
    } catch (problem) { notSaved("没有保存:与服务器失去联系。内容仍在本页,请稍后再按派单。"); }
  }
  async function followReceipt(notice, left) {
    if (left < 1) { one("[data-receipt-order]", notice).textContent = "稍后可在工单列表中查到"; return; }
    try {
      const answer = await talk(notice.dataset.receipt, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : {};
      if (found.order_id) {
        const link = document.createElement("a"), where = one("[data-receipt-order]", notice);
        link.href = `/orders/${encodeURIComponent(found.order_id)}`;
        link.textContent = found.order_id;
        where.textContent = "";
        where.appendChild(link);
        one("[data-receipt-state]", notice).textContent = found.state;
        return;
      }
    } catch (problem) { /* said by the banner */ }
    setTimeout(() => followReceipt(notice, left - 1), 1000);
  }
  let dirty = false;
  if (agent) {
    listenTo(agent.elements.text);
    listenTo(agent.elements.address);
    panel.addEventListener("mouseleave", applyWaiting);
    panel.addEventListener("focusout", applyWaiting);
    agent.addEventListener("input", () => { dirty = true; });
    agent.addEventListener("submit", (event) => {
      const button = event.submitter;
      event.preventDefault();
      stopAsking();
      if (button && button.hasAttribute("data-history")) showHistory(); else save(button && button.value === "direct" ? "direct" : "dispatch");
    }, true);
    window.addEventListener("beforeunload", (event) => {
      if (dirty && agent.elements.text.value.trim()) { event.preventDefault(); event.returnValue = ""; }
    });
    const receipt = one("[data-receipt]");
    if (receipt && receipt.dataset.receiptDone !== "yes") followReceipt(receipt, 60);
  }

  /* ---- the board -------------------------------------------------------------------------------------------------- */
  const board = one("[data-board]");
  async function refreshBoard() {
    try {
      const answer = await talk(window.location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      all("[data-refresh]").forEach((part) => {
        const next = one(`[data-refresh="${part.dataset.refresh}"]`, fresh);
        if (next) part.replaceWith(document.adoptNode(next));
      });
      const asOf = one("[data-asof]", fresh);
      if (asOf) one("[data-asof]", board).replaceWith(document.adoptNode(asOf));
      offset = Date.parse(fresh.body.dataset.now) - Date.now();
    } catch (problem) { /* said by the banner */ }
    checkStale();
  }
  function checkStale() {
    const stale = serverNow() - Date.parse(one("[data-asof]", board).dataset.asof) > 5 * 60000;
    board.classList.toggle("stale", stale);
    one("[data-stale]", board).hidden = !stale;
  }
  if (board) { setInterval(refreshBoard, 60000); setInterval(checkStale, 30000); }

  const trying = one("[data-try]");

  /* ---- the callback desk: 1…5 are the levels, from 非常满意 down ------------------------------------------------------ */
  const calling = one("[data-callback]");
  function takeLevel(digit) {
    const radio = calling && one(`[data-level="${digit}"]`, calling);
    if (radio) { radio.checked = true; radio.focus(); }
    return Boolean(radio);
  }

  /* ---- phrases: put where the cursor stands, to be changed by hand ---------------------------------------------------- */
  all("[data-phrase-for]").forEach((list) => {
    const field = document.getElementById(list.dataset.phraseFor);
    list.closest("label").hidden = false;
    list.addEventListener("change", () => {
      if (!list.value) return;
      field.setRangeText(list.value, field.selectionStart, field.selectionEnd, "end");
      list.value = "";
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });

  /* a link to something folded opens it, from another page or from this one */
  function unfold() {
    const folded = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    if (folded && folded.matches("details")) { folded.open = true; folded.scrollIntoView({ block: "nearest" }); }
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  /* ---- the inbox of applications: Alt+1 同意, Alt+2 不同意, which is reasoned ---------------------------------------- */
  const deciding = one("[data-decide]"), approvals = one("[data-approvals]");
  function decide(digit) {
    const button = deciding && one(`[data-key="${digit}"]`, deciding);
    if (!button) return false;
    if (!deciding.dataset.sent) deciding.requestSubmit(button);
    return true;
  }
  if (deciding) deciding.addEventListener("submit", (event) => {
    const button = event.submitter, reason = deciding.elements.reason;
    if (!button || button.value !== "no" || reason.value.trim()) return;
    event.preventDefault();
    one("[data-decide-status]", deciding).textContent = "不同意须填写审批意见";
    reason.focus();
  }, true);
  function enterList(at) {
    if (!approvals || at !== document.body) return false;
    (one("a[aria-current]", approvals) || one("a", approvals)).focus();
    return true;
  }

  /* ---- shortcuts: never while Chinese is being composed -------------------------------------------------------------- */
  function altKey(event) {
    const digit = /^Digit([1-5])$/.exec(event.code);
    if (digit && calling) return takeLevel(digit[1]);
    const verdict = digit && one(`[data-key="${digit[1]}"]`);
    if (verdict) { verdict.click(); return true; }
    if (digit && deciding && decide(digit[1])) return true;
    if (digit) return takeSuggestion(digit[1]);
    const splitting = event.code === "KeyS" && one("[data-split]");
    if (splitting) { splitting.open = true; one("textarea", splitting).focus(); return true; }
    if (event.code === "KeyK" && one("#other-unit")) { one("#other-unit").focus(); return true; }
    if (event.code === "KeyH" && agent) { showHistory(); return true; }
    const opening = event.code === "KeyN" && one("[data-new]");
    if (opening) { opening.open = true; one("input[type=text]", opening).focus(); return true; }
    if (event.code === "KeyN" && agent) { window.location.assign("/agent"); return true; }
    return false;
  }
  function controlKey(event) {
    if (event.key === "Enter" && agent) { stopAsking(); save("dispatch"); return true; }
    if (event.key === "Enter" && desk && !event.repeat) { desk.requestSubmit(); return true; }
    if (event.key === "Enter" && calling && !event.repeat) { calling.requestSubmit(); return true; }
    if (event.key === "Enter" && trying && !event.repeat) { trying.requestSubmit(one("button.main", trying)); return true; }
    if (event.key === "/" && help) { showHelp(help.hidden); return true; }
    return false;
  }
  function plainKey(event) {
    const at = document.activeElement || document.body;
    if (event.key === "Escape") { showHelp(false); return false; }
    if (event.key === "?" && help && !inField(at)) { showHelp(help.hidden); return true; }
    if (calling && /^[1-5]$/.test(event.key) && (!inField(at) || at.type === "radio")) return takeLevel(event.key);
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && enterList(at)) return true;
    const busy = inField(at) || at.matches("a, button, summary") || (help && !help.hidden);
    if (event.key === "Enter" && desk && !busy && !event.repeat) { desk.requestSubmit(); return true; }
    if (event.key === "Enter" && calling && (!busy || at.type === "radio") && !event.repeat) { calling.requestSubmit(); return true; }
    return false;
  }
  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    let taken = false;
    if (event.altKey && !event.ctrlKey && !event.metaKey) taken = altKey(event);
    else if (event.ctrlKey && !event.altKey) taken = controlKey(event);
    else if (!event.metaKey) taken = plainKey(event);
    if (taken) event.preventDefault();
  });
})();
