// What pages and components are made of: the one place that names the libraries.

import { h } from "preact";
import htm from "htm";

export { render, Fragment, createContext } from "preact";
export { useContext, useEffect, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
export { batch, computed, effect, signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";

// Builds elements from tagged templates. Values become text or properties, never markup.
export const html = htm.bind(h);
