import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { CallResults } from '../../../shared/protocol/calls.ts';
import { verifySignature } from '../../../shared/signature.ts';
import { call } from '../app.ts';
import type { RunView } from '../live-run.ts';
import { signaturesOf, type SignedFact } from '../model/receipts.ts';
import { exactly } from '../model/time.ts';
import { Icon } from '../parts/icon.tsx';
import { Receipts } from './run-receipts.tsx';
import { Trouble } from '../parts/page.tsx';
import { Digest, Foreign, Section } from '../parts/text.tsx';

/** Who agreed to what, which persona used what, and whether all of it holds. */
export function Proofs({ view }: { view: RunView }): JSX.Element {
  const signatures = signaturesOf(view.events);
  return (
    <>
      <Verification run={view.run} />
      <Section title="Signatures">
        {signatures.length === 0 ? (
          <p class="dim">Nobody has signed anything in this run.</p>
        ) : (
          <ul class="plain rows">
            {signatures.map((fact) => (
              <Signed key={fact.seq} fact={fact} />
            ))}
          </ul>
        )}
      </Section>
      <Receipts state={view.state} />
      <Section title="Definition">
        <Digest value={view.hash} label="the definition’s hash" />
      </Section>
    </>
  );
}

function Signed({ fact }: { fact: SignedFact }): JSX.Element {
  const { signature, what, at } = fact;
  const [holds, setHolds] = useState<boolean>();
  // A start under an earlier signature of the last 8 hours has none of its own.
  const own = signature.signature !== '';
  useEffect(() => {
    if (own) void verifySignature(signature).then(setHolds);
  }, [own, signature]);
  return (
    <li>
      <Icon
        tone={!own || holds === undefined ? 'idle' : holds ? 'ok' : 'bad'}
        square
        word={
          !own
            ? 'under an earlier signature'
            : holds === undefined
              ? 'being checked'
              : holds
                ? 'holds'
                : 'does not hold'
        }
      />
      <div class="grow">
        <div>
          <Foreign text={signature.person} /> <Foreign text={what} />
          {!own && <span class="dim"> under an earlier signature</span>}
        </div>
        {own && (
          <div class="dim small">
            <Digest value={signature.digest} label="the digest" />
          </div>
        )}
      </div>
      <time class="dim small">{exactly(at)}</time>
    </li>
  );
}

function Verification({ run }: { run: string }): JSX.Element {
  const [result, setResult] = useState<CallResults['run.verify']>();
  const [failure, setFailure] = useState<Failure>();
  const verify = () => {
    setFailure(undefined);
    call('run.verify', { run }).then(setResult, (error: unknown) => setFailure(toFailure(error)));
  };
  return (
    <Section
      title="Does the record hold?"
      extra={
        <button type="button" onClick={verify}>
          Verify
        </button>
      }
    >
      <div role="status">
        {!result && !failure && (
          <p class="dim">
            Checks the chain of events and every signature. Anybody can, offline: <code>stagebook verify {run}</code>
          </p>
        )}
        {result && (
          <p class={result.holds ? 'note ok' : 'note bad'}>
            {result.holds
              ? `All ${result.events} events and ${result.signatures} signatures hold.`
              : `It does not hold: ${result.problems.join(' ')}`}
          </p>
        )}
        {result && <Digest value={result.hash} label="the hash of the last event" />}
        <Trouble failure={failure} />
      </div>
    </Section>
  );
}
