/** @file Renderer. What will be lost at the speed there is, what can still be done, and what was learned of links and clocks. Pure. */
import type { Alarm, Doomed, Forecast } from '#contract';
import {
  bytesText,
  clockText,
  momentWithin,
  leftText,
  lengthWords,
  plural,
  speedText,
} from '../parts/format.ts';

const dayMs = 24 * 3_600_000;
/** A clock that is off by less says nothing wrong of any deadline. */
const skewWorthTellingMs = 5 * 60_000;

/** What can still be changed; what is past its deadline is told as lost elsewhere. */
export const stillDoomed = ({ doomed }: Forecast, now: number): Doomed[] =>
  doomed.filter(({ deadlineAt }) => deadlineAt > now);

/** `At this speed 3 files will be lost, the first on Tuesday 14:05`; empty while the plan saves all. */
export function lossText(forecast: Forecast, now: number): string {
  const [first] = stillDoomed(forecast, now);
  if (first === undefined) return '';
  const { from } = forecast.speed;
  const how = from === 'nothing' ? 'As nothing is being fetched,' : 'At this speed';
  const gone = forecast.doomed.length - stillDoomed(forecast, now).length;
  const count = Math.max(1, forecast.doomedCount - gone);
  const at = momentWithin(first.deadlineAt, now);
  const on = /^to(day|morrow)/u.test(at) ? at : `on ${at}`;
  return count === 1
    ? `${how} 1 file will be lost, ${on}.`
    : `${how} ${plural(count, 'file')} will be lost, the first ${on}.`;
}

/** With what speed it is reckoned, and how it is known. */
export function reckonedText({ speed: { bytesPerSecond, from } }: Forecast): string {
  switch (from) {
    case 'measured':
      return `Reckoned with ${speedText(bytesPerSecond)}, as measured.`;
    case 'limit':
      return `Reckoned with ${speedText(bytesPerSecond)}, the limit you set.`;
    case 'assumed':
      return `Reckoned with ${speedText(bytesPerSecond)}, assumed: nothing was fetched yet.`;
    case 'nothing':
      return 'Nothing is being fetched now.';
  }
}

/** What a person can still do, as the end of a sentence. */
export function waysOut({
  limited,
  pausedByPerson,
  others,
}: {
  limited: boolean;
  pausedByPerson: boolean;
  /** Other recordings take part of the line. */
  others: boolean;
}): string {
  const ways = [
    pausedByPerson ? 'let the transfers go on' : '',
    limited ? 'lift the limit of the speed' : '',
    others ? 'set aside what matters less' : '',
    'leave Trackvault on',
    'go to a faster line',
  ].filter((way) => way !== '');
  const last = ways.pop() ?? '';
  return `${ways.join(', ')} or ${last}.`;
}

/** `34 files, about 1.2 GB to go, done by about 16:40`; empty when nothing is to be fetched. */
export function toGoText({ files, bytes, estimatedSizes, doneAt }: Forecast, now: number): string {
  if (files === 0) return '';
  const about = estimatedSizes > 0 ? 'about ' : '';
  const done =
    doneAt === null || doneAt <= now
      ? ''
      : doneAt - now < 60_000
        ? ', done within a minute'
        : `, done about ${doneAt - now < dayMs ? clockText(doneAt) : momentWithin(doneAt, now)}`;
  return `${about}${bytesText(bytes)} to go${done}`;
}

/** What a read of a recording does to its links (contract 8.4); empty until it was learned. */
export function renewalText({ renewal }: Pick<Forecast, 'renewal'>): string {
  switch (renewal) {
    case 'renews':
      return 'Links are renewed by the service: a file can be fetched until it is deleted.';
    case 'fixed':
      return 'Links are not renewed by the service: after the deadline nothing more can be fetched.';
    case 'unknown':
      return '';
  }
}

/** That this computer's clock is off, by how much and which way; empty while it is near enough. */
export function skewText({ skewMs }: Pick<Forecast, 'skewMs'>): string {
  if (skewMs === null || Math.abs(skewMs) < skewWorthTellingMs) return '';
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  return `The clock of this computer is ${lengthWords(Math.abs(skewMs))} ${side} the service’s. Deadlines are reckoned by the service’s clock; set this one, or times shown here mislead.`;
}

const spans: Record<Alarm['hours'], string> = {
  48: 'Less than two days',
  12: 'Less than 12 hours',
  1: 'Less than an hour',
};

/** `Less than 12 hours are left for 2 files.` */
export const alarmText = ({ hours, files }: Pick<Alarm, 'hours' | 'files'>): string =>
  `${spans[hours]} left for ${plural(files, 'file')}.`;

/** `3 files, 11 h 20 min left, until Tuesday 14:05`. */
export function alarmUntilText(
  { files, deadlineAt }: Pick<Alarm, 'files' | 'deadlineAt'>,
  now: number,
): string {
  const what = plural(files, 'file');
  return deadlineAt <= now
    ? `${what}, deadline passed`
    : `${what}, ${leftText(deadlineAt, now)} left, until ${momentWithin(deadlineAt, now)}`;
}
