const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

/** The notices as HTML; a sentence where there are none. */
export function board(notices) {
  if (notices.length === 0) return '<p>Nothing is on the board yet.</p>';
  return `<ul>${notices.map(({ text, by }) => `<li>${escape(text)} <small>${escape(by)}</small></li>`).join('')}</ul>`;
}
