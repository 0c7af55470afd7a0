// `/`: goes to the Approval Center, or to the first steps while no computer has asked and there is nothing but the own organization.

import { useEffect } from "../../ui.js";
import { api } from "../../api.js";
import { navigate } from "../../router.js";
import { catalogue, mayBeUseful } from "../../session.js";

/** Whether somebody who may do the first steps has them before them. */
async function hasSteps() {
  if (!["computer-groups.create", "requests.list", "organizations.view"].every(mayBeUseful)) return false;
  const [requests, below] = await Promise.all([api.get("/v1/requests", { query: { limit: 1 } }), api.get("/v1/organizations", { query: { limit: 1 } })]);
  return ![requests, below].some(({ items, next_cursor: more }) => items.length > 0 || more);
}

export default function Home() {
  // What is useful is known once the catalogue is read.
  const known = catalogue.value !== null;
  useEffect(() => {
    if (!known) return undefined;
    let left = false;
    // Where that cannot be known, the Approval Center says why.
    hasSteps().catch(() => false).then((first) => {
      if (!left) navigate(first ? "/first-steps" : "/requests", { replace: true });
    });
    return () => { left = true; };
  }, [known]);
  return null;
}
