/** @file Main process. What a page is opened for: an address from outside, kept until a page has asked for it. Pure. */
import { type DeepLink, parseDeepLink } from '#contract';

export interface Opening {
  link: DeepLink | null;
  /** The page before this one died. */
  recovered: boolean;
}

export interface Arrivals {
  /** Takes the first address among the arguments of a start; false when there is none. */
  arrive(args: readonly string[]): boolean;
  /** What the page was opened for; asked once, after which it is forgotten and addresses are told. */
  take(): Opening;
  /** The page is another one now: addresses wait until it asks. */
  begin(how: 'fresh' | 'recovered'): void;
}

/** `tell` is called for an address that arrives while a page listens. */
export function createArrivals(tell: (link: DeepLink) => void): Arrivals {
  let waiting: Opening = { link: null, recovered: false };
  let isHeard = false;
  return {
    arrive(args) {
      // Only the beginning is looked for: whatever else stands there, `parseDeepLink` judges.
      const address = args.find((each) => /^trackvault:/i.test(each));
      const link = address === undefined ? null : parseDeepLink(address);
      if (link === null) return false;
      if (isHeard) tell(link);
      else waiting = { ...waiting, link };
      return true;
    },
    take() {
      const opening = waiting;
      waiting = { link: null, recovered: false };
      isHeard = true;
      return opening;
    },
    begin(how) {
      isHeard = false;
      waiting = { ...waiting, recovered: how === 'recovered' };
    },
  };
}
