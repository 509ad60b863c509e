/** @file Renderer. What a limit of the speed comes to. Pure. */
import { bytesText } from '../../parts/format.ts';

/** `That is 8.0 Mbit/s, or 3.6 GB an hour.` */
export function limitMeaning(bytesPerSecond: number): string {
  const megabits = (bytesPerSecond * 8) / 1_000_000;
  const line = megabits >= 99.5 ? megabits.toFixed(0) : megabits.toFixed(1);
  return `That is ${line} Mbit/s, or ${bytesText(bytesPerSecond * 3600)} an hour.`;
}
