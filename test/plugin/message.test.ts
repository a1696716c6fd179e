import { expect, it } from 'vitest';
import { toMessage } from '../../plugin/message.ts';

it.each(['[:img {:src "http://127.0.0.1:9/x"}]', ' \n[:b "bold"] and the rest', '\u00A0[:'])(
  'says %j to the letter, and Logseq does not draw it [ui.window.said]',
  (text) => {
    const said = toMessage(text);
    // Logseq looks behind blanks for what begins an element.
    expect(said.trimStart().startsWith('[:')).toBe(false);
    expect(said.endsWith(text)).toBe(true);
  },
);

it('leaves other messages as they are [ui.window.said]', () => {
  for (const text of ['Fill in “[:b]” first.', '[x] is done', '']) expect(toMessage(text)).toBe(text);
});
