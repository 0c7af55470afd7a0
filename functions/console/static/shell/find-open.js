// Whether the search for everything is open.

import { signal } from "../ui.js";

export const findOpen = signal(false);
