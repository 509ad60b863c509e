/** @file Command line. What talks to the service: check a token, pull what is missing. */
import { type AccessCheck, Failure, type FailureData, type PullStatus } from '#contract';
import type { Clock } from '../clock.ts';
import type { Download } from '../downloads/index.ts';
import type { Library, VerifyReport } from '../library/index.ts';
import type { Connection } from '../pulling.ts';
import { verifyNew } from '../read-back.ts';
import type { PassReport, RecordingReport } from '../sync/index.ts';
import { type Output, size } from './output.ts';
import { isoOrNull } from './rows.ts';
import { type ExitCode, exitCodeOf, exitCodes, inWords } from './words.ts';

const verdicts: Record<AccessCheck['state'], string> = {
  ok: 'The token is good.',
  malformed: 'The token is not of the form the API takes. Copy it again, without spaces or quotes.',
  unknown: 'The API does not know this token. Make a new one.',
  expired: 'The token has expired. Make a new one.',
  disabled: 'The token is disabled or not valid yet. Enable it in the dashboard.',
  'lacks-rights':
    'The token is good but lacks the right "Realtime" (or "Realtime Admin"), or belongs to another account.',
  'wrong-account': 'The token does not reach this account. Compare --account with the dashboard.',
  'wrong-app': 'The account has no app with this id. Choose one of those below with --app.',
  'not-checked': 'The API could not be asked; that says nothing about the token. Try again later.',
};

export async function writeCheck(check: AccessCheck, output: Output): Promise<ExitCode> {
  if (output.json) {
    await output.value({ ...check, expiresAt: isoOrNull(check.expiresAt) });
  } else {
    await output.line(verdicts[check.state]);
    if (check.detail !== null) await output.line(`(${check.detail})`);
    if (check.expiresAt !== null)
      await output.line(`It ends at ${isoOrNull(check.expiresAt) ?? ''}.`);
    await output.table(
      ['APP ID', 'NAME'],
      check.apps.map(({ id, name }) => [id, name ?? '']),
    );
  }
  if (check.state === 'ok') return exitCodes.done;
  return check.state === 'not-checked' ? exitCodes.failed : exitCodes.credentials;
}

/** Between two passes of `pull --wait`, in ms. */
const restMs = 60_000;
/** Tries that come up within this belong to the pass, in ms. */
const patienceMs = 45_000;

export interface PullWorld {
  library: Library;
  connection: Connection;
  clock: Clock;
  signal: AbortSignal;
}

export async function pull(
  { library, connection, clock, signal }: PullWorld,
  query: { meetingIds: readonly string[]; wait: boolean },
  output: Output,
): Promise<ExitCode> {
  for (;;) {
    let said = '';
    const report = await connection.sync.pass({
      signal,
      patienceMs,
      ...(query.meetingIds.length === 0 ? {} : { meetingIds: query.meetingIds }),
      onProgress: ({ step, recordings }) => {
        // A line a hundred recordings: a list of thousands must not drown what matters.
        const line = `${step}: ${String(recordings)} recordings`;
        const isNews = !said.startsWith(step) || recordings % 100 === 0;
        if (isNews && line !== said) output.say(line);
        said = line;
      },
    });
    const { wasOff } = connection.sync.pullStatus();
    if (wasOff !== null) output.say(offWords(wasOff));
    const verified = await verifyNew(library, report, signal);
    if (query.wait && isPending(report) && report.failure === null) {
      output.say(`${String(report.files.pending)} files pending; the next pass is in a minute.`);
      await clock.sleep(restMs, signal);
      continue;
    }
    const seen = new Set(report.recordings.map(({ recordingId }) => recordingId));
    const unfinished = connection.downloads
      .unfinished()
      .filter(({ recordingId }) => seen.has(recordingId));
    await writeReport(report, verified, unfinished, output);
    if (report.failure !== null) throw fromData(report.failure);
    return codeOf(report, verified, unfinished);
  }
}

/** How long nothing was fetched, and what that cost. */
export function offWords({ fromAt, untilAt, lost }: NonNullable<PullStatus['wasOff']>): string {
  const cost = lost === 0 ? 'nothing was lost' : `${String(lost)} files were lost`;
  return `Nothing was fetched from ${isoOrNull(fromAt) ?? ''} to ${isoOrNull(untilAt) ?? ''}; ${cost} meanwhile.`;
}

