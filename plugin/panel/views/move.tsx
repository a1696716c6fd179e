import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import { isObject, type Json } from '../../../shared/json.ts';
import { movedText } from '../../../shared/run/moved.ts';
import { call, device, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { readShown } from '../model/shown.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Foreign, Line } from '../parts/text.tsx';
import { TrustBody } from './trust.tsx';

/** A run goes on with its edited page: what changes, then the trust and the signature that starting that page needs. */
export function Move({
  run,
  definition,
  done,
}: {
  run: string;
  definition: string;
  done(): Promise<unknown>;
}): JSX.Element {
  const reading = useAsked('definition.read', { definition }, ['trust']);
  const { challenge, failure, changed, busy, sign, again } = useSigning({ kind: 'move', run, definition });
  const [own, setOwn] = useState<{ failure?: Failure; busy: boolean }>({ busy: false });
  const [trusting, setTrusting] = useState(false);
  const { value } = reading;
  const moved = async () => {
    await done();
    say('The run goes on with its edited page.');
    go({ at: 'run', run }, true);
  };
  const writes = value !== undefined && value.effects.length > 0;
  const carryOut = () => {
    if (writes) {
      return sign(async (signature) => {
        await call('move', { run, definition, signature });
        await moved();
      });
    }
    setOwn({ busy: true });
    call('move', { run, definition })
      .then(moved)
      .catch((error: unknown) => setOwn({ busy: false, failure: toFailure(error) }));
  };
  const close = () => void done().then(() => go({ at: 'run', run }, true));
  const shown = challenge && readShown(challenge.shown);
  if (value && !value.trusted && trusting) {
    return (
      <Page title={`Trust “${value.title}”`}>
        <TrustBody reading={value} again={reading.again} />
      </Page>
    );
  }
  const working = busy || own.busy;
  return (
    <Page title="Go on with the edited page?">
      <p>
        <Link to={{ at: 'run', run }}>{shown ? <Foreign text={shown.workflow} /> : 'The run'}</Link>
      </p>
      <Trouble failure={failure ?? reading.failure ?? own.failure} again={again} />
      {changed && (
        <p class="note wait" role="status">
          What is shown has changed. Look at it again before you sign.
        </p>
      )}
      {(!challenge || !value) && !failure && !reading.failure && <Loading />}
      {challenge && (
        <>
          <p>
            <Foreign text={whatChanges(challenge.shown)} characters={1_000} />. What completed is not done again.
          </p>
          <ShownView challenge={challenge} />
        </>
      )}
      {challenge && value && !value.trusted && (
        <div class="row">
          <p class="note wait">Nobody has trusted this version of the page yet.</p>
          <button type="button" class="primary" onClick={() => setTrusting(true)}>
            Review and trust…
          </button>
        </div>
      )}
      {challenge && shown && value?.trusted ? (
        <ArmedBar
          reset={challenge.digest}
          busy={working}
          deeds={[
            { label: 'Dismiss', run: close },
            { label: working ? 'Going on…' : writes ? 'Sign and go on' : 'Go on', filled: true, run: carryOut },
          ]}
        >
          <p class="armed-title">
            <span>Go on with</span> <Line text={shown.workflow} class="strong" />
          </p>
          <p class="dim small">as {device.value?.person}</p>
        </ArmedBar>
      ) : (
        <button type="button" onClick={close}>
          Dismiss
        </button>
      )}
    </Page>
  );
}

/** The same sentence that the timeline will have. */
function whatChanges({ changes, gates }: Record<string, Json>): string {
  const list = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
  const { added, removed, changed } = isObject(changes) ? changes : {};
  return movedText(
    { changes: { added: list(added), removed: list(removed), changed: list(changed) }, gates: list(gates) },
    (gate) => gate,
  );
}
