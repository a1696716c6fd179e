import { DEFAULT_PORT } from '../shared/protocol-limits.ts';
import type { HostSettings } from './host.ts';

/** What a person sees in Logseq's settings. No headings: old hosts cannot draw them. */
export const SETTINGS = [
  {
    key: 'pairingCode',
    type: 'string',
    default: '',
    title: 'Pairing code',
    description: 'Run `stagebook pair` in a terminal and type the code here. It is good once, for a minute.',
  },
  {
    key: 'port',
    type: 'number',
    default: DEFAULT_PORT,
    title: 'Port of the daemon',
    description: 'Only when you changed it in the daemon’s configuration.',
  },
] as const;

/** The settings as this plugin understands them, whatever stands there. */
export interface Settings {
  port: number;
  pairingCode: string;
  /** What the daemon gave for the code. It may only read and propose, so it may stand where other plugins can read it. */
  token: string;
}

export function readSettings(settings: HostSettings): Settings {
  const { port, pairingCode, token } = settings.get();
  const number = Number(port);
  return {
    port: Number.isInteger(number) && number > 0 && number < 65_536 ? number : DEFAULT_PORT,
    pairingCode: typeof pairingCode === 'string' ? pairingCode.trim() : '',
    token: typeof token === 'string' ? token : '',
  };
}
