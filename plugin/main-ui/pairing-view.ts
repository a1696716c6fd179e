import type { Status } from '../connection.ts';
import { button, element, type View } from './dom.ts';

export interface PairingView extends View {
  status(status: Status): void;
}

/** How a Logseq and a daemon find each other: a code from a terminal, typed here once. */
export function makePairingView(pair: (code: string) => void, again: () => void): PairingView {
  const code = element('input', {
    id: 'code',
    name: 'code',
    required: '',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '50',
    'aria-describedby': 'said',
  });
  const said = element('p', { id: 'said', role: 'status' });
  const connect = element('button', { type: 'submit', class: 'primary' }, 'Connect');
  const form = element(
    'form',
    { class: 'pairing' },
    element('h2', {}, 'Connect Logseq with Stagebook'),
    element(
      'ol',
      {},
      element(
        'li',
        {},
        'Start the daemon: ',
        element('code', {}, 'stagebook service install'),
        ', or for now ',
        element('code', {}, 'stagebook up'),
      ),
      element('li', {}, 'Get a code, good for a minute: ', element('code', {}, 'stagebook pair')),
    ),
    element('label', { for: 'code' }, 'Code'),
    element('div', { class: 'row' }, code, connect),
    said,
    element('p', { class: 'dim' }, 'A connected plugin reads and proposes. People start, trust and sign in the panel.'),
    button('Try again', again, { class: 'link', hidden: '' }),
  );
  const retry = form.querySelector<HTMLButtonElement>('button.link')!;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = code.value.trim();
    if (typed !== '') pair(typed);
  });
  return {
    node: element('div', { class: 'fill scroll' }, form),
    focus: () => code.focus(),
    status(status) {
      const known = status.is === 'offline' || (status.is === 'refused' && status.code === 'version');
      for (const part of form.querySelectorAll<HTMLElement>('label, .row')) part.hidden = known;
      retry.hidden = !known;
      said.textContent = textOf(status);
      said.classList.toggle('said', status.is === 'refused');
    },
  };
}

function textOf(status: Status): string {
  if (status.is === 'connecting') return 'Connecting…';
  if (status.is === 'offline') return 'The daemon does not answer. Start it as above; this goes on by itself.';
  if (status.is !== 'refused') return '';
  if (status.code === 'code') return 'This code is wrong or too old. Get a new one: stagebook pair';
  if (status.code === 'token') return 'The daemon does not know this Logseq any more. Connect it again.';
  return status.message;
}
