// Builds elements. Text is only ever inserted as text: no code of the console parses HTML.

const ATTRIBUTES_AS_PROPERTIES = new Set(["disabled", "hidden", "checked", "required", "value"]);

// el("p", { class: "quiet" }, "text", otherElement); `on…` are listeners, null and false children are left out.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (ATTRIBUTES_AS_PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

// A labelled field; `control` needs an id, and screen readers read `hint` with it.
export function field(label, control, hint) {
  const hintId = `${control.id}-hint`;
  if (hint) control.setAttribute("aria-describedby", hintId);
  return el("div", { class: "field" },
    el("label", { for: control.id }, label), control, hint && el("p", { class: "hint", id: hintId }, hint));
}

// A form whose button is disabled while `submit` runs; failures go to `failed`.
export function form(id, submit, failed, ...children) {
  const element = el("form", { id, method: "post" }, ...children);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = element.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      await submit();
    } catch (problem) {
      failed(problem);
    } finally {
      button.disabled = false;
    }
  });
  return element;
}
