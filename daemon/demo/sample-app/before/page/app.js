import { board } from './board.js';

const answer = await fetch('/api/notices');
document.querySelector('#board').innerHTML = board(await answer.json());
