// The catalogue of permissions in another language than the server's.

import { hasText, loadTranslations, t } from "../i18n.js";

/** @typedef {import("../api.js").Schemas["PermissionView"]} Permission */

/** "Application Control Permissions" → "application-control". @param {string} category */
const slugOf = (category) => category.replace(/ Permissions$/, "").toLowerCase().replaceAll(" ", "-");

/** A permission without a translation is shown as the server names it. @param {Permission[]} permissions */
export async function translated(permissions) {
  await loadTranslations("permissions");
  return permissions.map((one) => {
    const key = `permission.${one.id}`;
    if (!hasText(key)) return one;
    return { ...one, title: t(key), meaning: t(`${key}.meaning`), category: t(`permission.category.${slugOf(one.category)}`) };
  });
}
