// A list of the server read to its end, for what is chosen from or counted.

/** The most that one page of the server has. */
export const PAGE = 200;
/** More than these are not read. */
const MOST = 2000;

/**
 * @template T
 * @param {(cursor: string | null) => Promise<{ items: T[], next_cursor?: string | null }>} read
 * @returns {Promise<{ items: T[], complete: boolean }>}
 */
export async function everything(read) {
  /** @type {T[]} */
  const items = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor && items.length < MOST);
  return { items, complete: !cursor };
}
