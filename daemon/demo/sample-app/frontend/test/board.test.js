import assert from 'node:assert/strict';
import { test } from 'node:test';
import { board } from '../page/board.js';

test('a notice is shown as text, whatever it holds', () => {
  const html = board([{ id: 1, text: 'Lift <b>', by: 'Lin' }]);
  assert.match(html, /Lift &#60;b&#62;/);
  assert.match(html, /<small>Lin<\/small>/);
});

test('an empty board says so', () => {
  assert.match(board([]), /Nothing is on the board yet/);
});
