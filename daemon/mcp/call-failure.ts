import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { fail, StagebookError } from '../../shared/failure.ts';
import { connectionFailure } from '../http/ask.ts';

/** What became of a call that gave no result, in the words of a step. `doing` says what was asked of which server. */
export function callFailure(error: unknown, doing: string, url: string | undefined): StagebookError {
  if (error instanceof StagebookError) return error;
  if (error instanceof McpError) return protocolFailure(error, doing);
  if (error instanceof StreamableHTTPError) return httpFailure(error, doing);
  if (url !== undefined && error instanceof TypeError) return connectionFailure('the MCP server', url, error);
  return fail('unavailable', 'mcp.lost', `${doing} got no answer: ${textOf(error)}`, { cause: error });
}

function protocolFailure(error: McpError, doing: string): StagebookError {
  const said = error.message.replace(/^MCP error -?\d+: /, '').slice(0, 500);
  switch (error.code as ErrorCode) {
    case ErrorCode.RequestTimeout:
      return fail('timeout', 'mcp.timeout', `${doing} took too long, so it was cancelled.`, { cause: error });
    case ErrorCode.ConnectionClosed:
      return fail(
        'unavailable',
        'mcp.crashed',
        `${doing} got no answer: the server ended. It is started again when it is needed.`,
        {
          cause: error,
        },
      );
    case ErrorCode.ParseError:
      return new StagebookError(
        {
          code: 'mcp.unreadable',
          message: `${doing} was answered, but the answer cannot be read: ${said}.`,
          retryable: false,
          unanswered: true,
        },
        { cause: error },
      );
    default:
      return fail('invalid', 'mcp.refused', `${doing} was refused: ${said}`, { cause: error });
  }
}

function httpFailure(error: StreamableHTTPError, doing: string): StagebookError {
  const status = error.code ?? 0;
  const message = `${doing} was answered with HTTP ${status}. ${status === 401 || status === 403 ? 'Check the token among its headers.' : ''}`;
  if (status === 401 || status === 403) return fail('denied', 'mcp.denied', message, { cause: error });
  if (status >= 400 && status < 500) return fail('invalid', 'mcp.refused', message, { cause: error });
  return fail('unavailable', 'mcp.unavailable', message, { cause: error });
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
