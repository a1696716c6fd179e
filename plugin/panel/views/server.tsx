import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { ServerReading, ServerTool } from '../../../shared/protocol/calls/servers.ts';
import { call, device, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Icon } from '../parts/icon.tsx';
import { Link, Page, Trouble } from '../parts/page.tsx';
import { Digest, Foreign, Line, Section, Value } from '../parts/text.tsx';

/** The MCP servers of the configuration, and whether somebody trusts what they offer. */
export function Servers(): JSX.Element {
  const { value, failure } = useAsked('servers', {}, ['trust']);
  return (
    <Section title="MCP servers">
      <Trouble failure={failure} />
      {value?.length === 0 && (
        <p class="dim">
          None. Name one under <code>mcpServers</code> in config.yaml.
        </p>
      )}
      {value && value.length > 0 && (
        <ul class="plain rows">
          {value.map(({ name, tools, trusted }) => (
            <li key={name}>
              <Icon tone={trusted ? 'ok' : 'wait'} square word={trusted ? 'trusted' : 'not trusted yet'} />
              <span class="grow">
                <Foreign text={name} characters={80} />{' '}
                <span class="dim small">{trusted ? toolsOf(tools) : 'not trusted yet'}</span>
              </span>
              <Link to={{ at: 'server', server: name }} class="button">
                {trusted ? 'Look' : 'Review and trust…'}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What one server offers, what changed since it was trusted, and the signature that trusts it. */
export function Server({ server }: { server: string }): JSX.Element {
  const [reading, setReading] = useState<ServerReading>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const look = () => {
    setBusy(true);
    setFailure(undefined);
    call('server.look', { server })
      .then(setReading, (error: unknown) => setFailure(toFailure(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Page
      title={`MCP server “${server}”`}
      icon={
        reading && (
          <Icon tone={reading.trusted ? 'ok' : 'wait'} square word={reading.trusted ? 'trusted' : 'not trusted yet'} />
        )
      }
    >
      <p>
        Personas use its tools once somebody trusts exactly these. When it lists others, it is asked for again. To see
        them it is started as the configuration says.
      </p>
      {!reading && (
        <button type="button" class="primary" disabled={busy} onClick={(event) => event.isTrusted && look()}>
          {busy ? 'Starting it…' : 'Start it and look'}
        </button>
      )}
      <Trouble failure={failure} again={look} />
      {reading && <Reading reading={reading} again={look} />}
    </Page>
  );
}

function Reading({ reading, again }: { reading: ServerReading; again(): void }): JSX.Element {
  const { server, hash, trusted, launch, tools, compared } = reading;
  const signing = useSigning(trusted ? undefined : { kind: 'trust', definition: hash });
  const { challenge, failure, changed, busy, sign } = signing;
  const trust = () =>
    sign(async (signature) => {
      await call('trust', { definition: hash, signature });
      say('Trusted.');
      again();
    });
  const news = tools.filter(({ is }) => is !== 'same').length;
  return (
    <>
      {trusted && <p class="note ok">All of this is trusted.</p>}
      {!trusted && compared && (
        <p class="note wait" role="status">
          It is not what was trusted before: {news === 0 ? 'how it is started has changed' : `${toolsOf(news)} differ`}.
        </p>
      )}
      <Section title={toolsOf(tools.filter(({ is }) => is !== 'gone').length)}>
        <ul class="plain rows">
          {tools.map((tool) => (
            <Tool key={tool.name} tool={tool} />
          ))}
        </ul>
      </Section>
      <Section title="How it is started">
        <Value value={launch} label="how it is started" />
        <Digest value={hash} label="the hash of all this" />
      </Section>
      {changed && (
        <p class="note wait" role="status">
          What is shown has changed. Look at it again before you sign.
        </p>
      )}
      <Trouble failure={failure} again={signing.again} />
      {challenge && (
        <ArmedBar
          reset={challenge.digest}
          busy={busy}
          deeds={[{ label: busy ? 'Signing…' : 'Sign: trust it', filled: true, run: trust }]}
        >
          <p class="armed-title">
            <span>Trust the MCP server</span> <Line text={server} class="strong" />
          </p>
          <p class="dim small">
            as {device.value?.person} · digest <code>{challenge.digest.slice(0, 16)}</code>
          </p>
        </ArmedBar>
      )}
    </>
  );
}

const DIFFERS = { new: 'new', changed: 'changed', gone: 'gone' } as const;

function Tool({ tool: { name, description, effect, is } }: { tool: ServerTool }): JSX.Element {
  return (
    <li class="effect">
      <div class="grow">
        <div>
          <code>
            <Foreign text={name} characters={120} />
          </code>
        </div>
        <div class="dim small">
          <Foreign text={description} characters={300} />
        </div>
      </div>
      {is !== 'same' && <span class="tag wait">{DIFFERS[is]}</span>}
      <span class={effect === 'write' ? 'tag bad' : 'tag'}>{effect === 'write' ? 'changes' : 'reads'}</span>
    </li>
  );
}

function toolsOf(count: number): string {
  return `${count} ${count === 1 ? 'tool' : 'tools'}`;
}
