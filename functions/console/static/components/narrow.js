// How wide the window is.

import { useEffect, useSignal } from "../ui.js";

const NARROW = "(max-width: 47.99rem)";

/** Whether the window is as narrow as a phone. @param {string} [media] */
export function useNarrow(media = NARROW) {
  const matches = useSignal(matchMedia(media).matches);
  useEffect(() => {
    const list = matchMedia(media);
    const changed = () => {
      matches.value = list.matches;
    };
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, [media]);
  return matches.value;
}
