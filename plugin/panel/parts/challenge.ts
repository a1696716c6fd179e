import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { CallParameters } from '../../../shared/protocol/calls.ts';
import type { Signature } from '../../../shared/run/event.ts';
import { withReason } from '../../../shared/signature.ts';
import { call, device, listen, say, status } from '../app.ts';
import { agree } from '../device-key.ts';
import { requireDigest } from '../model/shown.ts';

export type Subject = CallParameters<'challenge'>['subject'];

export interface Challenge {
  nonce: string;
  digest: string;
  shown: JsonObject;
}

/** The daemon forgets a nonce after ten minutes: another is fetched before. */
const FRESH_MS = 8 * 60_000;
const PACE_MS = 300;

/** What is to be signed, always as it is now. */
export interface Signable {
  challenge: Challenge | undefined;
  failure: Failure | undefined;
  /** What was shown first is not what is shown now. */
  changed: boolean;
  busy: boolean;
  /** Signs exactly what is shown, and the reason where there is one, and gives it on; asks anew where the daemon finds that it has changed. */
  sign(give: (signature: Signature) => Promise<unknown>, reason?: string): void;
  again(): void;
}

/** Asks for a challenge, keeps it fresh, and signs it. No subject: nothing to be signed yet. */
export function useSigning(subject: Subject | undefined): Signable {
  const key = subject ? JSON.stringify(subject) : '';
  const [held, setHeld] = useState<{ key: string; challenge?: Challenge; failure?: Failure; changed: boolean }>();
  const [busy, setBusy] = useState(false);
  const online = status.value.is === 'online';
  const current = useRef<Challenge | undefined>(undefined);
  const turn = useRef(0);

  const ask = useCallback(async () => {
    if (key === '' || !online) return;
    const mine = (turn.current += 1);
    try {
      const challenge = await call('challenge', { subject: JSON.parse(key) as Subject });
      if (mine !== turn.current) return;
      requireDigest(challenge);
      const before = current.current;
      current.current = challenge;
      const changed = before !== undefined && before.digest !== challenge.digest;
      if (changed) say('What is shown has changed. Look at it again before you sign.');
      setHeld((now) => ({ key, challenge, changed: changed || (now?.key === key && now.changed) }));
    } catch (error) {
      if (mine !== turn.current) return;
      current.current = undefined;
      setHeld({ key, failure: toFailure(error), changed: false });
    }
  }, [key, online]);

  useEffect(() => {
    current.current = undefined;
    void ask();
    const timer = setInterval(() => void ask(), FRESH_MS);
    return () => clearInterval(timer);
  }, [ask]);

  const run = subject && 'run' in subject ? subject.run : undefined;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void ask();
      }, PACE_MS);
    };
    const off = listen({
      events: (events) => void (events.some((event) => event.run === run) && soon()),
      stale: (topic) => void (topic === 'trust' && soon()),
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [ask, run]);

  const sign = (give: (signature: Signature) => Promise<unknown>, reason?: string) => {
    const challenge = current.current;
    const own = device.peek();
    if (!challenge || !own || busy || challenge !== held?.challenge) return;
    setBusy(true);
    void (async () => {
      try {
        // Once more, of exactly what is drawn: nothing can have changed it in between.
        requireDigest(challenge);
        await give(await agree(own, withReason(challenge, reason), Date.now()));
      } catch (error) {
        const failure = toFailure(error);
        if (failure.code === 'signature.stale' || failure.code === 'signature.replayed') await ask();
        setHeld((now) => now && { ...now, failure, changed: now.changed || failure.code === 'signature.stale' });
      } finally {
        setBusy(false);
      }
    })();
  };
  const mine = held?.key === key ? held : undefined;
  return {
    challenge: mine?.challenge,
    failure: mine?.failure,
    changed: mine?.changed ?? false,
    busy,
    sign,
    again: () => void ask(),
  };
}
