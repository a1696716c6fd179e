import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../api/http.js';
import { createBoard } from '../api/notices.js';

test('an empty board is an empty list', () => {
  assert.deepEqual(answer(createBoard(), 'GET', '/api/notices', ''), { status: 200, body: [] });
});

test('what is not there is said', () => {
  assert.equal(answer(createBoard(), 'GET', '/api/nothing', '').status, 404);
});
