// The playground's page: what is typed goes to asprofile in a worker, what it says is shown. Nothing leaves the browser.
"use strict";
{
  const at = (id) => document.getElementById(id);
  const text = at("text");
  const made = (tag, className = "", content = "") => {
    const found = document.createElement(tag);
    if (className) found.className = className;
    found.textContent = content;
    return found;
  };
  const state = { name: "profile.cfg", lineEnd: "\n", most: 1 << 20, findings: [], looked: null };

  const say = (words, isProblem = false) => {
    at("status").textContent = words;
    at("status").classList.toggle("problem", isProblem);
  };

  // --- asprofile, in a worker that is begun again when it takes too long ---
  const PATIENCE = 30_000;
  let worker;
  let waiting = new Map();
  let calls = 0;
  const begin = () => {
    worker = new Worker("worker.mjs", { type: "module" });
    waiting = new Map();
    worker.addEventListener("error", () => say("The program was not loaded: the web server must give .mjs files as "
      + "text/javascript, and .wasm and .zip files at all.", true));
    worker.addEventListener("message", ({ data }) => {
      if (data.failed) return say(`Python was not loaded: ${data.failed}`, true);
      if (data.ready) return undefined;
      const { done, fail, timer } = waiting.get(data.number);
      waiting.delete(data.number);
      clearTimeout(timer);
      return data.error ? fail(new Error(data.error)) : done(JSON.parse(data.result));
    });
  };
  const ask = (name, ...given) => new Promise((done, fail) => {
    const number = ++calls;
    const patience = name === "about" ? 10 * PATIENCE : PATIENCE;
    const timer = setTimeout(() => {
      worker.terminate();
      begin();
      fail(new Error("It took too long and was stopped. Use asprofile on a command line for this file."));
    }, patience);
    waiting.set(number, { done, fail, timer });
    worker.postMessage({ number, name, given });
  });
  const settings = () => [at("release").value, at("role").value];

  // --- The text, its line numbers and marks ---
  const MOST_MARKED = 300_000;
  const drawn = () => {
    const lines = text.value.split("\n").length;
    at("numbers").textContent = Array.from({ length: lines }, (_, number) => number + 1).join("\n");
    const marks = at("marks");
    marks.replaceChildren();
    if (text.value.length > MOST_MARKED) return;
    let from = 0;
    for (const found of state.looked === text.value ? state.findings : []) {
      const end = Math.max(found.end, found.start + 1);
      if (found.start < from) continue;
      marks.append(text.value.slice(from, found.start), made("mark", found.severity, text.value.slice(found.start, end)));
      from = end;
    }
    marks.append(`${text.value.slice(from)}\n`);
    scrolled();
  };
  const scrolled = () => {
    at("marks").scrollTo(text.scrollLeft, text.scrollTop);
    at("numbers").scrollTo(0, text.scrollTop);
  };
  text.addEventListener("scroll", scrolled);

  // In a way that Ctrl-Z undoes.
  const replaceAll = (content) => {
    if (content === text.value) return;
    const { scrollTop } = text;
    text.focus({ preventScroll: true });
    text.select();
    const command = content ? "insertText" : "delete";
    if (!document.execCommand(command, false, content)) text.value = content;
    text.setSelectionRange(0, 0);
    text.scrollTop = scrollTop;
    changed();
  };

  const goTo = (found) => {
    text.focus({ preventScroll: true });
    text.setSelectionRange(found.start, found.end);
    const lineHeight = parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = Math.max(0, (found.line - 4) * lineHeight);
    text.scrollIntoView({ block: "nearest" });
  };

  // --- Looking at it ---
  let timer;
  const changed = () => {
    clearTimeout(timer);
    drawn();
    timer = setTimeout(look, 250);
  };
  const look = async () => {
    clearTimeout(timer);
    const content = text.value;
    if (content.length > state.most) return shown({ problem: "It is too large to be looked at here." }, content);
    if (!content.trim()) return shown({ problem: "Paste a profile file, open one, or choose an example." }, content);
    const [release, role] = settings();
    try {
      const found = await ask("look", content, release, role);
      // What was typed meanwhile has its own answer to come.
      if (content === text.value) shown(found, content);
    } catch (error) {
      say(error.message, true);
    }
    return undefined;
  };
  const shown = (found, content) => {
    state.findings = found.findings ?? [];
    state.looked = content;
    for (const id of ["format", "save"]) at(id).disabled = Boolean(found.problem);
    at("fix").disabled = !found.fixable;
    at("fix").textContent = found.fixable ? `Fix what is safe (${found.fixable})` : "Fix what is safe";
    say(found.problem ?? summary(found));
    at("findings").replaceChildren(...(found.problem ? [] : listed(found)));
    at("contexts").replaceChildren(...(found.problem ? [] : contexts(found)));
    drawn();
  };
  const summary = ({ count, errors }) => {
    if (!count) return "Nothing is wrong with it.";
    // The editor's own undo takes back what a button did.
    return `${count} finding${count === 1 ? "" : "s"}, ${errors} of them error${errors === 1 ? "" : "s"}.`;
  };

  // --- Findings ---
  const listed = ({ findings, count }) => {
    if (!count) return [made("li", "good", "Nothing is wrong with this file.")];
    const items = findings.map(item);
    if (count > findings.length) items.push(made("li", "", `And ${count - findings.length} more; mend these first.`));
    return items;
  };
  const button = (label, className, action) => {
    const found = made("button", className, label);
    found.type = "button";
    found.addEventListener("click", action);
    return found;
  };
  const item = (found) => {
    const whole = made("li", found.severity);
    const head = made("div", "head");
    const place = button(`line ${found.line}`, "link", () => goTo(found));
    place.setAttribute("aria-label", `Line ${found.line}, column ${found.column}: go there`);
    head.append(made("b", "", found.code), made("span", "severity", found.severity), place);
    const actions = made("div", "actions");
    if (found.fix) {
      const label = `Fix: ${found.fix.title}${found.fix.safe ? "" : " (changes what is loaded)"}`;
      actions.append(button(label, "", () => applied(found.fix.edits)));
    }
    const why = button("Why?", "", () => explain(found.code, why, whole));
    why.setAttribute("aria-expanded", "false");
    why.setAttribute("aria-label", `Why ${found.code}?`);
    actions.append(why);
    whole.append(head, made("div", "message", found.message), actions);
    return whole;
  };
  const applied = (edits) => {
    // The places are those of the text that was looked at.
    if (state.looked !== text.value) return say("The text has changed; the findings come again in a moment.");
    let content = text.value;
    for (const [start, end, replacement] of [...edits].sort((one, other) => other[0] - one[0])) {
      content = content.slice(0, start) + replacement + content.slice(end);
    }
    return replaceAll(content);
  };
  const explain = async (code, opener, whole) => {
    const open = whole.querySelector(".why");
    opener.setAttribute("aria-expanded", String(!open));
    if (open) return open.remove();
    const rule = await ask("explained", code);
    const box = made("div", "why");
    const why = rule.why.split("\n\n").map((words) => ["p", words]);
    const examples = rule.examples.flatMap(({ bad, good }) => [["b", "Bad"], ["pre", bad], ["b", "Good"], ["pre", good]]);
    const parts = [["p", `${rule.summary}.`], ...why, ...examples];
    box.append(...[...parts, ["p", `See ${rule.reference}.`]].map(([tag, words]) => made(tag, "", words)));
    for (const example of box.querySelectorAll("pre")) example.tabIndex = 0;
    return whole.append(box);
  };

  // --- Contexts ---
  const contexts = ({ refusal, said, profiles }) => {
    if (refusal) return [made("p", "problem", refusal)];
    const found = profiles.map(table);
    return [made("p", "", profiles.length ? said : "No profile is in it."), ...found,
      ...(found.length ? [button("Save as a page", "", savePage)] : [])];
  };
  const table = (profile) => {
    const whole = made("div", "profile");
    whole.append(made("h3", "", `${profile.title}: ${profile.text}`));
    if (profile.refusal) whole.append(made("p", "problem", profile.refusal));
    const scroller = made("div", "scroller");
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", `${profile.title}: SOP classes and transfer syntaxes`);
    const grid = document.createElement("table");
    const head = grid.createTHead().insertRow();
    const heading = (row, scope, ...content) => {
      const cell = made("th");
      cell.scope = scope;
      cell.append(...content);
      row.append(cell);
      return cell;
    };
    heading(head, "col", "SOP class");
    for (const [short, name] of profile.columns) heading(head, "col", made("span", "", short)).title = name;
    const body = grid.createTBody();
    const symbols = Object.fromEntries(profile.legend.map(([code, symbol]) => [code, symbol]));
    for (const [name, uid, cells] of profile.rows) {
      const row = body.insertRow();
      heading(row, "row", name, made("code", "", uid));
      for (const [code, mark, note] of cells) {
        const cell = row.insertCell();
        cell.className = code;
        cell.textContent = [symbols[code], mark].filter(Boolean).join("\n");
        if (note) cell.title = note;
      }
    }
    scroller.append(grid);
    const legend = made("div", "legend");
    for (const [code, symbol, meaning] of profile.legend) {
      if (!symbol || !profile.rows.some(([, , cells]) => cells.some(([one]) => one === code))) continue;
      const one = made("span");
      one.append(made("b", code, symbol), ` ${meaning}`);
      legend.append(one);
    }
    whole.append(scroller, legend);
    if (profile.left) whole.append(made("p", "", `And ${profile.left} SOP classes more: save it as a page to see all.`));
    return whole;
  };

  // --- Files, in and out ---
  const save = (content, name, kind) => {
    const link = made("a");
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const savePage = async () => {
    const [release, role] = settings();
    save(await ask("page", text.value, release, role), state.name.replace(/\.\w+$/, "") + ".html", "text/html");
  };
  const opened = async (file) => {
    if (!file) return;
    if (file.size > state.most) return say(`${file.name} is too large to be looked at here.`, true);
    let content;
    try {
      content = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
    } catch {
      return say(`${file.name} has bytes that are no UTF-8; asprofile on a command line keeps them.`, true);
    }
    const [windows, all] = [content.split("\r\n").length - 1, content.split("\n").length - 1];
    if (content.replaceAll("\r\n", "").includes("\r") || (windows && windows !== all)) {
      return say(`${file.name} has line ends of several kinds; asprofile on a command line keeps them.`, true);
    }
    [state.name, state.lineEnd] = [file.name, windows ? "\r\n" : "\n"];
    replaceAll(content.replaceAll("\r\n", "\n"));
    return say(`${file.name} is open.`);
  };
  at("open").addEventListener("change", ({ target }) => {
    opened(target.files[0]);
    target.value = "";
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    opened(event.dataTransfer.files[0]);
  });
  at("save").addEventListener("click", () => save(text.value.replaceAll("\n", state.lineEnd), state.name, "text/plain"));

  // --- What the buttons do ---
  const acting = (id, action) => at(id).addEventListener("click", async () => {
    const content = text.value;
    try {
      await action(content);
    } catch (error) {
      say(error.message, true);
    }
  });
  acting("fix", async (content) => {
    const found = await ask("fixed", content, ...settings());
    if (text.value === content) replaceAll(found);
  });
  acting("format", async (content) => {
    const found = await ask("formatted", content);
    if (found.refusal) say(found.refusal, true);
    else if (text.value === content) {
      replaceAll(found.text);
      if (found.text === content) say("It is formatted already.");
    }
  });
  at("sample").addEventListener("change", async ({ target }) => {
    if (!target.value) return;
    [state.name, state.lineEnd] = [target.value, "\n"];
    replaceAll(await ask("sample", target.value));
  });
  for (const id of ["release", "role"]) at(id).addEventListener("change", look);
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", changed);

  // --- The beginning ---
  begin();
  drawn();
  ask("about").then(({ version, releases, latest, samples, most }) => {
    state.most = most;
    at("version").textContent = `asprofile ${version}.`;
    at("release").append(...releases.map((release) => new Option(release, release, release === latest, release === latest)));
    at("sample").append(...samples.map(({ name, about }) => new Option(`${name}: ${about}`, name)));
    document.documentElement.dataset.ready = "yes";
    look();
  }, (error) => say(error.message, true));
}
