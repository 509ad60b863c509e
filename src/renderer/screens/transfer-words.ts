/** @file Renderer. Says how far a recording has come, how it stands, what its deadline means and why it waits. Pure. */
import { pipelineSteps, type FailureData, type FileTransfer, type Passage } from '#contract';
import { wordsFor } from '../error-words.ts';
import { bytesText, clockSecondsText, leftText, plural } from '../parts/format.ts';
import { stallState } from './stall-words.ts';
import { atTheService, trackStates, type StateWords, type Tone } from './state-words.ts';

const hourMs = 3_600_000;
/** From here on a deadline is shown as a warning, and as an alarm. */
const soonMs = 24 * hourMs;
const verySoonMs = 6 * hourMs;

/** In the order of the screen. */
export const sectionNames = ['needs', 'moving', 'not-chosen', 'incomplete', 'done'] as const;
export type Section = (typeof sectionNames)[number];

export const sections: Record<Section, { title: string; means: string }> = {
  needs: { title: 'Held up', means: 'these do not go on by themselves' },
  moving: { title: 'On the way', means: 'these go on by themselves' },
  'not-chosen': {
    title: 'Not fetched',
    means: 'by your choice; the service deletes them at their deadline',
  },
  incomplete: {
    title: 'Ended incomplete',
    means: 'what is missing will not come; of the last seven days',
  },
  done: { title: 'Done', means: 'verified on disk in the last seven days' },
};

const sectionByStanding: Record<Passage['standing'], Section> = {
  waiting: 'needs',
  moving: 'moving',
  stuck: 'incomplete',
  done: 'done',
};

/** Left out by choice and nothing else the matter. */
const isLeftOut = ({ standing, files }: Pick<Passage, 'standing' | 'files'>): boolean =>
  standing === 'waiting' &&
  files.notChosen > 0 &&
  files.failed + files.cancelled + files.spoilt + files.paused === 0;

export const sectionOf = (passage: Pick<Passage, 'standing' | 'files'>): Section =>
  isLeftOut(passage) ? 'not-chosen' : sectionByStanding[passage.standing];

/** What a mark of the pipeline stands for; the service's own word where it has one. */
export const stepNames: Record<Passage['step'], string> = {
  invoked: 'Invoked',
  recording: 'Recording',
  uploading: 'Uploading',
  fetching: 'Fetching',
  kept: 'Kept',
  verified: 'Verified on disk',
};

export type Mark = 'passed' | 'here' | 'ahead';

/** The six marks; the last one is passed when all is verified. */
export function marksOf({ step, standing }: Pick<Passage, 'step' | 'standing'>): Mark[] {
  const at = pipelineSteps.indexOf(step);
  return pipelineSteps.map((_step, index) =>
    index < at || (index === at && standing === 'done')
      ? 'passed'
      : index === at
        ? 'here'
        : 'ahead',
  );
}

/** Where it is now, in a word or two, with what that means in a sentence. */
export function standingWords(passage: Passage): StateWords {
  switch (passage.step) {
    case 'invoked':
    case 'recording':
    case 'uploading':
      return byTheService(passage);
    case 'fetching':
      return onTheLine(passage);
    case 'kept':
      return {
        text: 'Kept',
        tone: 'busy',
        means:
          'All files are here. They are read back from disk and compared with the manifest next.',
      };
    case 'verified':
      return passage.standing === 'done'
        ? {
            text: 'Verified on disk',
            tone: 'good',
            means: 'Every file was read back and is equal to the manifest.',
          }
        : { text: 'Being verified', tone: 'busy', means: 'Files are read back from disk.' };
  }
}

