/** @file Tests. Listens in at the window's own sound: the elements that play and what comes out of them. */
import type { Page } from 'playwright/test';
import { z } from 'zod';

const Heard = z.object({
  track: z.string(),
  /** Where the file stands, in ms from its start. */
  fileMs: z.number(),
  paused: z.boolean(),
  /** Root mean square of the last 21 ms that left the element, before mute and solo. */
  before: z.number(),
  /** The same after mute and solo. */
  after: z.number(),
});
export type Heard = z.infer<typeof Heard>;

const Frame = z.array(Heard);
export type Frame = z.infer<typeof Frame>;

export interface SoundProbe {
  /** What each open file does at this moment; all read in one turn of the page. */
  now(): Promise<Frame>;
  /** Moments 20 ms apart, as the page's own timer took them, until `stop`. */
  record(): Promise<{ stop(): Promise<Frame[]> }>;
}

/**
 * Must be called before a recording is opened. The page's code is left as it is: its constructors
 * are wrapped, so that every element and every gain it makes is seen.
 */
export async function listenIn(page: Page): Promise<SoundProbe> {
  await page.evaluate(() => {
    interface Ear {
      audio: HTMLMediaElement;
      before: AnalyserNode;
      after: AnalyserNode;
    }
    const ears: Ear[] = [];
    const make = AudioContext.prototype.createMediaElementSource;
    AudioContext.prototype.createMediaElementSource = function (audio) {
      const source = make.call(this, audio);
      const ear = { audio, before: this.createAnalyser(), after: this.createAnalyser() };
      ear.before.fftSize = 1024;
      ear.after.fftSize = 1024;
      const connect = source.connect.bind(source);
      connect(ear.before);
      source.connect = ((next: AudioNode) => {
        next.connect(ear.after);
        return connect(next);
      }) as typeof source.connect;
      ears.push(ear);
      return source;
    };
    const loudness = (analyser: AnalyserNode) => {
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
    };
    const look = () =>
      ears
        .filter(({ audio }) => audio.src !== '')
        .map(({ audio, before, after }) => ({
          track: audio.dataset['track'] ?? '',
          fileMs: audio.currentTime * 1000,
          paused: audio.paused,
          before: loudness(before),
          after: loudness(after),
        }));
    let taken: ReturnType<typeof look>[] = [];
    let timer = 0;
    Object.assign(window, {
      earLook: look,
      earStart: () => {
        taken = [];
        timer = window.setInterval(() => taken.push(look()), 20);
      },
      earStop: () => {
        window.clearInterval(timer);
        return taken;
      },
    });
  });
  const call = (name: 'earLook' | 'earStart' | 'earStop'): Promise<unknown> =>
    page.evaluate((each) => {
      const found: unknown = Reflect.get(window, each);
      if (typeof found !== 'function') throw new Error(`${each} is not there`);
      return Reflect.apply(found, window, []) as unknown;
    }, name);
  return {
    now: async () => Frame.parse(await call('earLook')),
    async record() {
      await call('earStart');
      return { stop: async () => z.array(Frame).parse(await call('earStop')) };
    },
  };
}
