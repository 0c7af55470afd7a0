// What the reader, or somebody else, may do: many questions, asked as many at once as the server takes.

import { api } from "./api.js";

/** @typedef {import("./api.js").Schemas["Answer"]} Answer */

/** The most questions at once. */
const MOST = 99;

/** The answers, in the order of the questions. @param {import("./api.js").Schemas["Question"][]} questions @param {AbortSignal} signal */
export async function answersTo(questions, signal) {
  /** @type {Answer[]} */
  const all = [];
  for (let from = 0; from < questions.length; from += MOST) {
    const answer = await api.post("/v1/authorize", { body: { questions: questions.slice(from, from + MOST) }, signal });
    if ("answers" in answer) all.push(...answer.answers);
  }
  return all;
}
