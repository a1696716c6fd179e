import type { JSX } from 'preact';
import type { Attempt } from '../../../shared/protocol/calls/runs.ts';
import { useAsked } from '../asked.ts';
import { secondOfDay } from '../model/time.ts';
import { Foreign } from './text.tsx';

/** The last signature or decision that was refused at a place, in one line with what to do; nothing where there is none. */
export function Tried({ concerns }: { concerns(attempt: Attempt): boolean }): JSX.Element | null {
  const { value } = useAsked('attempts', {}, ['attempts']);
  const last = value?.find(concerns);
  if (!last) return null;
  const what = last.call === 'sign' || last.call === 'reject' ? 'A signature' : `“${last.call}”`;
  return (
    <p class="note bad" role="status">
      {what} was refused at {secondOfDay(last.at)}, from <Foreign text={last.by} characters={60} />:{' '}
      <Foreign text={last.message} characters={400} />
    </p>
  );
}
