type Child = Node | string | undefined;

interface Attributes {
  readonly [name: string]: string | undefined;
}

/** An element with attributes and children. Text is text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button that does something when it is pressed. */
export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', press);
  return made;
}

/** Something that is drawn in the main UI. */
export interface View {
  readonly node: HTMLElement;
  /** Puts the focus where a person begins. */
  focus(): void;
}
