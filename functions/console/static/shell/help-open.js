// Whether the list of shortcuts is shown.

import { signal } from "../ui.js";

export const helpOpen = signal(false);
