/** @file Tests. A child process that keeps files in a library until it is killed; says what was acknowledged. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/main/clock.ts';
import { openLibrary } from '../../src/main/library/index.ts';
import { actor, delivery, indexWorkerUrl, observation, usualName } from './temp-library.ts';

const [dir, from] = process.argv.slice(2);
if (dir === undefined || from === undefined) throw new Error('keep-forever <library> <from>');

const library = await openLibrary({
  dir,
  clock: systemClock,
  actor,
  indexWorkerUrl,
  mode: 'write',
});
// Synchronous: what was said is out, whatever happens next.
const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`);
say({ ready: true });
for (let number = Number(from); ; number++) {
  const observed = observation(number % 5, {
    files: [0, 1, 2].map((one) => ({
      layerName: 'default',
      fileName: usualName(1_763_456_535_000 + number * 10 + one),
      customParticipantId: null,
      peerId: null,
    })),
  });
  await library.observe(observed);
  for (const { layerName, fileName } of observed.files) {
    const file = { recordingId: observed.recordingId, layerName, fileName };
    const track = await library.keep(
      await delivery(library, file, Buffer.alloc(20_000 + (number % 7) * 1000, fileName)),
    );
    say({ kept: track.trackId, sha256: track.sha256 });
  }
  if (number % 4 === 3) await library.verify({ recordingIds: [observed.recordingId] });
}
