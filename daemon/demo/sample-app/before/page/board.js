const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

/** The notices as HTML. */
export function board(notices) {
  return `<ul>${notices.map(({ text, by }) => `<li>${escape(text)} <small>${escape(by)}</small></li>`).join('')}</ul>`;
}