/** A failure that came as data, to be said like any other. */
const fromData = ({ code, message, retryAt }: FailureData): Failure =>
  new Failure(code, message, { retryAt });

const isPending = (report: PassReport): boolean =>
  report.recordings.some(
    ({ state }) => state === 'running' || state === 'pending' || state === 'complete',
  );

/** What failed and may still mend itself is 1; what is gone, or will be, is 3. */
function codeOf(
  report: PassReport,
  verified: VerifyReport | null,
  unfinished: readonly Download[],
): ExitCode {
  const reasons = report.recordings.flatMap(({ atRisk }) => (atRisk === null ? [] : [atRisk.why]));
  if (reasons.includes('lost') || reasons.includes('stuck-at-provider'))
    return exitCodes.willBeLost;
  if (report.paused !== null && report.files.pending > 0) return exitCodeOf(report.paused.because);
  const wasTried = unfinished.some(({ state }) => 'because' in state);
  const isSound = verified === null || verified.damaged + verified.missing === 0;
  return reasons.includes('failed') || wasTried || !isSound ? exitCodes.failed : exitCodes.done;
}

const reportRow = (each: RecordingReport) => ({
  ...each,
  atRisk:
    each.atRisk === null
      ? null
      : { why: each.atRisk.why, deadlineAt: isoOrNull(each.atRisk.deadlineAt) },
});

async function writeReport(
  report: PassReport,
  verified: VerifyReport | null,
  unfinished: readonly Download[],
  output: Output,
): Promise<void> {
  const { paused } = report;
  if (paused !== null) {
    const { because: code, until: retryAt } = paused;
    output.say(inWords({ code, message: 'Nothing more was fetched.', retryAt }));
  }
  if (output.json) {
    await output.value({
      startedAt: isoOrNull(report.startedAt),
      endedAt: isoOrNull(report.endedAt),
      recordings: report.recordings.map(reportRow),
      files: report.files,
      composites: report.composites,
      pending: unfinished.map(({ recordingId, layerName, fileName, state, deadlineAt }) => ({
        recordingId,
        layerName,
        fileName,
        state: state.kind,
        because: 'because' in state ? state.because : null,
        retryAt: state.kind === 'waiting' ? isoOrNull(state.retryAt) : null,
        deadlineAt: isoOrNull(deadlineAt),
      })),
      atRisk: report.recordings.filter(({ atRisk }) => atRisk !== null).map(reportRow),
      paused: paused === null ? null : { because: paused.because, until: isoOrNull(paused.until) },
      verified: verified === null ? 0 : verified.verified,
    });
    return;
  }
  await output.table(
    ['RECORDING', 'TITLE', 'SERVICE SAYS', 'STATE', 'LISTED', 'HERE', 'AT RISK'],
    report.recordings.map((each) => [
      each.recordingId,
      each.title ?? '–',
      each.status,
      each.kind === 'composite' ? 'composite, not archived here' : each.state,
      String(each.filesListed),
      String(each.filesKept),
      each.atRisk === null
        ? ''
        : `${each.atRisk.why}${each.atRisk.deadlineAt === null ? '' : ` until ${isoOrNull(each.atRisk.deadlineAt) ?? ''}`}`,
    ]),
  );
  for (const { recordingId, problems } of report.recordings) {
    for (const { code, detail } of problems) {
      await output.line(`${recordingId}: ${code}${detail === null ? '' : ` (${detail})`}`);
    }
  }
  for (const { fileName, state } of unfinished) {
    await output.line(
      `${state.kind}: ${fileName}${'because' in state ? ` – ${state.because}` : ''}`,
    );
  }
  const { files } = report;
  await output.line(
    `${String(files.kept)} of ${String(files.listed)} files here, ${String(files.pending)} pending, ${String(files.lost)} lost.`,
  );
  if (verified !== null) {
    await output.line(
      `${String(verified.verified)} read back and verified (${size(verified.bytes)}).`,
    );
  }
}
