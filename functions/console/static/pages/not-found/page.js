// An address that is none.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { Empty } from "../../components/empty.js";
import { PageHead } from "../../components/page-head.js";

export default function NotFound() {
  return html`<${PageHead} title=${t("notFound.title")} /><${Empty} title=${t("notFound.words")} action=${html`<a class="button button-plain" href="/">${t("notFound.home")}</a>`} />`;
}
