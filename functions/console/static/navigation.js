// What the navigation shows: the sidebar of the desktop and the four tabs of a phone have the same places.

/**
 * @typedef {object} Place
 * @property {string} href
 * @property {string} text the key of its name
 * @property {string} icon
 * @property {string} action what one of the reader's permissions must give, so that it is shown
 * @property {string[]} [under] further beginnings of addresses that belong to it
 */

/** @typedef {{ title: string | null, tab: string, places: Place[] }} Area */

/** @type {Area[]} */
export const areas = [
  {
    title: null,
    tab: "approvals",
    places: [
      { href: "/requests", text: "nav.approvals", icon: "approvals", action: "requests.list", under: ["/first-steps"] },
      { href: "/grants", text: "nav.grants", icon: "key", action: "requests.list" },
      { href: "/flags", text: "nav.flags", icon: "flag", action: "requests.list" },
      { href: "/rules", text: "nav.rules", icon: "rules", action: "requests.open" },
    ],
  },
  {
    title: "nav.fleet",
    tab: "fleet",
    places: [
      { href: "/organizations", text: "nav.organizations", icon: "tree", action: "organizations.view" },
      { href: "/computers", text: "nav.computers", icon: "computer", action: "computers.view" },
      { href: "/policies", text: "nav.policies", icon: "shield", action: "application-policies.view", under: ["/groups"] },
    ],
  },
  {
    title: "nav.people",
    tab: "people",
    places: [
      { href: "/administrators", text: "nav.administrators", icon: "people", action: "administrators.view" },
      { href: "/roles", text: "nav.roles", icon: "role", action: "roles.view" },
      { href: "/access", text: "nav.access", icon: "question", action: "administrators.view" },
    ],
  },
  {
    title: "nav.records",
    tab: "more",
    places: [
      { href: "/deliveries", text: "nav.deliveries", icon: "send", action: "notifications.view" },
      { href: "/reports", text: "nav.reports", icon: "chart", action: "reports.view" },
      { href: "/audit/system", text: "nav.systemAudit", icon: "record", action: "system-audit.view" },
      { href: "/audit/unified", text: "nav.unifiedAudit", icon: "record", action: "unified-audit.view" },
    ],
  },
  {
    title: "nav.settings",
    tab: "more",
    places: [
      { href: "/login-settings", text: "nav.loginSettings", icon: "lock", action: "login-settings.view" },
      { href: "/integrations", text: "nav.integrations", icon: "link", action: "integrations.view" },
    ],
  },
];

/** The four tabs of a phone. A tab opens the first place of its area that the reader has. */
export const phoneTabs = [
  { name: "approvals", text: "nav.tabApprovals", icon: "approvals" },
  { name: "fleet", text: "nav.fleet", icon: "computer" },
  { name: "people", text: "nav.people", icon: "people" },
  { name: "more", text: "nav.more", icon: "menu" },
];

/** @param {Place} place @param {string} path */
export function isAt(place, path) {
  return [place.href, ...(place.under ?? [])].some((start) => path === start || path.startsWith(`${start}/`));
}