/** What the service has in hand (contract 10). */
function byTheService({ recording, step, stall, files }: Passage): StateWords {
  const { state, vendorStatus, errorMessage, goneAtProvider } = recording;
  if (state === 'errored' || (vendorStatus === 'ERRORED' && files.total === 0)) {
    const why = errorMessage === null ? '' : ` Its words: “${errorMessage}”.`;
    return {
      text: 'Failed there',
      tone: 'bad',
      means: `The service could not record it: no file will come.${why}`,
    };
  }
  if (state === 'without-files') {
    return {
      text: 'No files',
      tone: 'warn',
      means: 'It finished without any file: nobody spoke, or the people asked for were not found.',
    };
  }
  if (goneAtProvider) {
    return {
      text: 'Gone there',
      tone: 'bad',
      means: 'The service no longer knows this recording.',
    };
  }
  if (stall !== null && stall.what !== 'status-unknown') return stallState(stall);
  if (step === 'invoked') return atTheService.invoked;
  if (step === 'recording') {
    return vendorStatus === 'PAUSED'
      ? atTheService.paused
      : { text: 'Recording', tone: 'busy', means: 'The call is being recorded now.' };
  }
  return uploading(vendorStatus);
}

function uploading(vendorStatus: string): StateWords {
  switch (vendorStatus) {
    case 'UPLOADED':
      return {
        text: 'Uploaded',
        tone: 'quiet',
        means: 'The service has finished; its files are listed within minutes.',
      };
    case 'UPLOADING':
      return atTheService.uploading;
    default:
      return {
        text: vendorStatus === '' ? 'Unknown' : `“${vendorStatus}”`,
        tone: 'quiet',
        means:
          'The service uses a word for its state that Trackvault does not know. Files are fetched when it lists any.',
      };
  }
}

function onTheLine({ standing, files, bytesPerSecond, retryAt }: Passage): StateWords {
  if (standing === 'moving') {
    if (bytesPerSecond > 0)
      return { text: 'Fetching', tone: 'busy', means: 'Files are on their way.' };
    return retryAt === null
      ? {
          text: 'Queued',
          tone: 'quiet',
          means: 'Its files wait for their turn, the nearest deadline first.',
        }
      : { text: 'Waiting', tone: 'warn', means: 'It is tried again by itself.' };
  }
  if (files.failed > 0) {
    return {
      text: 'Not fetched',
      tone: 'bad',
      means: 'Given up for now; tried again at the next pass, or when you ask.',
    };
  }
  if (files.spoilt > 0) {
    return {
      text: 'Damaged',
      tone: 'bad',
      means: 'A file on disk is missing or differs from the manifest.',
    };
  }
  if (files.paused > 0) return fileStates.paused;
  if (files.cancelled > 0) return fileStates.cancelled;
  if (files.notChosen > 0) return fileStates['not-chosen'];
  return {
    text: 'Files lost',
    tone: 'bad',
    means: 'The service no longer gives out what is missing.',
  };
}

/** The files in one phrase: what is here, and what is not for which reason. */
export function filesText({ files, standing }: Pick<Passage, 'files' | 'standing'>): string {
  const { total, kept, failed, cancelled, spoilt, lost, paused, notChosen } = files;
  if (total === 0) return standing === 'stuck' ? 'no files' : 'no files yet';
  const parts = [
    kept === total ? plural(total, 'file') : `${String(kept)} of ${plural(total, 'file')}`,
  ];
  if (failed > 0) parts.push(`${String(failed)} failed`);
  if (spoilt > 0) parts.push(`${String(spoilt)} damaged or missing`);
  if (paused > 0) parts.push(`${String(paused)} set aside`);
  if (cancelled > 0) parts.push(`${String(cancelled)} called off`);
  if (notChosen > 0) parts.push(`${String(notChosen)} not fetched by your choice`);
  if (lost > 0) parts.push(`${String(lost)} lost`);
  return parts.join(' · ');
}

/** `1.4 MB of 3.0 MB`, or what is known of it; empty before the first byte of an unknown size. */
export function amountText(receivedBytes: number, totalBytes: number | null): string {
  if (totalBytes === null) return receivedBytes === 0 ? '' : bytesText(receivedBytes);
  return receivedBytes === totalBytes
    ? bytesText(totalBytes)
    : `${bytesText(receivedBytes)} of ${bytesText(totalBytes)}`;
}

/** Part that is here, 0 to 1; null while unknown. */
export function shareOf(receivedBytes: number, totalBytes: number | null): number | null {
  return totalBytes === null || totalBytes === 0 ? null : Math.min(1, receivedBytes / totalBytes);
}

export interface DeadlineWords {
  text: string;
  tone: Extract<Tone, 'quiet' | 'warn' | 'bad'>;
}

