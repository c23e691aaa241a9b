// A table that is wider than paper is printed as several: whole families of columns in each, and only SOP classes that
// have something there. All that is folded is open on paper.
"use strict";
(() => {
  const PER_PAGE = 30;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  let added = [];
  let folded = [];

  // The places of the columns that are shown, in parts of whole families; a family that is too large is cut.
  const partsOf = (table) => {
    const shown = all(".columns th", table).map((cell) => cell.checkVisibility());
    const parts = [[]];
    let at = 0;
    for (const span of all(".families th[scope=colgroup]", table)) {
      const size = Number(span.dataset.size ?? span.colSpan);
      const places = [...Array(size).keys()].map((place) => at + place).filter((place) => shown[place]);
      at += size;
      for (let start = 0; start < places.length; start += PER_PAGE) {
        const piece = places.slice(start, start + PER_PAGE);
        if (parts.at(-1).length + piece.length > PER_PAGE) parts.push([]);
        parts.at(-1).push(...piece);
      }
    }
    return parts;
  };

  const partOf = (table, places, number, count) => {
    const part = table.cloneNode(true);
    part.removeAttribute("id");
    part.classList.add("part");
    for (const colgroup of all("colgroup", part)) colgroup.remove();
    const wanted = new Set(places);
    let at = 0;
    for (const span of all(".families th[scope=colgroup]", part)) {
      const size = Number(span.dataset.size ?? span.colSpan);
      const left = places.filter((place) => place >= at && place < at + size).length;
      at += size;
      if (!left) span.remove();
      else span.colSpan = left;
    }
    all(".columns th", part).forEach((cell, place) => wanted.has(place) || cell.remove());
    for (const row of all(".row", part)) {
      const whole = row.matches(".whole");
      const cells = [...row.cells].slice(1);
      if (whole) cells[0].colSpan = places.length;
      else cells.forEach((cell, place) => wanted.has(place) || cell.remove());
      const says = [...row.cells].slice(1).some((cell) => /[yp]/.test(cell.className || row.classList[1]));
      if (row.hidden || (number && !says)) row.remove();
    }
    for (const row of all(".notes", part)) row.remove();
    for (const body of [...part.tBodies]) {
      if (body.rows.length < 2) body.remove();
      else body.rows[0].cells[0].colSpan = places.length + 1;
    }
    const caption = part.createCaption();
    caption.textContent = `Part ${number + 1} of ${count}`
      + (number ? "; SOP classes of which nothing is accepted or proposed here are left out" : "");
    return part;
  };

  addEventListener("beforeprint", () => {
    for (const details of all("details:not([open])")) {
      details.open = true;
      folded.push(details);
    }
    for (const note of all(".noted")) note.hidden = false;
    for (const table of all("table[id]")) {
      const parts = partsOf(table);
      if (parts.length < 2) continue;
      const scroller = table.closest(".scroller");
      const pieces = parts.map((places, number) => partOf(table, places, number, parts.length));
      scroller.after(...pieces);
      scroller.parentElement.classList.add("parted");
      added.push(...pieces);
    }
  });
  addEventListener("afterprint", () => {
    for (const piece of added) piece.remove();
    for (const section of all(".parted")) section.classList.remove("parted");
    for (const details of folded) details.open = false;
    for (const note of all(".noted")) note.hidden = true;
    added = [];
    folded = [];
  });
})();
