/** The messages of a plugin's frame, after the handshake of Postmate that the SDK speaks. */
const TYPE = 'application/x-postmate-v1+json';
/** The host asks again this often, because the plugin's script may still be loading, and this many times. */
const HANDSHAKES = 5;
const HANDSHAKE_EVERY_MS = 500;
const REQUEST_MS = 10_000;

export interface Frame {
  readonly container: HTMLElement;
  readonly iframe: HTMLIFrameElement;
  /** Calls a function of the plugin's model and hears nothing of it. */
  call(property: string, data?: unknown): void;
  /** Calls a function of the plugin's model with arguments and waits for what it gives, at most 10 s. */
  request(property: string, args: readonly unknown[]): Promise<unknown>;
  close(): void;
}

interface Message {
  type?: unknown;
  postmate?: unknown;
  value?: unknown;
  uid?: unknown;
  error?: unknown;
}

/**
 * Loads a plugin's page into a frame and shakes hands with it. `heard` gets what the plugin emits under a name.
 * Like the real host it looks at where a message says it comes from, never at who sent it: plugins of one origin can
 * speak for each other.
 */
export async function openFrame(options: {
  id: string;
  url: string;
  model: Record<string, unknown>;
  heard: (name: string, data: unknown) => void;
  timeoutMs: number;
}): Promise<Frame> {
  const { id, url, model, heard } = options;
  const origin = new URL(url).origin;
  document.getElementById(`${id}_lsp_main`)?.remove();
  const container = document.createElement('div');
  container.id = `${id}_lsp_main`;
  container.className = 'lsp-iframe-sandbox-container';
  container.dataset.pid = id;
  const iframe = document.createElement('iframe');
  iframe.id = `${id}_iframe`;
  iframe.className = 'lsp-iframe-sandbox';
  iframe.title = id;
  container.append(iframe);
  document.body.append(container);

  const send = (message: Record<string, unknown>) =>
    iframe.contentWindow?.postMessage({ type: TYPE, ...message }, origin);
  const messageOf = (event: MessageEvent): Message | undefined => {
    const data = event.data as Message | null;
    return event.origin === origin && data?.type === TYPE ? data : undefined;
  };

  await new Promise<void>((resolve, reject) => {
    let again: ReturnType<typeof setInterval> | undefined;
    const done = (act: () => void) => {
      clearInterval(again);
      clearTimeout(timer);
      removeEventListener('message', onReply);
      act();
    };
    const onReply = (event: MessageEvent) => {
      if (messageOf(event)?.postmate === 'handshake-reply' && event.source === iframe.contentWindow) done(resolve);
    };
    const timer = setTimeout(
      () =>
        done(() => {
          container.remove();
          reject(new Error('handshake Timeout'));
        }),
      options.timeoutMs,
    );
    addEventListener('message', onReply);
    iframe.addEventListener('load', () => {
      let sent = 0;
      const shake = () => {
        send({ postmate: 'handshake', model });
        sent += 1;
        if (sent === HANDSHAKES) clearInterval(again);
      };
      shake();
      again = setInterval(shake, HANDSHAKE_EVERY_MS);
    });
    iframe.src = url;
  });

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let lastUid = 0;
  const onMessage = (event: MessageEvent) => {
    const message = messageOf(event);
    if (message?.postmate === 'emit') {
      const { name, data } = message.value as { name: string; data: unknown };
      heard(name, data);
    } else if (message?.postmate === 'reply') {
      const waits = waiting.get(message.uid as number);
      waiting.delete(message.uid as number);
      if (message.error) waits?.reject(message.error);
      else waits?.resolve(message.value);
    }
  };
  addEventListener('message', onMessage);

  return {
    container,
    iframe,
    call: (property, data) => send({ postmate: 'call', property, data }),
    request(property, args) {
      lastUid += 1;
      const uid = lastUid;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(uid);
          reject(new Error(`Postmate: request timeout (${REQUEST_MS}ms)`));
        }, REQUEST_MS);
        const settle =
          <T>(act: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer);
            act(value);
          };
        waiting.set(uid, { resolve: settle(resolve), reject: settle(reject) });
        send({ postmate: 'request', property, args, uid });
      });
    },
    close() {
      removeEventListener('message', onMessage);
      container.remove();
    },
  };
}