/** Time left until the service deletes what is not here; null when nothing is missing or nobody knows. */
export function deadlineWords(deadlineAt: number | null, now: number): DeadlineWords | null {
  if (deadlineAt === null) return null;
  const left = deadlineAt - now;
  if (left < 0) return { text: 'deadline passed', tone: 'bad' };
  const tone = left < verySoonMs ? 'bad' : left < soonMs ? 'warn' : 'quiet';
  return { text: `${leftText(deadlineAt, now)} left`, tone };
}

/** Why it does not go on, with when or what next; empty while nothing is the matter. `now` is epoch ms. */
export function reasonText(
  { failure, retryAt }: { failure: FailureData | null; retryAt: number | null },
  now: number,
): string {
  const again =
    retryAt !== null && retryAt > now ? `Tried again at ${clockSecondsText(retryAt)}.` : '';
  if (failure === null) return again;
  const { what, next } = wordsFor(failure);
  return [what, again === '' ? next : again].filter((part) => part !== '').join(' ');
}

/** The reason of a recording: what failed, or what its standing means when that is no good news. */
export function passageReason(passage: Passage, now: number): string {
  const reason = reasonText(passage, now);
  if (reason !== '') return reason;
  // Said in full below the line.
  if (passage.stall !== null) return '';
  const { tone, means } = standingWords(passage);
  return tone === 'warn' || tone === 'bad' ? means : '';
}

export const fileStates = {
  queued: { text: 'Queued', tone: 'quiet', means: 'Waits for its turn.' },
  running: { text: 'Fetching', tone: 'busy', means: 'On its way.' },
  waiting: { text: 'Waiting', tone: 'warn', means: 'Tried again by itself.' },
  paused: {
    text: 'Set aside',
    tone: 'warn',
    means: 'Paused by you. What is on disk stays and is continued when you ask.',
  },
  'not-chosen': {
    text: 'Not chosen',
    tone: 'quiet',
    means: 'Not fetched by your choice. The service deletes it at its deadline.',
  },
  kept: { text: 'Kept', tone: 'busy', means: 'Here; read back from disk next.' },
  verified: trackStates.verified,
  damaged: trackStates.damaged,
  missing: trackStates.missing,
  failed: {
    text: 'Failed',
    tone: 'bad',
    means: 'Given up for now; tried again at the next pass, or when you ask.',
  },
  cancelled: { text: 'Called off', tone: 'warn', means: 'Not fetched until you ask for it again.' },
  lost: { text: 'Lost', tone: 'bad', means: 'The service no longer gives it out.' },
} satisfies Record<FileTransfer['state'], StateWords>;

/** What a person may ask for; a wish that changes nothing is not offered. */
export function mayRetry({
  files,
  standing,
  retryAt,
}: Pick<Passage, 'files' | 'standing' | 'retryAt'>): boolean {
  return (
    files.failed + files.cancelled + files.paused > 0 || (standing === 'moving' && retryAt !== null)
  );
}

/** Files that are to come by themselves. */
const awaited = ({ files }: Pick<Passage, 'files'>): number => {
  const { total, kept, cancelled, spoilt, lost, notChosen } = files;
  return total - kept - cancelled - spoilt - lost - notChosen;
};

export const mayCancel = (passage: Pick<Passage, 'files'>): boolean => awaited(passage) > 0;

export const mayPause = (passage: Pick<Passage, 'files'>): boolean =>
  awaited(passage) - passage.files.paused - passage.files.failed > 0;

/** The workspace's choice left it out; asked for by name it is fetched. */
export const mayTake = ({ files }: Pick<Passage, 'files'>): boolean => files.notChosen > 0;

const isOneOf =
  (...states: readonly FileTransfer['state'][]) =>
  ({ state }: Pick<FileTransfer, 'state'>): boolean =>
    states.includes(state);

export const mayRetryFile = isOneOf('failed', 'cancelled', 'waiting', 'paused');
export const mayPauseFile = isOneOf('queued', 'running', 'waiting');
export const mayCancelFile = isOneOf('queued', 'running', 'waiting', 'failed', 'paused');
