import { DEFAULT_PORT } from '../shared/protocol/limits.ts';
import type { HostSettings, Off } from './host.ts';

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

export interface PluginSettings {
  get(): Settings;
  /** A person typed a code: the connection is made with it. */
  pair(code: string): void;
  /** Keeps what the daemon gave, and forgets the code: it is spent. */
  keep(token: string): void;
  /** The code was refused: what is left is the token, if there is one. */
  spent(): void;
  /** A person changed what the connection rests on. */
  onChange(heard: () => void): Off;
}

export function pluginSettings(settings: HostSettings): PluginSettings {
  let known = read(settings);
  const set = (values: { token?: string }) => {
    known = { ...known, ...values, pairingCode: '' };
    settings.set({ ...values, pairingCode: '' });
  };
  return {
    get: () => read(settings),
    pair: (code) => settings.set({ pairingCode: code }),
    keep: (token) => set({ token }),
    spent: () => set({}),
    onChange: (heard) =>
      settings.onChange(() => {
        const before = known;
        known = read(settings);
        const coded = known.pairingCode !== '' && known.pairingCode !== before.pairingCode;
        if (coded || known.port !== before.port || known.token !== before.token) heard();
      }),
  };
}

function read(settings: HostSettings): Settings {
  const { port, pairingCode, token } = settings.get();
  const number = Number(port);
  return {
    port: Number.isInteger(number) && number > 0 && number < 65_536 ? number : DEFAULT_PORT,
    pairingCode: typeof pairingCode === 'string' ? pairingCode.trim() : '',
    token: typeof token === 'string' ? token : '',
  };
}
