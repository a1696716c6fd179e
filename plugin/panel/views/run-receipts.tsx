import type { JSX } from 'preact';
import { receiptsOf, type StageReceipt } from '../../../shared/run/receipts.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { Icon } from '../parts/icon.tsx';
import { Foreign, Section } from '../parts/text.tsx';

/** What each persona was offered, used and was refused, stage by stage, and what that cost in tokens. */
export function Receipts({ state }: { state: RunState }): JSX.Element {
  const receipts = receiptsOf(state);
  return (
    <Section title="What each persona used">
      {receipts.length === 0 ? (
        <p class="dim">No step has acted yet.</p>
      ) : (
        receipts.map((receipt) => <Receipt key={`${receipt.stage} ${receipt.persona}`} receipt={receipt} />)
      )}
    </Section>
  );
}

function Receipt({ receipt }: { receipt: StageReceipt }): JSX.Element {
  const { title, persona, used, refused, offered, forecast, spent, tokenizer } = receipt;
  const uses = Object.entries(used);
  const tools = [...new Set(offered.flatMap((one) => one.tools))];
  return (
    <div class="receipt">
      <h3>
        <Foreign text={persona} characters={80} />
        {title !== '' && (
          <span class="dim">
            {' '}
            in <Foreign text={title} characters={80} />
          </span>
        )}
      </h3>
      <dl class="costs">
        <div>
          <dt>Offered</dt>
          <dd>{count(tools.length, 'tool')}</dd>
        </div>
        <div>
          <dt>Used</dt>
          <dd>{count(uses.length, 'tool')}</dd>
        </div>
        <div>
          <dt>Refused</dt>
          <dd>{refused.length}</dd>
        </div>
        <div>
          <dt>Tokens, forecast</dt>
          <dd>{forecast.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Tokens, spent</dt>
          <dd>{spent.toLocaleString('en')}</dd>
        </div>
      </dl>
      {uses.length === 0 && refused.length === 0 && <p class="dim">It has used nothing yet.</p>}
      <ul class="plain rows">
        {uses.map(([name, times]) => (
          <li key={name}>
            <code class="grow">
              <Foreign text={name} characters={120} />
            </code>
            <span class="number">{times} ×</span>
          </li>
        ))}
        {refused.map(({ wanted, why, at, by }) => (
          <li key={`${wanted} ${at}`}>
            <Icon tone="bad" square word="refused" />
            <code>
              <Foreign text={wanted} characters={120} />
            </code>
            <span class="grow">
              <Foreign text={why} />
              {by !== undefined && (
                <span class="dim">
                  {' '}
                  (asked by <Foreign text={by} characters={60} />)
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {offered.map(({ to, tools: given, shortened, tokens, budget }) => (
        <details key={to}>
          <summary>
            Offered to <Foreign text={to} characters={60} />: {count(given.length, 'tool')},{' '}
            {tokens.toLocaleString('en')} tokens
            {budget === undefined ? '' : ` of at most ${budget.toLocaleString('en')}`}
          </summary>
          <ul class="plain rows">
            {given.map((name) => (
              <li key={name}>
                <code class="grow">
                  <Foreign text={name} characters={120} />
                </code>
                {shortened.includes(name) && <span class="tag">shortened</span>}
              </li>
            ))}
          </ul>
        </details>
      ))}
      {tokenizer !== undefined && (
        <p class="dim small">
          Counted by <Foreign text={tokenizer} characters={60} />.
        </p>
      )}
    </div>
  );
}

function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : `${what}s`}`;
}
