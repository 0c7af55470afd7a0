// The types of `api.js`: paths, parameters and answers come from the API's description.

import type { paths } from "./api";

export interface Options {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** The revision that was read: the change is made only if it is still the present one. */
  ifMatch?: number;
  /** Attempts with one key are one change. */
  key?: string;
  signal?: AbortSignal;
  timeLimit?: number;
  /** The type of the answer; default: JSON. */
  accept?: string;
}

type Method = "get" | "post" | "put" | "patch" | "delete";
type With<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];
type Json<R> = R extends { content: { "application/json": infer T } } ? T : R extends { content: Record<string, infer T> } ? T : null;
type Answer<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Json<R[S]> : never }[keyof R] : never;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : O extends { requestBody: { content: { "application/json": infer B } } } ? B : unknown;
type Call<M extends Method> = <P extends With<M>>(path: P, options?: Omit<Options, "body"> & { body?: Body<paths[P][M]> }) => Promise<Answer<paths[P][M]>>;

export interface Client {
  get: Call<"get">;
  post: Call<"post">;
  put: Call<"put">;
  patch: Call<"patch">;
  delete: Call<"delete">;
}
