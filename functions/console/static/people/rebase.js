// Somebody else has saved a set that is being edited.

/**
 * Their set with one's own changes: what was added and taken away since `before`.
 * @param {readonly string[]} theirs @param {Set<string>} before @param {Set<string>} mine
 */
export function rebased(theirs, before, mine) {
  const set = new Set(theirs);
  for (const id of mine) if (!before.has(id)) set.add(id);
  for (const id of before) if (!mine.has(id)) set.delete(id);
  return set;
}
