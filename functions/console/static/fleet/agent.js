// The agent's commands to copy, for where it runs.

import { signal } from "../ui.js";

export const SYSTEMS = /** @type {const} */ (["source", "windows", "linux", "macos"]);

/** Where the agent runs, as chosen last. */
export const system = signal(/** @type {string} */ ("source"));

/** How the agent is called where it is installed. @type {Record<string, string>} */
const PROGRAMS = { source: "cargo run -p countersign-agent --", windows: "countersign-agent.exe" };
/** A file that is there on every such system, and harmless. @type {Record<string, string>} */
const HARMLESS = { source: "README.md", windows: "C:\\Windows\\System32\\whoami.exe" };

/** @param {string} where */
const program = (where) => PROGRAMS[where] ?? "countersign-agent";

/** @param {string} where @param {string} key */
export const enrollCommand = (where, key) => `${program(where)} --server ${location.origin} enroll --key ${key}`;

/** Asks for a harmless file and waits for the decision. @param {string} where @param {string} reason @param {string | undefined} policy */
export const askCommand = (where, reason, policy) => [program(where), "request", HARMLESS[where] ?? "/usr/bin/env", `--reason "${reason}"`, policy && `--policy ${policy}`, "--wait"].filter(Boolean).join(" ");
