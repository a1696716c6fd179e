import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { device, signOut, status } from '../app.ts';
import { useAsked } from '../asked.ts';
import { Page, Trouble } from '../parts/page.tsx';
import { Foreign, Section } from '../parts/text.tsx';
import { Servers } from './server.tsx';
import { choose, chosen, type Theme } from '../theme.ts';
import { VERSION } from '../version.ts';

const THEMES: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** How it looks, who this browser is, and what it is connected with. */
export function Settings(): JSX.Element {
  const [sure, setSure] = useState(false);
  const { value, failure } = useAsked('status', {});
  const now = status.value;
  return (
    <Page title="Settings">
      <Section title="Look">
        <fieldset class="chips">
          <legend class="hidden">Theme</legend>
          {Object.entries(THEMES).map(([theme, label]) => (
            <label key={theme} class="chip">
              <input
                type="radio"
                name="theme"
                checked={chosen.value === theme}
                onChange={() => choose(theme as Theme)}
              />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
      </Section>
      <Section title="This browser">
        <p>
          It signs as <strong>{device.value && <Foreign text={device.value.person} />}</strong>. Its key cannot be
          copied out of it.
        </p>
        <p class="dim small">
          Device <code>{device.value?.device}</code>
        </p>
        {sure ? (
          <div class="row">
            <span class="grow">The key is deleted. To sign here again takes a new code.</span>
            <button type="button" onClick={() => setSure(false)}>
              Keep it
            </button>
            <button type="button" class="danger" onClick={(event) => event.isTrusted && void signOut()}>
              Sign out
            </button>
          </div>
        ) : (
          <button type="button" onClick={() => setSure(true)}>
            Sign out…
          </button>
        )}
      </Section>
      <Servers />
      <Section title="Daemon">
        <Trouble failure={failure} />
        <dl class="pairs">
          <div>
            <dt>Version</dt>
            <dd>
              {now.is === 'online' ? now.welcome.version : '—'} <span class="dim">(panel {VERSION})</span>
            </dd>
          </div>
          {value && (
            <>
              <div>
                <dt>Data directory</dt>
                <dd>
                  <code>{value.home}</code>
                </dd>
              </div>
              <div>
                <dt>Sandbox</dt>
                <dd>
                  {value.sandbox.level} <span class="dim">({value.sandbox.why})</span>
                </dd>
              </div>
              <div>
                <dt>Graphs</dt>
                <dd>
                  {value.graphs.length === 0 && <span class="dim">None is open</span>}
                  {value.graphs.map((graph) => (
                    <div key={graph.id}>
                      <Foreign text={graph.name} />{' '}
                      <span class="dim">
                        ({graph.kind === 'db' ? 'database' : 'files'}, by {graph.by})
                      </span>
                    </div>
                  ))}
                </dd>
              </div>
            </>
          )}
        </dl>
      </Section>
    </Page>
  );
}
