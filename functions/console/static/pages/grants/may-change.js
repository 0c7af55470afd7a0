// What the reader may change: revoking needs one right for all grants of an organization, another end the right to approve at
// the grant's scope. Each place is asked about once.

import { api } from "../../api.js";
import { html } from "../../ui.js";
import { useMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { Missing } from "../../components/problem.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./page.js").Grant} Grant */

/** @type {Record<Schemas["RequestKind"], Schemas["Action"]>} */
const APPROVE = { application: "requests.approve-application", storage: "requests.approve-storage", elevation: "requests.approve-elevation" };

/** @param {Grant} grant */
const placeOf = ({ organization, kind, scope }) => `${organization.id} ${kind} ${scope}`;

/** @param {Grant[]} grants @param {Record<string, string>} names */
export function useMayChange(grants, names) {
  const places = new Map(grants.map((grant) => [placeOf(grant), grant]));
  const may = useMay(grants[0]?.organization.id ?? null, ["requests.revoke"], names);
  const answers = useResource(async (signal) => {
    if (!places.size) return new Map();
    const questions = [...places.values()].map(({ organization, kind, scope }) => ({ action: APPROVE[kind], resource: { organization_id: organization.id, request_kind: kind, scope } }));
    const answer = await api.post("/v1/authorize", { body: { questions }, signal });
    const found = "answers" in answer ? answer.answers : [];
    return new Map([...places.keys()].map((place, at) => [place, found[at]]));
  }, [[...places.keys()].sort().join()]);
  /** Why the end of a grant cannot be changed. @param {Grant} grant */
  const offEnd = (grant) => {
    const answer = answers.data?.get(placeOf(grant));
    return answer && !answer.allowed ? html`<${Missing} missing=${answer.missing} names=${names} />` : undefined;
  };
  return { may, offRevoke: may.off("requests.revoke"), offEnd };
}
