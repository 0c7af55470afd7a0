// A value that is acted upon only once it stays as it is, such as a text while somebody types.

import { useEffect, useSignal } from "./ui.js";

/** What it was before it began to change. @template T @param {T} value @param {number} milliseconds how long it must stay @returns {T} */
export function useSettled(value, milliseconds) {
  const settled = useSignal(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => { settled.value = value; }, milliseconds);
    return () => clearTimeout(timer);
  }, [text]);
  return settled.value;
}
