// `/`: goes to the Approval Center.

import { useEffect } from "../../ui.js";
import { navigate } from "../../router.js";

export default function Home() {
  useEffect(() => navigate("/requests", { replace: true }), []);
  return null;
}
