import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../api/http.js';
import { createBoard } from '../api/notices.js';
import { openapi } from '../api/openapi.js';

const post = (board, body) => answer(board, 'POST', '/api/notices', JSON.stringify(body));

test('an empty board is an empty list', () => {
  assert.deepEqual(answer(createBoard(), 'GET', '/api/notices', ''), { status: 200, body: [] });
});

test('what is not there is said', () => {
  assert.equal(answer(createBoard(), 'GET', '/api/nothing', '').status, 404);
});

test('a notice that was posted is on the board, the newest first', () => {
  const board = createBoard();
  assert.deepEqual(post(board, { text: ' Lift ', by: 'Lin' }), {
    status: 201,
    body: { id: 1, text: 'Lift', by: 'Lin' },
  });
  post(board, { text: 'Heating', by: 'Ada' });
  const { body } = answer(board, 'GET', '/api/notices', '');
  assert.deepEqual(
    body.map(({ text }) => text),
    ['Heating', 'Lift'],
  );
});

test('a notice without text or name, or too long, is refused and not kept', () => {
  const board = createBoard();
  for (const body of [
    null,
    {},
    { text: '   ', by: 'Lin' },
    { text: 'Lift', by: '' },
    { text: 'x'.repeat(281), by: 'Lin' },
  ]) {
    const { status, body: said } = post(board, body);
    assert.equal(status, 422, JSON.stringify(body));
    assert.match(said.error, /notice/);
  }
  assert.deepEqual(board.all(), []);
});

test('a body that is no JSON is refused', () => {
  assert.equal(answer(createBoard(), 'POST', '/api/notices', '{').status, 400);
});

test('the document has every route', () => {
  assert.deepEqual(Object.keys(openapi().paths['/api/notices']), ['get', 'post']);
});
