import type { JSX } from 'preact';
import type { DefinitionReading } from '../../../shared/protocol/calls/definitions.ts';
import { call, device, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { exactly } from '../model/time.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Diff } from '../parts/diff.tsx';
import { Icon } from '../parts/icon.tsx';
import { Loading, Page, Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Digest, Foreign, Line, Section, Verbatim } from '../parts/text.tsx';

/** Whether a workflow may run at all: what it may do, and how it differs from what was trusted before. */
export function Trust({ definition }: { definition: string }): JSX.Element {
  const { value, failure, again } = useAsked('definition.read', { definition }, ['trust']);
  return (
    <Page
      title={value ? `Trust “${value.title}”` : 'Trust'}
      icon={<Icon tone={value?.trusted ? 'ok' : 'wait'} square word={value?.trusted ? 'trusted' : 'not trusted yet'} />}
    >
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      {value && <TrustBody reading={value} again={again} />}
    </Page>
  );
}

/** What somebody reads and signs to trust a version. */
export function TrustBody({ reading, again }: { reading: DefinitionReading; again(): void }): JSX.Element {
  const {
    challenge,
    failure,
    changed,
    busy,
    sign,
    again: anew,
  } = useSigning(reading.trusted ? undefined : { kind: 'trust', definition: reading.hash });
  const trust = () =>
    sign(async (signature) => {
      await call('trust', { definition: reading.hash, signature });
      say('Trusted.');
      again();
    });
  return (
    <>
      {reading.trusted ? (
        <p class="note ok">
          This version is trusted
          {reading.trustedBy && (
            <>
              {' '}
              by <Foreign text={reading.trustedBy.person} /> since {exactly(reading.trustedBy.at)}
            </>
          )}
          .
        </p>
      ) : (
        <p>
          {reading.persona
            ? 'No stage can work under it before somebody trusts it. Trust is for exactly this text; until a change is trusted, too, what was trusted holds.'
            : 'Nothing of it runs before somebody trusts it: no network, no credentials. Trust is for exactly this text; when the page changes, it is asked for again.'}
        </p>
      )}
      <May reading={reading} />
      <Difference reading={reading} />
      {challenge && <ShownView challenge={challenge} />}
      {changed && (
        <p class="note wait" role="status">
          What is shown has changed. Look at it again before you sign.
        </p>
      )}
      <Trouble failure={failure} again={anew} />
      {challenge && (
        <ArmedBar
          reset={challenge.digest}
          busy={busy}
          deeds={[{ label: busy ? 'Signing…' : 'Sign: trust it', filled: true, run: trust }]}
        >
          <p class="armed-title">
            <span>Trust</span> <Line text={reading.title} class="strong" />
          </p>
          <p class="dim small">
            as {device.value?.person} · digest <code>{challenge.digest.slice(0, 16)}</code>
          </p>
        </ArmedBar>
      )}
    </>
  );
}

/** What a workflow may do. */
export function May({ reading }: { reading: DefinitionReading }): JSX.Element {
  const { effects, secrets, personas, calls, persona } = reading;
  return (
    <Section title="What it may do">
      {persona ? (
        <dl class="pairs">
          <Names label="Actions" names={persona.actions} none="None" />
          <Names label="Tools of MCP servers" names={persona.tools} none="None" />
        </dl>
      ) : effects.length === 0 ? (
        <p class="dim">It reads, and changes nothing.</p>
      ) : (
        <ul class="plain rows">
          {effects.map((effect) => (
            <li key={effect.path} class="effect">
              <div class="grow">
                <Foreign text={effect.title} /> <code class="dim">{effect.uses}</code>
              </div>
              {effect.persona !== undefined && (
                <span class="pill">
                  <Line text={effect.persona} />
                </span>
              )}
              <span class={effect.effect === 'irreversible' ? 'tag bad' : 'tag'}>
                {effect.effect === 'irreversible' ? 'cannot be undone' : 'changes'}
              </span>
            </li>
          ))}
        </ul>
      )}
      <dl class="pairs">
        <Names label="Secrets it reads" names={secrets} none="None" />
        <Names label={persona ? 'Named by stages as' : 'Personas'} names={personas} none="None" />
        {!persona && <Names label="Workflows it calls" names={calls} none="None" />}
        <div>
          <dt>Definition</dt>
          <dd>
            <Digest value={reading.hash} label="the definition’s hash" />
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function Names({ label, names, none }: { label: string; names: readonly string[]; none: string }): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {names.length === 0 && <span class="dim">{none}</span>}
        {names.map((name) => (
          <span class="pill" key={name}>
            <Line text={name} />
          </span>
        ))}
      </dd>
    </div>
  );
}

function Difference({ reading }: { reading: DefinitionReading }): JSX.Element {
  const { text, before } = reading;
  if (!before) {
    return (
      <Section title="The whole text">
        <p class="dim">No version of it was trusted before.</p>
        <Verbatim text={text} label="the whole text" />
      </Section>
    );
  }
  return (
    <Section title="What changed since the version trusted last">
      <Diff before={before.text} after={text} />
      <details class="fold">
        <summary>The whole text</summary>
        <Verbatim text={text} label="the whole text" />
      </details>
    </Section>
  );
}
