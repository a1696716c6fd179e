import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { CallResults } from '../../../shared/protocol/calls.ts';
import { call, device, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Foreign, Line, Section } from '../parts/text.tsx';

type Found = CallResults['suggest'];
type About = { kind: 'page'; text: string };
type Labels = { workflow?: string; persona?: string };
const DIMENSIONS = ['workflow', 'persona'] as const;
const NONE = 'none';

/** Which workflow and persona fit what somebody says in words; and what it really is, which suggestions learn from. */
export function Suggest(): JSX.Element {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{ about: About; found: Found }>();
  const [failure, setFailure] = useState<Failure>();
  const ask = (event: Event) => {
    event.preventDefault();
    const about: About = { kind: 'page', text: text.trim() };
    if (about.text === '') return;
    setFailure(undefined);
    call('suggest', about).then(
      (found) => setAsked({ about, found }),
      (error: unknown) => setFailure(toFailure(error)),
    );
  };
  return (
    <Section title="Which one fits?">
      <form class="row" onSubmit={ask}>
        <input
          class="grow"
          aria-label="What is to be done, in a few words"
          placeholder="What is to be done, in a few words"
          maxLength={2_000}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Suggest</button>
      </form>
      <Trouble failure={failure} />
      {asked && <Answer key={asked.about.text} about={asked.about} found={asked.found} />}
    </Section>
  );
}

function Answer({ about, found }: { about: About; found: Found }): JSX.Element {
  const [teaching, setTeaching] = useState(false);
  return (
    <>
      <dl class="pairs">
        {DIMENSIONS.map((dimension) => {
          const { label, candidates } = found[dimension];
          const [first] = candidates;
          return (
            <div key={dimension}>
              <dt>{dimension === 'workflow' ? 'Workflow' : 'Persona'}</dt>
              <dd>
                {label === null ? 'Not sure enough' : <Foreign text={label} />}
                {first && (
                  <span class="dim small">
                    {' '}
                    {label === null && (
                      <>
                        · perhaps <Foreign text={first.label} />
                      </>
                    )}{' '}
                    · {Math.round(first.confidence * 100)} % · <Line text={first.reasons.join(', ')} />
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {teaching ? (
        <Teach about={about} done={() => setTeaching(false)} />
      ) : (
        <button type="button" onClick={() => setTeaching(true)}>
          Say what it is…
        </button>
      )}
    </>
  );
}

/** What it really is, by a signature: nothing else is learned from. */
function Teach({ about, done }: { about: About; done(): void }): JSX.Element {
  const [labels, setLabels] = useState<Labels>({});
  const workflows = useAsked('workflows.list', {}).value?.flatMap(({ name, shipped }) => (shipped ? [name] : []));
  const personas = useAsked('personas.list', {}, ['trust']).value?.map(({ id }) => id);
  const options = { workflow: workflows ?? [], persona: personas ?? [] };
  const said = Object.keys(labels).length > 0;
  const signing = useSigning(said ? { kind: 'correction', about, labels } : undefined);
  const { challenge, failure, busy, sign, again } = signing;
  const teach = () =>
    sign(async (signature) => {
      const { corrections } = await call('suggest.correct', { about, labels, signature });
      say(`Learned. That makes ${corrections} that people here have said.`);
      done();
    });
  return (
    <>
      <div class="form">
        {DIMENSIONS.map((dimension) => (
          <div class="field" key={dimension}>
            <label for={`is-${dimension}`}>{dimension === 'workflow' ? 'The workflow is' : 'The persona is'}</label>
            <select
              id={`is-${dimension}`}
              value={labels[dimension] ?? ''}
              onChange={({ currentTarget: { value } }) => {
                const { [dimension]: _, ...others } = labels;
                setLabels(value === '' ? others : { ...others, [dimension]: value });
              }}
            >
              <option value="">Not said</option>
              <option value={NONE}>None of these</option>
              {options[dimension].map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
      <Trouble failure={failure} again={again} />
      {challenge && <ShownView challenge={challenge} />}
      {challenge && (
        <ArmedBar
          reset={challenge.digest}
          busy={busy}
          deeds={[
            { label: 'Leave it', run: done },
            { label: busy ? 'Signing…' : 'Sign: that is it', filled: true, run: teach },
          ]}
        >
          <p class="armed-title">Suggestions learn this</p>
          <p class="dim small">
            as {device.value?.person} · digest <code>{challenge.digest.slice(0, 16)}</code>
          </p>
        </ArmedBar>
      )}
    </>
  );
}
