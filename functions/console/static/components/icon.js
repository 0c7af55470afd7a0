// The icons, drawn for this console: 20 px, lines of 1.6 px. They stand beside a word, or have a `label`.

import { html } from "../ui.js";

/** @type {Record<string, string>} Paths; a circle is `c x y r`. */
const PATHS = {
  approvals: "M3 10.5l3.2 3.2L12 8M8.6 13.2l1 .9L17 6.5",
  key: "c6.5 13.5 3M8.7 11.3L16 4M13 7l2.4 2.4M11 9l1.6 1.6",
  rules: "M3 5.5l1.3 1.3L7 4M3 13.5l1.3 1.3L7 12M10 5.5h7M10 13.5h7",
  tree: "M8.5 3h3a1 1 0 011 1v2a1 1 0 01-1 1h-3a1 1 0 01-1-1V4a1 1 0 011-1zM3.5 13h3a1 1 0 011 1v2a1 1 0 01-1 1h-3a1 1 0 01-1-1v-2a1 1 0 011-1zM13.5 13h3a1 1 0 011 1v2a1 1 0 01-1 1h-3a1 1 0 01-1-1v-2a1 1 0 011-1zM10 7v3M5 13v-3h10v3",
  computer: "M4.5 4h11A1.5 1.5 0 0117 5.500v6a1.5 1.5 0 01-1.5 1.500h-11A1.5 1.5 0 013 11.500v-6A1.5 1.5 0 014.5 4zM7.5 16.500h5M10 13v3.5",
  shield: "M10 2.800l6 2.200v4.600c0 3.6-2.5 6.3-6 7.6-3.5-1.3-6-4-6-7.600V5zM7.3 10l2 2 3.5-3.7",
  people: "c7.5 7 2.7M2.5 16c.4-2.9 2.4-4.4 5-4.400s4.6 1.5 5 4.400M13 4.600a2.6 2.6 0 010 4.900M14.5 11.900c1.7.6 2.7 2 3 4.1",
  person: "c10 7 3M4 16.500c.5-3.2 2.8-4.8 6-4.800s5.5 1.6 6 4.8",
  role: "M4 3.500h12v13l-6-3.2-6 3.200zM8 8h4",
  question: "c10 10 7M7.9 8.100c.1-1.2 1-2 2.2-2 1.2 0 2.1.8 2.1 1.9 0 1.6-2.1 1.7-2.1 3.200M10.1 13.800v.1",
  send: "M17 3L9 11M17 3l-5 14-3-6-6-3z",
  record: "M5 3h7l3.5 3.500V17H5zM12 3v4h3.500M8 10.500h5M8 13.500h3.5",
  chart: "M3 17h14M5.5 14V9M10 14V4M14.5 14v-3.5",
  table: "M4 4h12a1 1 0 011 1v10a1 1 0 01-1 1H4a1 1 0 01-1-1V5a1 1 0 011-1zM3 8h14M3 12h14M8 8v8",
  settings: "M3 6h8M15 6h2M3 14h2M9 14h8c13 6 2c7 14 2",
  menu: "M3.5 5.500h13M3.5 10h13M3.5 14.500h13",
  search: "c9 9 5M13 13l4 4",
  filter: "M3.5 5h13M6 10h8M8.5 15h3",
  application: "M5 3.500h10a2 2 0 012 2v9a2 2 0 01-2 2H5a2 2 0 01-2-2v-9a2 2 0 012-2zM3 7.500h14M5.6 5.500h.01",
  storage: "M10 17V3.500M7.7 5.800L10 3l2.3 2.800M10 14l-4-2.500V9M10 12l4-2V7.500c10 16 1.2",
  elevation: "M10 16.500V4M5.5 8.500L10 4l4.5 4.500M4 16.500h12",
  hand: "M6 10V5.500a1.2 1.2 0 012.4 0V9m0-4.500a1.2 1.2 0 012.4 0V9m0-3.500a1.2 1.2 0 012.4 0V11c0 3.5-1.7 6-4.4 6-2 0-3-.9-4.2-3L3.6 11.600c-.5-1 .8-1.9 1.6-1L6 11.5",
  link: "M8.5 11.500l3-3M7 9l-2 2a2.8 2.8 0 004 4l2-2M13 11l2-2a2.8 2.8 0 00-4-4L9 7",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  seal: "c10 8.5 5M7 13l-1 4.5 4-2 4 2-1-4.500M8 8.600l1.5 1.5 2.6-2.8",
  warning: "M10 3.500L17.5 16h-15zM10 8.300v3.700M10 13.900v.1",
  flag: "M5 17V3.500M5 4h9.500l-2 3 2 3H5",
  lock: "M6 9h8a1.5 1.5 0 011.5 1.500v5A1.5 1.5 0 0114 17H6a1.5 1.5 0 01-1.5-1.500v-5A1.5 1.5 0 016 9zM7 9V6.500a3 3 0 016 0V9",
  clock: "c10 10 7M10 6v4l2.7 1.8",
  check: "M4 10.500l4 4 8-9",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  close: "M5.5 5.500l9 9M14.5 5.500l-9 9",
  copy: "M8 7h7.500A1.5 1.5 0 0117 8.500V16a1.5 1.5 0 01-1.5 1.500H8A1.5 1.5 0 016.5 16V8.500A1.5 1.5 0 018 7zM4 13V4.500A1.5 1.5 0 015.5 3H13",
  download: "M10 3.500v9M6.5 9l3.5 3.500L13.5 9M4 16.500h12",
  note: "M3.5 4h13v9.500H9L5.5 16.500v-3h-2zM6.5 8.700h.01M10 8.700h.01M13.5 8.700h.01",
  mail: "M3 5h14v10H3zM3 5.500l7 5 7-5",
  down: "M5.5 8l4.5 4.500L14.5 8",
  up: "M5.5 12.500L10 8l4.5 4.5",
  back: "M12 5.500L7.5 10l4.5 4.5",
  forward: "M8 5.500l4.5 4.500L8 14.5",
  offline: "M3 3l14 14M4 9.500a9 9 0 013.5-2.200M16 9.500A9 9 0 009.8 7M7 12.500a5 5 0 016.5 0M10 15.500h.01",
  theme: "c10 10 6.5M10 3.500v13M12.5 4.200v11.6M15 6v8",
  again: "M16 10a6 6 0 11-1.8-4.300M16.5 3v3.500H13",
};

/** Icons of dots, which need a wider line. */
const DOTS = new Set(["more"]);

const CIRCLE = /c([\d.]+) ([\d.]+) ([\d.]+)(?=[Mc]|$)/g;

/** Writes circles as arcs. @param {string} path */
const drawn = (path) => path.replace(CIRCLE, (_, x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`);

/** @param {{ name: string, small?: boolean, label?: string }} props */
export function Icon({ name, small, label }) {
  return html`<svg class=${`icon${small ? " icon-small" : ""}${DOTS.has(name) ? " icon-dots" : ""}`} viewBox="0 0 20 20" role=${label ? "img" : undefined} aria-label=${label} aria-hidden=${label ? undefined : "true"}><path d=${drawn(PATHS[name])} /></svg>`;
}
