/** The notifications at the upper right, as `UI.showMsg` makes them. */
export interface Messages {
  /** Gives the key under which it can be closed. `timeoutMs` 0: stays. */
  show(content: string, status: string, options?: { key?: string; timeout?: number }): string;
  close(key: string): void;
}

export function createMessages(root: HTMLElement): Messages {
  const box = document.createElement('div');
  box.className = 'notifications ui__notifications';
  box.role = 'status';
  root.append(box);
  let last = 0;
  const close = (key: string) => box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  return {
    show(content, status = 'success', options = {}) {
      last += 1;
      const key = options.key ?? `message-${last}`;
      close(key);
      const message = document.createElement('div');
      message.className = `notification-area ui__notification ${status}`;
      message.dataset.key = key;
      const text = isHiccup(content) ? drawn(content) : document.createElement('span');
      if (!isHiccup(content)) text.textContent = content;
      const button = document.createElement('button');
      button.textContent = '×';
      button.ariaLabel = 'Close';
      button.addEventListener('click', () => message.remove());
      message.append(text, button);
      box.append(message);
      const timeout = options.timeout ?? 2_000;
      if (timeout !== 0) setTimeout(() => message.remove(), timeout);
      return key;
    },
    close,
  };
}

/** What begins like an element is read as one by Logseq. */
const isHiccup = (content: string): boolean => /^\s*\[:/.test(content);

/** Of `[:b "text"] and more` the element, with the strings in it: what stands behind it is not read at all. */
function drawn(content: string): HTMLElement {
  const [, tag = 'span', rest = ''] = /^\s*\[:([a-z][a-z0-9-]*)?([^\]]*)/.exec(content) ?? [];
  const element = document.createElement(tag);
  element.textContent = [...rest.matchAll(/"([^"]*)"/g)].map(([, text]) => text).join('');
  return element;
}
