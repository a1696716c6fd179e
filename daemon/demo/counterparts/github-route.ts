/** A request to the local GitHub API, read to its end. */
export interface ApiRequest {
  method: string;
  /** With the query. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array<ArrayBuffer>;
  json(): Record<string, unknown>;
}

export interface ApiAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is bytes. */
  body: unknown;
}

/**
 * One thing that the emulator lacks or does otherwise than GitHub. `pattern` matches the decoded path without the query; what
 * it captures comes as `parts`. An undefined answer lets the emulator answer.
 */
export interface ApiRoute {
  method: string;
  pattern: RegExp;
  answer(parts: string[], request: ApiRequest): Promise<ApiAnswer | undefined>;
}

/** Asks the emulator behind. */
export type Emulated = (request: {
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer>;
}) => Promise<{ status: number; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> }>;

/** The JSON of an emulator's answer. */
export function jsonOf(answer: { body: Uint8Array }): Record<string, unknown> {
  return JSON.parse(Buffer.from(answer.body).toString()) as Record<string, unknown>;
}

export function notFound(): ApiAnswer {
  return {
    status: 404,
    body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
  };
}

export function invalid(resource: string, code: string, field: string): ApiAnswer {
  return { status: 422, body: { message: 'Validation Failed', errors: [{ resource, code, field }] } };
}
