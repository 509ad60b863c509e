/** @file Renderer. One line for the state of a pull, and how far it is. Pure. */
import type { PullStatus, Risk, Transfer } from '#contract';
import type { Words } from '../error-words.ts';
import { leftText, plural } from '../parts/format.ts';

/** The pull in one short sentence. */
export function headline(pull: PullStatus): string {
  const { files, recordings } = pull;
  switch (pull.state) {
    case 'idle':
      return 'Nothing is being fetched.';
    case 'listing':
      return recordings === 0
        ? 'Asking RealtimeKit what exists…'
        : `Asking RealtimeKit what exists… ${plural(recordings, 'recording')} so far`;
    case 'fetching':
      return 'Fetching recordings…';
    case 'verifying':
      return 'Reading back and verifying…';
    case 'done':
      if (files.failed > 0)
        return `Done, but ${plural(files.failed, 'file')} could not be fetched.`;
      return files.total === 0
        ? 'Done. There was nothing new.'
        : `Done. ${plural(files.kept, 'file')} archived.`;
    case 'failed':
      return 'Fetching stopped on a failure.';
    case 'cancelled':
      return `Stopped. ${plural(files.kept, 'file')} archived before that.`;
  }
}

/** Part of the pull that is done, 0 to 1, counting bytes of files under way; null while unknown. */
export function progressOf(pull: PullStatus): number | null {
  if (pull.state === 'listing' || pull.files.total === 0) return null;
  let done = pull.files.kept + pull.files.failed;
  for (const { state, receivedBytes, totalBytes } of pull.transfers) {
    if ((state === 'running' || state === 'waiting') && totalBytes !== null && totalBytes > 0) {
      done += Math.min(1, receivedBytes / totalBytes);
    }
  }
  return Math.min(1, done / pull.files.total);
}

const order: Record<Transfer['state'], number> = {
  running: 0,
  failed: 1,
  waiting: 2,
  queued: 3,
  cancelled: 4,
  kept: 5,
};

/** What moves and what needs a look, before what only waits its turn. */
export const underWayFirst = (transfers: readonly Transfer[]): Transfer[] =>
  transfers.toSorted((a, b) => order[a.state] - order[b.state]);

type AtRisk = PullStatus['atRisk'][number];

/** What is the matter, and what comes of it, by reason; the worst first. */
const risks: Record<Risk, { what: string; next: string }> = {
  lost: {
    what: 'the service no longer gives out one of its files.',
    next: 'It cannot be fetched any more; what arrived stays.',
  },
  'stuck-at-provider': {
    what: 'the service has not finished uploading it.',
    next: 'Ask the service’s support before its deadline; Trackvault goes on asking.',
  },
  failed: {
    what: 'one of its files could not be fetched.',
    next: 'It is tried again: keep the app open and the network connected.',
  },
  pending: {
    what: 'not all of its files are here yet.',
    next: 'They are fetched as soon as the service allows: keep the app open.',
  },
};
const worstFirst = Object.keys(risks);

const nameOf = ({ title }: AtRisk): string =>
  title === null ? 'An untitled meeting' : `“${title}”`;

export const riskText = (risk: AtRisk): string => risks[risk.why].what;

/** Red only for what is lost, or will be without somebody's help. */
export const riskTone = (atRisk: readonly AtRisk[]): 'bad' | 'warn' =>
  atRisk.some(({ why }) => why === 'lost' || why === 'stuck-at-provider') ? 'bad' : 'warn';

/** The recordings that lack files, in one banner. `now` is epoch ms. */
export function riskWords(atRisk: readonly AtRisk[], now: number): Words | null {
  const [worst, ...others] = atRisk.toSorted(
    (a, b) => worstFirst.indexOf(a.why) - worstFirst.indexOf(b.why),
  );
  if (worst === undefined) return null;
  const deadlines = atRisk.flatMap(({ deadlineAt }) =>
    deadlineAt === null || deadlineAt < now ? [] : [deadlineAt],
  );
  const left =
    deadlines.length === 0
      ? ''
      : ` The first deadline passes in ${leftText(Math.min(...deadlines), now)}.`;
  const what = `${nameOf(worst)}: ${risks[worst.why].what}`;
  return {
    what: others.length === 0 ? what : `${what} ${plural(others.length, 'other recording')} too.`,
    safe: 'All files already archived are safe.',
    next: risks[worst.why].next + left,
  };
}
