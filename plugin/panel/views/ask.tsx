import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { Json } from '../../../shared/json.ts';
import { call, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { answerFrom, schemaFields } from '../model/form.ts';
import { headingOf } from '../model/question.ts';
import { moment } from '../model/time.ts';
import { useNow } from '../now.ts';
import { Fields } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign } from '../parts/text.tsx';
import type { OpenRequest } from '../../../shared/run/summary.ts';

/** A question of a run, and its answer: one of its options, a form, or a text. */
export function Ask({ run, node }: { run: string; node: string }): JSX.Element {
  const { value, failure, again } = useAsked('requests', { run }, ['events', 'runs']);
  const request = value?.find((each) => each.kind === 'ask' && each.node === node);
  if (request?.kind === 'ask')
    return <Question request={request} asking={<Trouble failure={failure} again={again} />} />;
  return (
    <Page title="Question">
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      {value && (
        <Empty title="This is not asked any more.">
          <Link to={{ at: 'run', run }}>To the run</Link>
        </Empty>
      )}
    </Page>
  );
}

const TEXT = { type: 'string', title: 'Answer' };

function Question({
  request,
  asking,
}: {
  request: Extract<OpenRequest, { kind: 'ask' }>;
  /** What went wrong where it was asked whether this still stands. */
  asking: JSX.Element;
}): JSX.Element {
  const { run, node, question, because, options, form, deadline } = request;
  const now = useNow(deadline !== undefined);
  const workflow = useAsked('run.definition', { run }).value?.definition.header.title;
  const [choice, setChoice] = useState<string>();
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const give = async (answer: Json) => {
    setBusy(true);
    try {
      await call('answer', { run, node, answer });
      say('Answered.');
      go({ at: 'run', run }, true);
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !event.isTrusted) return;
    if (options) {
      if (choice === undefined) return setWrong(new Map([['choice', 'Choose one of the options.']]));
      return void give(choice);
    }
    const read = answerFrom(form ?? TEXT, typed);
    if ('wrong' in read) {
      const first = schemaFields(form ?? TEXT).findIndex(({ name }) => read.wrong.has(name));
      document.getElementById(`field-${first}`)?.focus();
      return setWrong(read.wrong);
    }
    setWrong(new Map());
    void give(read.answer);
  };
  const { heading, more } = headingOf(question);
  return (
    <Page title={heading} icon={<Icon tone="wait" word="waits for an answer" />}>
      <p class="dim">
        <Link to={{ at: 'run', run }}>{workflow === undefined ? 'The run' : <Foreign text={workflow} />}</Link>
        {deadline !== undefined && ` · until ${moment(deadline, now)}`}
      </p>
      {because !== undefined && (
        <p class="note">
          <Foreign text={because} />
        </p>
      )}
      {more !== '' && (
        <p>
          <Foreign text={more} characters={1_000} />
        </p>
      )}
      {asking}
      <form class="form" onSubmit={submit} noValidate>
        {options ? (
          <fieldset class="options">
            <legend class="hidden">Answer</legend>
            {options.map((option) => (
              <label key={option} class="option">
                <input type="radio" name="answer" checked={choice === option} onChange={() => setChoice(option)} />
                <span class="grow">
                  <Foreign text={option} />
                </span>
              </label>
            ))}
            {wrong.has('choice') && (
              <p class="said bad" role="alert">
                {wrong.get('choice')}
              </p>
            )}
          </fieldset>
        ) : (
          <Fields
            fields={schemaFields(form ?? TEXT)}
            typed={typed}
            wrong={wrong}
            type={(name, value) => setTyped(new Map(typed).set(name, value))}
          />
        )}
        <Trouble failure={failure} />
        <div class="row">
          <button type="submit" class="primary" aria-disabled={busy ? 'true' : undefined}>
            {busy ? 'Answering…' : 'Answer'}
          </button>
        </div>
      </form>
    </Page>
  );
}
