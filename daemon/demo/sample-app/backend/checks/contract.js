// Runs apart from everything (in the sandbox): does the API do what was agreed?
import assert from 'node:assert/strict';
import { answer } from '../api/http.js';
import { createBoard } from '../api/notices.js';

const board = createBoard();
const posted = answer(board, 'POST', '/api/notices', JSON.stringify({ text: 'Lift', by: 'Lin' }));
assert.equal(posted.status, 201);
assert.deepEqual(Object.keys(posted.body).sort(), ['by', 'id', 'text']);
const listed = answer(board, 'GET', '/api/notices', '');
assert.equal(listed.status, 200);
assert.deepEqual(listed.body, [posted.body]);
console.log('GET and POST /api/notices are as agreed.');
