/** @file Test support. Runs the steps given as JSON against the credentials module, in a process of its own. */
import { z } from 'zod';

import { createCredentials } from '../../src/main/credentials/index.ts';

const Key = z.object({
  accountId: z.string(),
  appId: z.string(),
  label: z.string(),
  apiRoot: z.string(),
});
const Steps = z.array(
  z.union([
    z.object({ do: z.literal('probe') }),
    z.object({ do: z.literal('store'), key: Key, token: z.string() }),
    z.object({ do: z.enum(['read', 'forget', 'locate']), key: Key }),
  ]),
);

const { service, patienceMs, steps } = z
  .object({ service: z.string(), patienceMs: z.number().default(20_000), steps: Steps })
  .parse(JSON.parse(process.argv[2] ?? ''));
const credentials = createCredentials({ service, patienceMs });
const answers: unknown[] = [];
for (const step of steps) {
  try {
    if (step.do === 'probe') answers.push(await credentials.probe());
    else if (step.do === 'store') answers.push(await credentials.store(step.key, step.token));
    else if (step.do === 'locate') answers.push(await credentials.locate(step.key));
    else if (step.do === 'forget') answers.push(await credentials.forget(step.key));
    else answers.push((await credentials.read(step.key))?.reveal() ?? null);
  } catch (error) {
    answers.push({ thrown: error instanceof Error && 'code' in error ? error.code : 'bug' });
  }
}
process.stdout.write(JSON.stringify(answers));
// A keychain that never answers must not keep the test waiting.
process.exit(0);
