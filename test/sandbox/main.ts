/** @file Sandbox. The stand-in as a process of its own: prints one JSON line with its addresses, stops on SIGTERM. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startSandbox, type Switches } from './index.ts';
import { scenarios, type ScenarioName } from './scenarios/index.ts';
import { defaultSwitches, switchesSchema } from './switches.ts';

const usage = `node test/sandbox/main.ts [options]

  --scenario NAME          ${Object.keys(scenarios).join(', ')} (default harbour)
  --port N                 port of the API (default: any free one)
  --object-port N          port of the object host (default: any free one)
  --token TEXT             the good API token
  --signature-canary TEXT  begins every link's signature
  --app-secret TEXT        the secret access_token in app rows
  --switches JSON          switches to set, named in test/sandbox/switches.ts
  --until-stdin-ends       stop when standard input ends, as it does when the parent dies
  --help
`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'harbour' },
    port: { type: 'string', default: '0' },
    'object-port': { type: 'string', default: '0' },
    token: { type: 'string' },
    'signature-canary': { type: 'string' },
    'app-secret': { type: 'string' },
    switches: { type: 'string', default: '{}' },
    'until-stdin-ends': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else await serve();

async function serve(): Promise<void> {
  const sandbox = await startSandbox({
    scenario: readScenario(values.scenario),
    apiPort: Number(values.port),
    objectPort: Number(values['object-port']),
    switches: readSwitches(values.switches),
    ...(values.token === undefined ? {} : { token: values.token }),
    ...(values['signature-canary'] === undefined
      ? {}
      : { signatureCanary: values['signature-canary'] }),
    ...(values['app-secret'] === undefined ? {} : { appSecret: values['app-secret'] }),
  });
  // The reader may have died; its pipe breaking is then no news.
  process.stdout.on('error', () => undefined);
  const { apiRoot, objectRoot, token, accountId, appId } = sandbox;
  say({ apiRoot, objectRoot, token, accountId, appId, originals: sandbox.originals() });
  const stop = () => {
    say({ requests: sandbox.requests.length, violations: sandbox.violations });
    void sandbox.close().then(() => process.stdin.destroy());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (values['until-stdin-ends']) process.stdin.resume().once('end', stop);
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readScenario(name: string): ScenarioName {
  const known = Object.keys(scenarios);
  const isKnown = (text: string): text is ScenarioName => known.includes(text);
  if (isKnown(name)) return name;
  throw new Error(`no scenario ${name}; there are: ${known.join(', ')}`);
}

/** The defaults with those named; an unknown name or value is refused. */
function readSwitches(text: string): Switches {
  const named = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  return switchesSchema.parse({ ...defaultSwitches(), ...named });
}
