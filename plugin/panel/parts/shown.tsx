import type { JSX } from 'preact';
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { readShown } from '../model/shown.ts';
import type { Challenge } from './challenge.ts';
import { Icon } from './icon.tsx';
import { Digest, Foreign, Section, Value } from './text.tsx';

/** Everything that a signature is over, as the daemon gave it and nothing else. */
export function ShownView({ challenge }: { challenge: Challenge }): JSX.Element {
  const shown = readShown(challenge.shown);
  return (
    <>
      {shown.checks.length > 0 && (
        <Section title="What was checked">
          <ul class="plain rows">
            {shown.checks.map((check, index) => (
              <li key={index} class="check">
                <Icon tone={check.held ? 'ok' : 'bad'} square word={check.held ? 'holds' : 'does not hold'} />
                <div class="grow">
                  <div>
                    <Foreign text={check.title} />
                  </div>
                  <code class="dim that">
                    <Foreign text={check.that} />
                  </code>
                  <More of={check.more} />
                </div>
                <div class="saw">
                  {check.error === undefined ? <Saw value={check.saw} /> : <Foreign text={check.error} />}
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {shown.effects && (
        <Section title="What follows">
          {shown.effects.length === 0 ? (
            <p class="dim">Nothing follows that changes anything.</p>
          ) : (
            <ol class="plain rows">
              {shown.effects.map((effect, index) => (
                <li key={index} class="effect">
                  <span class="number">{index + 1}</span>
                  <div class="grow">
                    <Foreign text={effect.title} /> <code class="dim">{effect.uses}</code>
                    <More of={effect.more} />
                  </div>
                  <span class={effect.irreversible ? 'tag bad' : 'tag'}>
                    {effect.irreversible ? 'cannot be undone' : effect.effect === 'write' ? 'changes' : effect.effect}
                  </span>
                </li>
              ))}
            </ol>
          )}
        </Section>
      )}
      {shown.inputs.length > 0 && (
        <Section title="Inputs">
          <dl class="pairs">
            {shown.inputs.map(([name, value]) => (
              <div key={name}>
                <dt>
                  <Foreign text={name} />
                </dt>
                <dd>
                  <Value value={value} label={name} />
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      <Section title="What is signed">
        <dl class="pairs">
          {shown.workflow !== '' && (
            <div>
              <dt>Workflow</dt>
              <dd>
                <Foreign text={shown.workflow} />
              </dd>
            </div>
          )}
          {shown.run !== undefined && (
            <div>
              <dt>Run</dt>
              <dd>
                <code>{shown.run}</code>
              </dd>
            </div>
          )}
          {shown.definition !== undefined && (
            <div>
              <dt>Definition</dt>
              <dd>
                <Digest value={shown.definition} label="the definition’s hash" />
              </dd>
            </div>
          )}
          {shown.evidence !== undefined && (
            <div>
              <dt>Evidence</dt>
              <dd>
                <Digest value={shown.evidence} label="the digest of the evidence" />
              </dd>
            </div>
          )}
          <div>
            <dt>Digest of all this</dt>
            <dd>
              <Digest value={challenge.digest} label="the digest" />
            </dd>
          </div>
        </dl>
        <More of={shown.more} />
      </Section>
    </>
  );
}

/** What a check saw: several values each on a line of their own, with the name that it has in the expression. */
function Saw({ value }: { value: Json }): JSX.Element {
  const label = 'what the check saw';
  const values = isObject(value) ? Object.entries(value) : [];
  if (values.length === 0 || values.length > 8) return <Value value={value} label={label} />;
  return (
    <dl class="seen">
      {values.map(([name, one]) => (
        <div key={name}>
          <dt class="dim">
            <Foreign text={name} />
          </dt>
          <dd>
            <Value value={one} label={label} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Fields that this panel has no drawing for are shown as they are: they are signed, too. */
function More({ of }: { of: JsonObject }): JSX.Element | null {
  if (Object.keys(of).length === 0) return null;
  return (
    <dl class="pairs">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>
            <Foreign text={name} />
          </dt>
          <dd>
            <Value value={value} label={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
