import { board } from './board.js';
import { listNotices, postNotice } from './client.js';

const list = document.querySelector('#board');
const form = document.querySelector('#post');
const said = document.querySelector('#said');

async function show() {
  list.innerHTML = board(await listNotices());
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { text, by } = Object.fromEntries(new FormData(form));
  try {
    await postNotice({ body: { text, by } });
    form.reset();
    said.textContent = 'Your notice is on the board.';
    await show();
  } catch (error) {
    said.textContent = error.message;
  }
});

await show();
