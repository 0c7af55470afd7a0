// A sentence of the server or of a provider, in which moments are shown as people read them.

import { html } from "../ui.js";
import { aroundMoments } from "../format.js";
import { Text } from "./text.js";
import { Time } from "./time.js";

/** @param {{ text: string }} props */
export function Said({ text }) {
  return aroundMoments(text).map((piece, nth) => (nth % 2 ? html`<${Time} at=${piece} as="moment" />` : piece && html`<${Text} text=${piece} />`));
}
