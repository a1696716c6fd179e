import { checkTable } from './table.ts';

const call = (settings: string): string => `stage S1 | persona: tester
  step A | uses: mcp.call | with: { ${settings} }`;

checkTable('tools', [
  {
    says: 'get arguments that their schema allows [personas.mcp.checked]',
    code: 'mcp.arguments',
    trips: call('server: known, tool: list, ¦arguments: { count: two }'),
    passes: call('server: known, tool: list, arguments: { count: 2 }'),
    told: 'count: is no number.',
  },
  {
    says: 'are some that their server has [personas.mcp.checked]',
    code: 'mcp.unknown_tool',
    trips: call('server: known, ¦tool: lst'),
    passes: call('server: known, tool: list'),
  },
  {
    says: 'are unchecked where nothing is known of their server [personas.mcp.checked]',
    code: 'mcp.unchecked',
    trips: call('¦server: new, tool: list'),
    passes: call('server: known, tool: list'),
    warning: true,
  },
]);
