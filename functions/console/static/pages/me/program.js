// What a program calls itself, as people call it: "Firefox on Windows".

import { t } from "../../i18n.js";
import { plainly } from "../../components/text.js";

// The first that is found counts: browsers also name those that they resemble.
const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["SamsungBrowser/", "Samsung Internet"], ["Firefox/", "Firefox"], ["FxiOS/", "Firefox"], ["CriOS/", "Chrome"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["CrOS", "ChromeOS"], ["Mac OS X", "macOS"], ["Linux", "Linux"]];

/** @param {string} text @param {string[][]} known */
const found = (text, known) => known.find(([mark]) => text.includes(mark))?.[1];

/** @param {string | null | undefined} agent */
export function programOf(agent) {
  if (!agent) return t("signedIn.unknown");
  const browser = found(agent, BROWSERS);
  const system = found(agent, SYSTEMS);
  if (browser && system) return t("signedIn.program", { browser, system });
  return browser ?? plainly(agent);
}
