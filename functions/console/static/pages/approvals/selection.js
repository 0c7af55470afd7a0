// Which rows are ticked, to decide many at once.

import { signal, useMemo } from "../../ui.js";

/** @typedef {import("./list.js").Row} Row */

function makeSelection() {
  const ids = signal(/** @type {string[]} */ ([]));
  /** The panel stays although nothing is ticked any more: it shows what became of it. */
  const stays = signal(false);
  let last = "";
  const has = (/** @type {string} */ id) => ids.value.includes(id);

  /** @param {Row[]} rows @param {string} id @param {boolean} on @param {boolean} range from the row that was ticked last to this one */
  function select(rows, id, on, range) {
    const from = rows.findIndex((row) => row.id === last);
    const to = rows.findIndex((row) => row.id === id);
    const between = range && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [rows[to]];
    const meant = between.filter((row) => row?.can_open).map((row) => row.id);
    ids.value = on ? [...new Set([...ids.value, ...meant])] : ids.value.filter((one) => !meant.includes(one));
    last = id;
  }

  /** The box above the list: all that are shown, not all that match. @param {Row[]} rows */
  function all(rows) {
    const open = rows.filter((row) => row.can_open).map((row) => row.id);
    const ticked = open.filter(has).length;
    const on = open.length > 0 && ticked === open.length;
    return { on, partly: ticked > 0 && !on, toggle: () => { ids.value = on ? [] : open; } };
  }

  /** Everything that is shown, as after reading on. @param {Row[]} rows */
  const everything = (rows) => { ids.value = rows.filter((row) => row.can_open).map((row) => row.id); };

  const clear = () => {
    ids.value = [];
    stays.value = false;
  };
  /** What has left the list is no longer selected. @param {string[]} gone */
  const drop = (gone) => { ids.value = ids.value.filter((id) => !gone.includes(id)); };
  return { ids, stays, has, select, all, everything, clear, drop };
}

/** @typedef {ReturnType<typeof makeSelection>} Selection */

export const useSelection = () => useMemo(makeSelection, []);
