// Who can give a permission that the reader cannot.

import { html, useEffect, useSignal } from "../ui.js";
import { givers, inWords } from "../components/who-could.js";

/** @typedef {{ id: string, organization: { id: string } }} Recipient */

/** They are asked for one after another: a list may have forty. */
let last = Promise.resolve();

/** @param {{ permission: string, to: Recipient }} props */
export function Givers({ permission, to }) {
  const found = useSignal(/** @type {{ by: Awaited<ReturnType<typeof givers>> } | null} */ (null));
  useEffect(() => {
    let wanted = true;
    found.value = null;
    const read = async () => {
      if (!wanted) return;
      const by = await givers(permission, to.id, to.organization.id);
      found.value = { by };
    };
    // Without it the reader still knows why they cannot.
    last = last.then(read).catch(() => undefined);
    return () => { wanted = false; };
  }, [permission, to.id]);
  return found.value && html` <span class="givers">${inWords("givers", found.value.by)}</span>`;
}
