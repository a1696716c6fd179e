import { setTimeout as wait } from 'node:timers/promises';
import { CreateMessageResultSchema, ElicitResultSchema, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Conversation } from '../../../daemon/gateway/conversation.ts';
import type { GatewayPrompt } from '../../../daemon/gateway/prompt.ts';
import { prompts } from '../../../daemon/gateway/prompts/index.ts';
import type { GatewayRegistry } from '../../../daemon/gateway/registry.ts';
import type { GatewayResource } from '../../../daemon/gateway/resource.ts';
import { resources } from '../../../daemon/gateway/resources/index.ts';
import type { GatewayTool } from '../../../daemon/gateway/tool.ts';
import { tools } from '../../../daemon/gateway/tools/index.ts';
import type { JsonObject } from '../../../shared/json.ts';

/** One red pixel, and a moment of silence. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const said = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

type Does = (args: JsonObject, conversation: Conversation) => CallToolResult | Promise<CallToolResult>;

const tool = (name: string, does: Does, inputSchema: JsonObject = { type: 'object', properties: {} }): GatewayTool => ({
  name,
  description: `A tool of the conformance suite: ${name}.`,
  inputSchema,
  effect: 'read',
  needs: 'nothing',
  call: async (args, conversation) => does(args, conversation),
});

const takes = (name: string): JsonObject => ({
  type: 'object',
  properties: { [name]: { type: 'string' } },
  required: [name],
});

async function ask(
  { extra }: Conversation,
  message: string,
  properties: object,
  required: string[] = [],
): Promise<CallToolResult> {
  const params = { message, requestedSchema: { type: 'object' as const, properties, required } };
  const request = { method: 'elicitation/create' as const, params } as Parameters<typeof extra.sendRequest>[0];
  const { action, content } = await extra.sendRequest(request, ElicitResultSchema);
  return said(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
}

const titled = (key: string, entries: [string, string][]) => ({
  [key]: entries.map(([value, title]) => ({ const: value, title })),
});
const three: [string, string][] = [
  ['value1', 'First Option'],
  ['value2', 'Second Option'],
  ['value3', 'Third Option'],
];
const options = ['option1', 'option2', 'option3'];

const suiteTools: GatewayTool[] = [
  tool('test_simple_text', () => said('This is a simple text response for testing.')),
  tool('test_image_content', () => ({ content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] })),
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] })),
  tool('test_embedded_resource', () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  })),
  tool('test_multiple_content_types', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PNG, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  })),
  tool('test_tool_with_logging', async (_, { extra }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await wait(50);
    }
    return said('Done.');
  }),
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  }),
  tool('test_tool_with_progress', async (_, { extra }) => {
    const { _meta: meta } = extra;
    const token = meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (token !== undefined) {
        const params = { progressToken: token, progress, total: 100 };
        await extra.sendNotification({ method: 'notifications/progress', params });
      }
      await wait(50);
    }
    return said('Done.');
  }),
  tool(
    'test_sampling',
    async ({ prompt }, { extra }) => {
      const content = { type: 'text' as const, text: String(prompt) };
      const { content: answer } = await extra.sendRequest(
        { method: 'sampling/createMessage', params: { messages: [{ role: 'user', content }], maxTokens: 100 } },
        CreateMessageResultSchema,
      );
      return said(`LLM response: ${'text' in answer ? answer.text : JSON.stringify(answer)}`);
    },
    takes('prompt'),
  ),
  tool(
    'test_elicitation',
    (args, conversation) =>
      ask(
        conversation,
        String(args.message),
        {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        ['username', 'email'],
      ),
    takes('message'),
  ),
  tool('test_elicitation_sep1034_defaults', (_, conversation) =>
    ask(conversation, 'Look at the defaults.', {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    }),
  ),
  tool('test_elicitation_sep1330_enums', (_, conversation) =>
    ask(conversation, 'Choose.', {
      untitledSingle: { type: 'string', enum: options },
      titledSingle: { type: 'string', ...titled('oneOf', three) },
      legacyEnum: {
        type: 'string',
        enum: ['opt1', 'opt2', 'opt3'],
        enumNames: ['Option One', 'Option Two', 'Option Three'],
      },
      untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
      titledMulti: { type: 'array', items: titled('anyOf', three) },
    }),
  ),
  tool('test_reconnection', async (_, { extra }) => {
    extra.closeSSEStream?.();
    await wait(100);
    return said('Reconnection test completed successfully.');
  }),
  tool('json_schema_2020_12_tool', () => said('Fits.'), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
    additionalProperties: false,
  }),
];

const item = (uri: string, mimeType: string) => ({
  uri,
  name: uri,
  description: 'A resource of the conformance suite.',
  mimeType,
});
const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

const suiteResources: GatewayResource = {
  templates: [
    {
      uriTemplate: 'test://template/{id}/data',
      name: 'data',
      description: 'Data by id.',
      mimeType: 'application/json',
    },
  ],
  list: () => [
    item('test://static-text', 'text/plain'),
    item('test://static-binary', 'image/png'),
    item('test://watched-resource', 'text/plain'),
  ],
  read(uri) {
    if (uri === 'test://static-text') {
      return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
    }
    if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PNG };
    const id = TEMPLATE.exec(uri)?.[1];
    if (id === undefined) return undefined;
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { uri, mimeType: 'application/json', text };
  },
};

const prompt = (
  name: string,
  names: string[],
  get: GatewayPrompt['get'],
  complete?: GatewayPrompt['complete'],
): GatewayPrompt => ({
  name,
  description: `A prompt of the conformance suite: ${name}.`,
  arguments: names.map((each) => ({ name: each, description: 'A test argument.', required: true })),
  needs: 'nothing',
  get,
  ...(complete ? { complete } : {}),
});
const user = (text: string) => ({ role: 'user' as const, content: { type: 'text' as const, text } });

const suitePrompts: GatewayPrompt[] = [
  prompt('test_simple_prompt', [], () => ({ messages: [user('This is a simple prompt for testing.')] })),
  prompt(
    'test_prompt_with_arguments',
    ['arg1', 'arg2'],
    ({ arg1, arg2 }) => ({ messages: [user(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
    (_, value) => ['paris', 'park', 'party', 'test'].filter((word) => word.startsWith(value)),
  ),
  prompt('test_prompt_with_embedded_resource', ['resourceUri'], ({ resourceUri = '' }) => ({
    messages: [
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
      },
      user('Please process the embedded resource above.'),
    ],
  })),
  prompt('test_prompt_with_image', [], () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
      user('Please analyze the image above.'),
    ],
  })),
];

/** All that the gateway offers itself, and besides what the public conformance suite asks every server for. */
export const everything: GatewayRegistry = {
  tools: [...tools, ...suiteTools],
  resources: [...resources, suiteResources],
  prompts: [...prompts, ...suitePrompts],
};
