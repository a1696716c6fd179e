import type { Http2Session } from 'node:http2';

/**
 * Ends a connection whose other side does not answer any more within twice `everyMs`: a network that loses everything closes nothing,
 * and what works for the other side has to hear that it is gone.
 */
export function endWhenSilent(session: Http2Session, everyMs: number): void {
  let answered = true;
  const look = (): void => {
    if (session.destroyed) return;
    if (!answered) return session.destroy();
    answered = false;
    session.ping(() => (answered = true));
  };
  // What came while this process was busy is read before anybody is held to be silent.
  const timer = setInterval(() => void setImmediate(look), everyMs);
  timer.unref();
  session.once('close', () => clearInterval(timer));
}
