// Makes the controls of a report work. Without it nothing is hidden: all notes are below the table, and there are no
// controls.
"use strict";
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const lower = (...texts) => texts.join(" ").toLowerCase();
  const form = one("#controls");
  const chips = all("input[name=state]");
  const [search, group, family, compact] = ["search", "group", "family", "compact"].map((id) => one(`#${id}`));
  const count = one("#count");
  const meanings = { y: "✓", p: "◐", n: "✕", e: "" };

  // --- What there is ---
  const tables = all("table[id]").map((table) => {
    const spans = all("thead th[scope=colgroup]", table);
    const titles = spans.flatMap((span) => Array(span.colSpan).fill(span.textContent));
    const section = table.closest("section");
    const listed = all(".syntaxes li", section);
    const columns = all(".columns th", table).map((cell, at) => {
      const [name, uid] = ["bdi", "code"].map((part) => one(part, listed[at]).textContent);
      cell.title = `${name}, ${uid}`;
      return { uid, name, family: titles[at], text: lower(cell.textContent, name, uid) };
    });
    const rows = all("tr.row", table).map((row) => ({
      row,
      head: row.cells[0],
      note: one("a", row.cells[0]),
      notes: null,
      group: row.parentElement.dataset.group,
      // The text of the cells is not searched.
      text: lower(row.cells[0].textContent, row.parentElement.dataset.group),
      // A row says what most of its cells are.
      states: row.matches(".whole") ? columns.map(() => "n")
        : [...row.cells].slice(1).map((cell) => {
          const state = cell.className || row.classList[1];
          return state === "e" && !cell.textContent ? "" : state;
        }),
    }));
    return { table, spans, columns, rows, section, groups: all("colgroup[span]", table) };
  });
  const everyRow = tables.flatMap((found) => found.rows);
  const sheet = new CSSStyleSheet();
  const hover = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet, hover];

  // --- Search and filters ---
  // A word that no SOP class has is one of a transfer syntax.
  const chosen = () => {
    const words = lower(search.value).split(/\s+/).filter(Boolean);
    const rowWords = words.filter((word) => everyRow.some((found) => found.text.includes(word)));
    return {
      rowWords,
      columnWords: words.filter((word) => !rowWords.includes(word)),
      states: new Set(chips.filter((chip) => chip.checked).map((chip) => chip.value).concat("e")),
    };
  };

  const visible = ({ columns, rows }, { rowWords, columnWords, states }) => {
    const allowed = columns.map(
      (column) => (!family.value || column.family === family.value)
        && columnWords.every((word) => column.text.includes(word)));
    const narrowed = !chips.every((chip) => chip.checked) || !allowed.every(Boolean);
    const says = (found, at) => found.states[at] && allowed[at] && states.has(found.states[at]);
    const shownRows = rows.filter(
      (found) => (!group.value || found.group === group.value)
        && rowWords.every((word) => found.text.includes(word))
        && (!compact.checked || !narrowed || found.states.some((_, at) => says(found, at))));
    const filled = columns.map((_, at) => shownRows.some((found) => says(found, at)));
    // SOP classes of which there is nothing but notes have the columns of all.
    const whole = !compact.checked || !filled.some(Boolean);
    return {
      rows: new Set(shownRows),
      columns: allowed.map((yes, at) => yes && (whole || filled[at])),
      pairs: shownRows.reduce((sum, found) => sum + found.states.filter((_, at) => says(found, at)).length, 0),
    };
  };

  // Cells are hidden and families parted by rules: there may be many thousands of cells.
  const cellsOf = (id, at) => `#${id} .row:not(.whole)>:nth-child(${at + 2}),#${id} .columns>:nth-child(${at + 1})`;
  const rules = (id, shown, starts) => shown.map((yes, at) => {
    const cells = cellsOf(id, at);
    if (!yes) return `${cells}{display:none}`;
    return starts.has(at) ? `${cells}{border-left:1px solid var(--edge)}` : "";
  }).join("");

  const show = (found, { rows, columns }) => {
    const { table, section, spans, groups } = found;
    const starts = new Set();
    let at = 0;
    spans.forEach((span, number) => {
      const end = at + Number(span.dataset.size ??= span.colSpan);
      const left = columns.slice(at, end).filter(Boolean).length;
      // The first family is parted from the names already.
      if (left && columns.indexOf(true) < at) starts.add(columns.indexOf(true, at));
      span.hidden = !left;
      span.colSpan = groups[number].span = Math.max(left, 1);
      span.classList.toggle("narrow", left < 2 || span.textContent.length > 4 * left);
      at = end;
    });
    const wide = columns.filter(Boolean).length + 1;
    for (const { row, notes } of found.rows) {
      row.hidden = !rows.has(found.byRow.get(row));
      if (row.matches(".whole")) row.cells[1].colSpan = Math.max(wide - 1, 1);
      if (notes) {
        notes.hidden = row.hidden;
        notes.cells[0].colSpan = wide;
      }
    }
    for (const body of table.tBodies) {
      body.hidden = ![...body.rows].some((row) => row.matches(".row") && !row.hidden);
      body.rows[0].cells[0].colSpan = wide;
    }
    const nothing = !rows.size || (wide === 1 && columns.length > 0);
    one(".scroller", section).hidden = nothing;
    one(".nothing", section).hidden = !nothing;
    return rules(table.id, columns, starts);
  };
  for (const found of tables) found.byRow = new Map(found.rows.map((each) => [each.row, each]));

  const distinct = (lists) => new Set(lists.flat()).size;
  const apply = () => {
    const wanted = chosen();
    for (const chip of chips) {
      for (const { table } of tables) table.classList.toggle(`without-${chip.value}`, !chip.checked);
    }
    const views = tables.map((found) => visible(found, wanted));
    sheet.replaceSync(tables.map((found, at) => show(found, views[at])).join(""));
    const rows = views.reduce((sum, view) => sum + view.rows.size, 0);
    const syntaxes = (shown) => distinct(
      tables.map(({ columns }, at) => columns.filter((_, place) => shown(at, place)).map((column) => column.uid)));
    const left = syntaxes((at, place) => views[at].rows.size && views[at].columns[place]);
    const pairs = views.reduce((sum, view) => sum + view.pairs, 0);
    count.textContent = `Shown: ${rows} of ${everyRow.length} SOP classes, ${left} of ${syntaxes(() => true)} `
      + `transfer syntaxes, ${pairs.toLocaleString("en")} ${pairs === 1 ? "pair" : "pairs"}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  one("#clear").addEventListener("click", () => {
    form.reset();
    apply();
  });

  // --- Notes ---
  const opener = one("#notes");
  const open = (found, yes) => {
    if (yes && !found.notes) {
      found.notes = document.createElement("tr");
      found.notes.className = "notes";
      found.notes.id = `${found.note.hash.slice(1)}-${everyRow.indexOf(found)}`;
      const cell = found.notes.insertCell();
      const seen = [...found.row.cells].filter((each) => each.checkVisibility());
      cell.colSpan = seen.reduce((sum, each) => sum + each.colSpan, 0);
      cell.append(one(`${found.note.hash}>ul`).cloneNode(true));
      const copier = document.createElement("button");
      copier.type = "button";
      copier.textContent = `Copy ${found.uid}`;
      copier.addEventListener("click", () => copy(found.uid));
      cell.append(copier);
      found.button.setAttribute("aria-controls", found.notes.id);
    }
    if (!found.notes) return;
    if (yes) found.row.after(found.notes);
    else found.notes.remove();
    found.notes.hidden = found.row.hidden;
    found.button.setAttribute("aria-expanded", yes);
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      count.textContent = `Copied: ${text}`;
    } catch {
      count.textContent = `Not copied: the browser does not allow it. The UID is ${text}`;
    }
  };
  for (const found of everyRow) {
    const uid = one("code", found.head);
    found.uid = uid.textContent;
    uid.addEventListener("click", () => copy(found.uid));
    if (!found.note) continue;
    // The note opens below its row; its number is for paper.
    const name = one("bdi", found.head);
    found.button = document.createElement("button");
    found.button.type = "button";
    name.replaceWith(found.button);
    found.button.append(name);
    found.button.setAttribute("aria-expanded", "false");
    found.button.addEventListener("click", () => open(found, !found.notes?.isConnected));
    found.note.className = "noted";
    found.note.hidden = true;
  }
  for (const list of all(".footnotes")) list.open = false;
  opener.addEventListener("click", () => {
    const yes = opener.getAttribute("aria-pressed") === "false";
    opener.setAttribute("aria-pressed", yes);
    for (const found of everyRow) if (found.note) open(found, yes);
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = everyRow.filter((found) => found.button && !found.row.hidden).map((found) => found.button);
    const at = buttons.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)].focus();
  });

  // --- What the pointer is on: a line at the bottom; the same is in the notes ---
  const readout = document.createElement("div");
  readout.id = "readout";
  readout.setAttribute("aria-hidden", "true");
  document.body.append(readout);
  const pointed = (cell) => {
    const found = tables.find(({ table }) => table.contains(cell));
    const row = found?.byRow.get(cell.parentElement);
    return row && !row.row.matches(".whole") ? { found, row, at: cell.cellIndex - 1 } : null;
  };
  const remark = ({ row, at }, within) => within
    && all("li[data-columns]", within).find((item) => item.dataset.columns.split(" ").includes(String(at)));
  document.addEventListener("pointerover", (event) => {
    const place = event.target.matches("td") ? pointed(event.target) : null;
    readout.classList.toggle("on", Boolean(place));
    if (!place) return hover.replaceSync("");
    const { found, row, at } = place;
    const column = found.columns[at];
    const note = row.note && one(row.note.hash);
    const says = remark(place, note)?.lastChild.textContent.trim() ?? "";
    const head = document.createElement("b");
    head.textContent = `${one("bdi", row.head).textContent} × ${column.name}`;
    readout.replaceChildren(head, [" ", meanings[row.states[at]], event.target.textContent, says].join(" ").replace(/ +/g, " "));
    const id = found.table.id;
    hover.replaceSync(cellsOf(id, at) + "{box-shadow:inset 0 0 0 99px var(--hover)}");
  });
  document.addEventListener("click", (event) => {
    const place = event.target.matches("td") ? pointed(event.target) : null;
    if (!place?.row.note) return;
    open(place.row, true);
    for (const item of all("li.meant")) item.classList.remove("meant");
    remark(place, place.row.notes)?.classList.add("meant");
  });

  // --- Light and dark ---
  const theme = one("#theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (yes) => theme.setAttribute("aria-pressed", yes);
  theme.addEventListener("click", () => {
    const yes = theme.getAttribute("aria-pressed") === "false";
    document.documentElement.dataset.theme = yes ? "dark" : "light";
    paint(yes);
  });
  dark.addEventListener("change", () => document.documentElement.dataset.theme || paint(dark.matches));
  paint(dark.matches);

  // --- A narrow window shows the table first ---
  const wide = matchMedia("(min-width: 44.01rem)");
  const fold = () => { one(".tools").open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  for (const hidden of [theme, count, one(".filters")]) hidden.hidden = false;
  apply();
});
