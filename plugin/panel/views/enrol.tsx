import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { device, enrol, status, trouble } from '../app.ts';
import { ALONE } from '../frame.ts';
import { Page } from '../parts/page.tsx';

/** This browser becomes a person's signing device (security.md 2). */
export function Enrol(): JSX.Element {
  const [code, setCode] = useState('');
  const [person, setPerson] = useState('');
  const [pin, setPin] = useState('');
  const now = status.value;
  const busy = now.is === 'connecting';
  const refused = now.is === 'refused' && now.code !== 'version' ? now.message : '';
  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    void enrol({ code: code.trim(), person: person.trim(), pin });
    setPin('');
  };
  if (trouble.value !== undefined) {
    return (
      <Page title="This window cannot hold a key">
        <p>{trouble.value}</p>
        {!ALONE && (
          <p>
            <a class="button primary" href={location.href} target="_blank" rel="noopener">
              Open in browser
            </a>
          </p>
        )}
      </Page>
    );
  }
  return (
    <Page title={device.value ? 'This device is no longer known' : 'Make this browser a signing device'}>
      <p>
        People start, trust and sign workflows here. The key is made in this browser and cannot be copied out of it; it
        signs in your name, so enrol only a browser that is yours.
      </p>
      <ol class="steps">
        <li>
          In a terminal, if you are not known yet: <code>stagebook people add</code>
        </li>
        <li>
          Get a code, good for a minute: <code>stagebook pair --panel</code>
        </li>
      </ol>
      <form class="form" onSubmit={submit}>
        <label>
          <span>Code</span>
          <input
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
            name="code"
            required
            maxLength={50}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            aria-describedby="enrol-said"
          />
        </label>
        <label>
          <span>Your name, as in stagebook people</span>
          <input
            value={person}
            onInput={(event) => setPerson(event.currentTarget.value)}
            name="person"
            required
            maxLength={200}
            autoComplete="username"
          />
        </label>
        <label>
          <span>PIN</span>
          <input
            type="password"
            value={pin}
            onInput={(event) => setPin(event.currentTarget.value)}
            name="pin"
            required
            maxLength={200}
            autoComplete="off"
          />
        </label>
        <p id="enrol-said" class={refused ? 'said bad' : 'said'} role="alert">
          {refused}
        </p>
        <button type="submit" class="primary" aria-disabled={busy ? 'true' : undefined}>
          {busy ? 'Asking…' : 'Enrol this browser'}
        </button>
      </form>
    </Page>
  );
}
