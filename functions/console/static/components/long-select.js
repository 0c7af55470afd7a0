// A choice from a list of any length, such as all organizations: the browser's own control for a few, a field to search with for many.

import { html } from "../ui.js";
import { Combobox } from "./combobox.js";
import { Select } from "./select.js";

/** From how many choices on they are searched. */
const MANY = 20;

/** @param {Parameters<typeof Combobox>[0]} props */
export const LongSelect = (props) => html`<${props.options.length < MANY ? Select : Combobox} ...${props} />`;
