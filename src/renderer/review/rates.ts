/** @file Renderer. The speeds a recording is played at, and the next one up or down. Pure. */

export const rates = [0.75, 1, 1.25, 1.5, 1.7, 2] as const;

export const rateText = (rate: number): string => `${String(rate)}×`;

/** The next faster (1) or slower (−1) speed; the last one stays. */
export function nextRate(rate: number, step: 1 | -1): number {
  const next = step > 0 ? rates.find((each) => each > rate) : rates.findLast((each) => each < rate);
  return next ?? rate;
}
