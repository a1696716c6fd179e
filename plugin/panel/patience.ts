import { signal } from '@preact/signals';

/** So long an answer may take before it is shown that one is waited for, in milliseconds. */
const PATIENCE_MS = 1_000;

/** How many answers are waited for that long already. */
export const overdue = signal(0);

/** What was asked, counted while it takes long. */
export function patiently<T>(asked: Promise<T>): Promise<T> {
  let counted = false;
  const timer = setTimeout(() => {
    counted = true;
    overdue.value += 1;
  }, PATIENCE_MS);
  const over = () => {
    clearTimeout(timer);
    if (counted) overdue.value -= 1;
  };
  asked.then(over, over);
  return asked;
}
