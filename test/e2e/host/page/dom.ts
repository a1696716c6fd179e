/** Makes an element: `make('a', { class: 'button', 'aria-label': 'Home' }, child, 'text')`. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | undefined> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A drawing of 24 by 24 in the style of Logseq's icons. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 24 24',
    width: '20',
    height: '20',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.75',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(name, value);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** A button that shows a drawing only. */
export function iconButton(label: string, path: string, pressed: () => void): HTMLButtonElement {
  const button = make(
    'button',
    { class: 'button icon', 'aria-label': label, title: label, type: 'button' },
    icon(path),
  );
  button.addEventListener('click', pressed);
  return button;
}
