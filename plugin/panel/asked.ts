import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../shared/failure.ts';
import { isAway } from '../../shared/protocol/open-calls.ts';
import { listen, status, type Topic } from './app.ts';
import type { CallName, CallParameters, CallResults } from '../../shared/protocol/calls.ts';
import { call } from './app.ts';

/** What was asked of the daemon: the last answer stays while a newer one is on its way. */
export interface Asked<T> {
  value: T | undefined;
  failure: Failure | undefined;
  again(): void;
}

/** At most so often what is stale is asked again, in milliseconds. */
const PACE_MS = 400;

/** Asks the daemon, again with every connection and whenever one of the topics changes. */
export function useAsked<C extends CallName>(
  name: C,
  parameters: CallParameters<C> | undefined,
  topics: readonly Topic[] = [],
): Asked<CallResults[C]> {
  const [answer, setAnswer] = useState<{ key: string; value?: CallResults[C]; failure?: Failure }>();
  const key = parameters === undefined ? '' : JSON.stringify(parameters);
  const online = status.value.is === 'online';
  const turn = useRef(0);
  const ask = useCallback(() => {
    if (key === '' || !online) return;
    const mine = (turn.current += 1);
    call(name, JSON.parse(key) as CallParameters<C>).then(
      (value) => mine === turn.current && setAnswer({ key, value }),
      (error: unknown) => {
        const failure = toFailure(error);
        if (mine !== turn.current || isAway(failure)) return;
        // Somebody may be in the middle of answering what was known before.
        setAnswer((known) => ({ ...(known?.key === key ? known : { key }), failure }));
      },
    );
  }, [name, key, online]);
  useEffect(ask, [ask]);
  const wanted = topics.join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = listen({
      stale(topic) {
        if (timer !== undefined || !wanted.split(',').includes(topic)) return;
        timer = setTimeout(() => {
          timer = undefined;
          ask();
        }, PACE_MS);
      },
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [ask, wanted]);
  const current = answer?.key === key ? answer : undefined;
  return { value: current?.value, failure: current?.failure, again: ask };
}
