import { slotAwaited } from '../../shared/run/in-line.ts';
import type { Scene } from './scene.ts';

/** For which slot the run that is shown stands in line, and who has it where that is known. */
export function inLine({ run, reading }: Scene): string | undefined {
  const awaited = run && slotAwaited(run);
  return awaited && (reading.runs.find((one) => one.run === run.run)?.inLine ?? awaited);
}
