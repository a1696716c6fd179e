import type { JSX } from 'preact';
import type { Json } from '../../../shared/json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { moment } from '../model/time.ts';
import { Empty } from '../parts/page.tsx';
import { Foreign, Section, Value } from '../parts/text.tsx';

/** What went in, what came out, and what the run remembered. */
export function Data({ state }: { state: RunState }): JSX.Element {
  const inputs = Object.entries(state.inputs);
  const memory = [...state.memory];
  const outputs = [...state.nodes.values()].filter(({ output }) => output !== undefined && output !== null);
  return (
    <>
      {state.dryRun && <p class="dim">A dry run: the outputs of what was not done stand for what would be there.</p>}
      <Section title="Inputs">{inputs.length === 0 ? <p class="dim">None.</p> : <Pairs of={inputs} />}</Section>
      {state.output !== undefined && state.output !== null && (
        <Section title="Output of the run">
          <Value value={state.output} label="the output" />
        </Section>
      )}
      <Section title="Outputs">
        {outputs.length === 0 ? (
          <Empty title="Nothing yet." />
        ) : (
          <Pairs of={outputs.map(({ key, output }) => [key, output ?? null] as const)} />
        )}
      </Section>
      <Section title="Memory">
        {memory.length === 0 ? <p class="dim">Nothing was remembered.</p> : <Pairs of={memory} />}
      </Section>
      {state.notes.length > 0 && (
        <Section title="Notes">
          <ul class="plain rows">
            {state.notes.map(({ at, text, by }, index) => (
              <li key={index}>
                <span class="dim">{moment(at, Date.now())}</span>
                <span class="grow">
                  <Foreign text={text} />
                </span>
                <span class="dim">
                  <Foreign text={by.name} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Pairs({ of }: { of: readonly (readonly [string, Json])[] }): JSX.Element {
  return (
    <dl class="pairs">
      {of.map(([name, value]) => (
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
