// Every address of the console, in one place. The component serves the page for exactly these.
// `texts` are the page's files of texts; `open` means that nobody needs to be signed in.

/**
 * @typedef {object} Route
 * @property {string} path `:name` stands for one part
 * @property {() => Promise<{ default: import("preact").FunctionComponent<any>, styles?: string | string[] }>} load
 * @property {string[]} texts
 * @property {boolean} [open]
 * @property {boolean} [first] it needs nothing of `styles/rest.css`, and does not wait for it
 */

/** @type {Route[]} */
export const routes = [
  { path: "/", texts: [], first: true, load: () => import("./pages/home/page.js") },
  { path: "/setup", texts: ["sign-in"], open: true, load: () => import("./pages/setup/page.js") },
  { path: "/invitation", texts: ["sign-in"], open: true, load: () => import("./pages/invitation/page.js") },
  { path: "/password-reset", texts: ["sign-in"], open: true, load: () => import("./pages/password-reset/page.js") },
  { path: "/forgotten-password", texts: ["sign-in"], open: true, load: () => import("./pages/forgotten-password/page.js") },
  { path: "/one-time-codes", texts: ["sign-in"], load: () => import("./pages/one-time-codes/page.js") },
  { path: "/device", texts: ["device"], load: () => import("./pages/device/page.js") },
  { path: "/me", texts: ["me", "sign-in", "messages"], load: () => import("./pages/me/page.js") },
  { path: "/me/:tab", texts: ["me", "sign-in", "messages"], load: () => import("./pages/me/page.js") },
  { path: "/more", texts: ["me"], load: () => import("./pages/more/page.js") },
  { path: "/requests", texts: ["approvals", "subject"], first: true, load: () => import("./pages/approvals/page.js") },
  { path: "/requests/:id", texts: ["subject", "request", "decision"], first: true, load: () => import("./pages/request/page.js") },
  { path: "/organizations", texts: ["fleet", "organizations"], load: () => import("./pages/organizations/page.js") },
  { path: "/organizations/:id", texts: ["fleet", "organizations"], load: () => import("./pages/organizations/page.js") },
  { path: "/computers", texts: ["fleet", "computers"], load: () => import("./pages/computers/page.js") },
  { path: "/computers/:id", texts: ["fleet", "computers"], load: () => import("./pages/computer/page.js") },
  { path: "/policies", texts: ["fleet", "policies"], load: () => import("./pages/policies/page.js") },
  { path: "/groups/:id/policies", texts: ["fleet", "policies"], load: () => import("./pages/group-policies/page.js") },
  { path: "/grants", texts: ["fleet", "grants"], load: () => import("./pages/grants/page.js") },
  { path: "/flags", texts: ["fleet", "flags", "request-actions"], load: () => import("./pages/flags/page.js") },
  { path: "/rules", texts: ["rules"], load: () => import("./pages/rules/page.js") },
  { path: "/rules/new", texts: ["rules", "fleet"], load: () => import("./pages/rule/page.js") },
  { path: "/rules/:id", texts: ["rules", "fleet"], load: () => import("./pages/rule/page.js") },
  { path: "/rules/:id/dry-run", texts: ["rules", "fleet"], load: () => import("./pages/rule/page.js") },
  { path: "/deliveries", texts: ["messages", "deliveries"], load: () => import("./pages/deliveries/page.js") },
  { path: "/integrations", texts: ["messages", "integrations"], load: () => import("./pages/integrations/page.js") },
  { path: "/reports", texts: ["reports"], load: () => import("./pages/reports/page.js") },
  { path: "/administrators", texts: ["people", "actions", "administrators"], load: () => import("./pages/administrators/page.js") },
  { path: "/administrators/:id", texts: ["people", "actions", "administrators"], load: () => import("./pages/administrators/page.js") },
  { path: "/administrators/:id/:tab", texts: ["people", "actions", "administrators"], load: () => import("./pages/administrators/page.js") },
  { path: "/roles", texts: ["people", "actions", "roles"], load: () => import("./pages/roles/page.js") },
  { path: "/roles/:id", texts: ["people", "actions", "roles"], load: () => import("./pages/roles/page.js") },
  { path: "/access", texts: ["people", "actions", "access"], load: () => import("./pages/access/page.js") },
  { path: "/audit/system", texts: ["audit"], load: () => import("./pages/audit/page.js") },
  { path: "/audit/unified", texts: ["audit"], load: () => import("./pages/audit/page.js") },
  { path: "/login-settings", texts: ["login-settings"], load: () => import("./pages/login-settings/page.js") },
  { path: "/first-steps", texts: ["fleet", "first-steps", "sign-in"], load: () => import("./pages/first-steps/page.js") },
  // Any other address: it must stay the last one.
  { path: "/*", texts: ["common"], open: true, load: () => import("./pages/not-found/page.js") },
];
