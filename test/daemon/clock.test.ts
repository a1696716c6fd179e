import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../daemon/clock.ts';

const HOUR = 3_600_000;

describe('an alarm of the machine’s clock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('rings when the clock says so although the machine slept meanwhile [core.engine.clock]', () => {
    const wake = vi.fn();
    systemClock.at(Date.now() + 10 * HOUR, wake);
    vi.advanceTimersByTime(HOUR);
    // Asleep for eight hours: the clock went on, and no timer did.
    vi.setSystemTime(Date.now() + 8 * HOUR);
    vi.advanceTimersByTime(HOUR - 1000);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20_000);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('does not ring early because the clock was set back, and not when it was taken back [core.engine.clock]', () => {
    const wake = vi.fn();
    const takenBack = vi.fn();
    systemClock.at(Date.now() + HOUR, wake);
    const takeBack = systemClock.at(Date.now() + HOUR, takenBack);
    vi.setSystemTime(Date.now() - 2 * HOUR);
    vi.advanceTimersByTime(2 * HOUR);
    expect(wake).not.toHaveBeenCalled();
    takeBack();
    vi.advanceTimersByTime(HOUR + 1);
    expect(wake).toHaveBeenCalledOnce();
    expect(takenBack).not.toHaveBeenCalled();
  });

  it('rings for what is months away, and at once for what is over', () => {
    const [far, past] = [vi.fn(), vi.fn()];
    systemClock.at(Date.now() + 60 * 24 * HOUR, far);
    systemClock.at(Date.now() - HOUR, past);
    vi.advanceTimersByTime(1);
    expect(past).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(60 * 24 * HOUR);
    expect(far).toHaveBeenCalledOnce();
  });
});
