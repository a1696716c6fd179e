import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { toolServer } from './tools.ts';

// A real MCP server over stdio, for tests to start as any other.
process.stderr.write('ready\n');
const server = toolServer(
  { raw: (text) => void process.stdout.write(text), die: () => process.kill(process.pid, 'SIGKILL') },
  [],
);
await server.connect(new StdioServerTransport());
