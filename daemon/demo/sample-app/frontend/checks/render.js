// Runs apart from everything (in the sandbox): does the page's board render?
import assert from 'node:assert/strict';
import { board } from '../page/board.js';

const html = board([{ id: 1, text: 'Lift', by: 'Lin' }]);
assert.match(html, /<li>Lift <small>Lin<\/small><\/li>/);
assert.ok(board([]).length > 0);
console.log('The board renders.');
