/** @file Bench. Simulated weeks: files lost against the fewest anybody could lose, and when each loss was said. `--seeds N`, `--files N`, `--from N`. */
import { parseArgs } from 'node:util';
import { runWeek, type WeekResult } from './week-run.ts';
import { drawWeek } from './week-scenario.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    files: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
  },
});
const files = Number(values.files);
const hourMs = 3_600_000;

console.log(
  'seed  Mbit/s  load  links   lost fewest  over | bandwidth (least ahead)  sleep  refusal | late said | named, came  requests',
);
const results: WeekResult[] = [];
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
  const result = await runWeek(drawWeek(seed, files));
  results.push(result);
  console.log(rowOf(result));
}
const over = results.map(({ losses, fewest }) => (losses.length - fewest) / files);
const late = results.reduce((sum, result) => sum + lateOf(result), 0);
console.log(
  `Lost over the fewest possible: ${percent(mean(over))} of files in the mean, ${percent(Math.max(...over))} at worst (allowed: 2 %). Losses said too late: ${String(late)}.`,
);
if (late > 0 || Math.max(...over) > 0.02) process.exitCode = 1;

function lateOf({ losses }: WeekResult): number {
  return losses.filter(({ because, aheadMs, noticedAfterMs }) =>
    because === 'bandwidth' ? (aheadMs ?? 0) < hourMs : noticedAfterMs > hourMs / 4,
  ).length;
}

function rowOf(result: WeekResult): string {
  const { week, losses, fewest, load, falseAlarms, requests } = result;
  const of = (because: string) => losses.filter((loss) => loss.because === because);
  const ahead = of('bandwidth').map(({ aheadMs }) => (aheadMs ?? 0) / hourMs);
  return [
    String(week.seed).padStart(4),
    week.middle.toFixed(2).padStart(7),
    load.toFixed(2).padStart(5),
    (week.renews ? 'renew' : 'fixed').padStart(6),
    String(losses.length).padStart(6),
    String(fewest).padStart(6),
    percent((losses.length - fewest) / files).padStart(6),
    '|',
    String(ahead.length).padStart(9),
    (ahead.length === 0 ? '' : `(${Math.min(...ahead).toFixed(1)} h)`).padStart(14),
    String(of('sleep').length).padStart(6),
    String(of('refusal').length).padStart(8),
    '|',
    String(lateOf(result)).padStart(9),
    '|',
    String(falseAlarms).padStart(11),
    String(requests).padStart(9),
  ].join(' ');
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
