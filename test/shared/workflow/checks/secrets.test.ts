import { HEADER, READ } from './pages.ts';
import { checkTable } from './table.ts';

const withSetting = (setting: string): string =>
  `${HEADER}\nstage S1 | persona: tester\n  step A | ${READ} | ${setting}`;
const SECRET = "${{ secret('TOKEN') }}";
checkTable('secrets', [
  {
    says: 'are handed to an action as a whole setting [core.language.secrets]',
    code: 'secret.interpolated',
    trips: withSetting(`with: { token: "Bearer \${{ ¦secret('TOKEN') }}" }`),
    passes: withSetting(`with: { token: "${SECRET}" }`),
  },
  ...(
    [
      ['compared', `with: { flag: "\${{ ¦secret('TOKEN') == 'x' }}" }`],
      ['remembered', `remember: { t: "\${{ ¦secret('TOKEN') }}" }`],
      ['a part of something', `with: { files: "\${{ ¦[secret('TOKEN')] }}" }`],
      ['an argument of a process', `with: { argv: ["\${{ ¦secret('TOKEN') }}"] }`],
      ['named by a value', `with: { token: "\${{ ¦secret(inputs.a) }}" }`],
    ] as const
  ).map(([what, setting]) => ({
    says: `are never ${what} [core.language.secrets]`,
    code: 'secret.misplaced',
    trips: withSetting(setting),
    passes: withSetting(`with: { token: "${SECRET}" }`),
  })),
  {
    says: 'are never cached, nor in a condition or a call [core.language.secrets]',
    code: 'secret.misplaced',
    trips: `${HEADER}
stage S1 | persona: tester
  cache C | key: k | ttl: 1h
    step A | ${READ} | with: { token: "\${{ ¦secret('TOKEN') }}" }
  cache D | key: "\${{ ¦secret('TOKEN') }}" | ttl: 1h
    step B | ${READ}
  call E | page: Other | with: { a: "\${{ ¦secret('TOKEN') }}" }`,
    passes: `${HEADER}
stage S1 | persona: tester
  step A | ${READ} | with: { token: "${SECRET}" }`,
  },
]);
