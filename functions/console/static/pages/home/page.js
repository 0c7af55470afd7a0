// `/`: goes to the Approval Center, or to the first steps while no computer has asked and there is nothing but the own organization.

import { useEffect } from "../../ui.js";
import { api } from "../../api.js";
import { may } from "../../may.js";
import { navigate } from "../../router.js";
import { who } from "../../session.js";

const STEPS = /** @type {const} */ (["computer-groups.create", "requests.list", "organizations.view"]);

/** Whether somebody who may do the first steps has them before them. */
async function hasSteps() {
  const own = who.value?.administrator.organization.id ?? "";
  const needed = await Promise.all(STEPS.map((action) => may(action, own)));
  if (!needed.every(Boolean)) return false;
  const [requests, below] = await Promise.all([api.get("/v1/requests", { query: { limit: 1 } }), api.get("/v1/organizations", { query: { limit: 1 } })]);
  return ![requests, below].some(({ items, next_cursor: more }) => items.length > 0 || more);
}

export default function Home() {
  useEffect(() => {
    let left = false;
    // Where that cannot be known, the Approval Center says why.
    hasSteps().catch(() => false).then((first) => {
      if (!left) navigate(first ? "/first-steps" : "/requests", { replace: true });
    });
    return () => { left = true; };
  }, []);
  return null;
}
