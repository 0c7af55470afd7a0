// How many requests are pending where the reader may see them: the count beside the Approval Center.

import { signal } from "../ui.js";

export const pending = signal(0);
