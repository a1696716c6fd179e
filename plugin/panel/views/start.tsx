import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { DefinitionReading } from '../../../shared/protocol/calls/definitions.ts';
import { declarationsOf, readInputs } from '../../../shared/workflow/inputs.ts';
import { call, device, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { inputFields, inputsFrom } from '../model/form.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Fields } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { Loading, Page, Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Line } from '../parts/text.tsx';
import { May, TrustBody } from './trust.tsx';

/** What is to be started, as far as somebody has said it already. */
export interface Wanted {
  definition: string;
  inputs: JsonObject;
  dryRun: boolean;
  graph?: string | undefined;
  page?: string | undefined;
}

/** Starts a workflow, from what an earlier run had where there is one. */
export function Start({
  definition,
  run,
  graph,
  page,
}: {
  definition: string;
  run?: string | undefined;
  graph?: string;
  page?: string;
}): JSX.Element {
  const [earlier, setEarlier] = useState<Wanted>();
  const asked = run === undefined || earlier ? undefined : { run, after: 0 };
  const { value, failure, again } = useAsked('run.events', asked);
  const first = value?.events[0];
  if (run !== undefined && !earlier) {
    if (first?.type === 'run.started') {
      const { payload } = first;
      const { inputs, dryRun } = payload;
      setEarlier({ definition, inputs, dryRun, graph: payload.graph, page: payload.page });
    }
    return (
      <Page title="Start">
        <Trouble failure={failure} again={again} />
        {!failure && <Loading />}
      </Page>
    );
  }
  return <StartWanted wanted={earlier ?? { definition, inputs: {}, dryRun: false, graph, page }} ready={false} />;
}

/** `ready`: the inputs were filled in elsewhere already, so that only the signature is left. */
export function StartWanted({
  wanted,
  ready,
  done,
}: {
  wanted: Wanted;
  ready: boolean;
  done?: (() => Promise<unknown>) | undefined;
}): JSX.Element {
  const { value, failure, again } = useAsked('definition.read', { definition: wanted.definition }, ['trust']);
  return (
    <Page title={value ? `Start “${value.title}”` : 'Start'}>
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      {value && <StartForm wanted={wanted} reading={value} ready={ready} again={again} done={done} />}
    </Page>
  );
}

function StartForm({
  wanted,
  reading,
  ready,
  again,
  done,
}: {
  wanted: Wanted;
  reading: DefinitionReading;
  ready: boolean;
  again(): void;
  done?: (() => Promise<unknown>) | undefined;
}): JSX.Element {
  const fields = inputFields(declarationsOf(reading.inputs), wanted.inputs);
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [dryRun, setDryRun] = useState(wanted.dryRun);
  const [trusting, setTrusting] = useState(false);
  const graphs = useAsked('status', wanted.graph === undefined ? {} : undefined).value?.graphs ?? [];
  const [chosen, setChosen] = useState<string>();
  // Its pages go where a person says; to the one graph that there is, if there is one.
  const graph = wanted.graph ?? chosen ?? (graphs.length === 1 ? graphs[0]!.id : undefined);
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const header = { header: { settings: { inputs: reading.inputs } } };
  const given = inputsFrom(fields, typed);
  const [reviewed, setReviewed] = useState<JsonObject | undefined>(() =>
    ready && readInputs(header, given).problems.length === 0 ? given : undefined,
  );
  const review = (event: Event) => {
    event.preventDefault();
    const { problems } = readInputs(header, given);
    const found = new Map(
      problems.map(
        ({ input, code, message }) => [input, code === 'input.missing' ? 'Fill this in.' : message] as const,
      ),
    );
    setWrong(found);
    if (found.size === 0) return setReviewed(given);
    const first = fields.findIndex(({ name }) => found.has(name));
    document.getElementById(`field-${first}`)?.focus();
  };
  // Once it is trusted it goes on to what was wanted.
  if (!reading.trusted && trusting) return <TrustBody reading={reading} again={again} />;
  if (!reading.trusted && !dryRun) {
    return (
      <>
        <p class="note wait">
          <Icon tone="wait" square word="not trusted yet" /> Nobody has trusted this version yet, so it can only run
          dry.
        </p>
        <May reading={reading} />
        <div class="row">
          <button type="button" class="primary" onClick={() => setTrusting(true)}>
            Review and trust…
          </button>
          <button type="button" onClick={() => setDryRun(true)}>
            Try it as a dry run
          </button>
        </div>
      </>
    );
  }
  if (reviewed) {
    return (
      <Review
        reading={reading}
        wanted={{ ...wanted, inputs: reviewed, dryRun, graph: graph === '' ? undefined : graph }}
        back={() => setReviewed(undefined)}
        done={done}
      />
    );
  }
  return (
    <form class="form" onSubmit={review} noValidate>
      {fields.length === 0 && <p class="dim">It takes no inputs.</p>}
      <Fields
        fields={fields}
        typed={typed}
        wrong={wrong}
        type={(name, value) => setTyped(new Map(typed).set(name, value))}
      />
      {wanted.graph === undefined && graphs.length > 0 && (
        <div class="field">
          <label for="field-graph">Pages about it are written into</label>
          <select id="field-graph" value={graph ?? ''} onChange={(event) => setChosen(event.currentTarget.value)}>
            <option value="">No graph</option>
            {graphs.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <label class="check-label">
        <input type="checkbox" checked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} /> Dry run:
        go through it all, change nothing
      </label>
      <div class="row">
        <button type="submit" class="primary">
          {reading.effects.length > 0 && !dryRun ? 'Review and sign…' : 'Review…'}
        </button>
      </div>
      <May reading={reading} />
    </form>
  );
}

function Review({
  reading,
  wanted,
  back,
  done,
}: {
  reading: DefinitionReading;
  wanted: Wanted;
  back(): void;
  done?: (() => Promise<unknown>) | undefined;
}): JSX.Element {
  const { definition, inputs, dryRun, graph, page } = wanted;
  const writes = reading.effects.length > 0 && !dryRun;
  // Also what needs no signature is shown as the daemon will take it.
  const { challenge, failure, changed, busy, sign, again } = useSigning({ kind: 'start', definition, inputs });
  const [own, setOwn] = useState<{ failure?: Failure; busy: boolean }>({ busy: false });
  const request = {
    definition,
    inputs,
    ...(dryRun ? { dryRun } : {}),
    ...(graph === undefined ? {} : { graph }),
    ...(page === undefined ? {} : { page }),
  };
  const started = async (run: string) => {
    await done?.();
    say('Started.');
    go({ at: 'run', run }, true);
  };
  const start = () => {
    if (writes) {
      return sign(async (signature) => started((await call('start', { ...request, signature })).run));
    }
    setOwn({ busy: true });
    call('start', request)
      .then(({ run }) => started(run))
      .catch((error: unknown) => setOwn({ busy: false, failure: toFailure(error) }));
  };
  const label = writes ? 'Sign and start' : dryRun ? 'Start the dry run' : 'Start';
  return (
    <>
      {dryRun && (
        <p class="note">A dry run goes through everything and changes nothing: what follows is what it would do.</p>
      )}
      <Trouble failure={failure ?? own.failure} again={again} />
      {changed && (
        <p class="note wait" role="status">
          What is shown has changed. Look at it again before you sign.
        </p>
      )}
      {!challenge && !failure && <Loading />}
      {challenge && <ShownView challenge={challenge} />}
      {challenge ? (
        <ArmedBar
          reset={challenge.digest}
          busy={busy || own.busy}
          deeds={[
            { label: 'Change inputs', run: back },
            { label: busy || own.busy ? 'Starting…' : label, filled: true, run: start },
          ]}
        >
          <p class="armed-title">
            <span>Start</span> <Line text={reading.title} class="strong" />
          </p>
          <p class="dim small">
            as {device.value?.person}
            {writes && (
              <>
                {' '}
                · digest <code>{challenge.digest.slice(0, 16)}</code>
              </>
            )}
          </p>
        </ArmedBar>
      ) : (
        <button type="button" onClick={back}>
          Change inputs
        </button>
      )}
    </>
  );
}
