/** @file Renderer. Owns everything that must be let go again: listeners, timers, frames, observers. */

/** Whatever is opened through a scope is closed, newest first, when the scope is disposed. */
export interface Scope {
  readonly disposed: boolean;
  add(dispose: () => void): void;
  listen(
    target: EventTarget,
    type: string,
    listener: (event: Event) => void,
    options?: AddEventListenerOptions,
  ): void;
  /** Calls once, after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Calls every `ms` milliseconds; the returned function ends it. */
  every(ms: number, run: () => void): () => void;
  /** Calls before each painted frame; the returned function ends it. */
  frames(run: () => void): () => void;
  /** Reports the size of the element's content box, first at once. */
  resized(element: Element, report: (width: number, height: number) => void): void;
  /** Reports whether the element is in sight or nearly so, within `margin` (CSS), first at once. */
  sighted(element: Element, report: (inSight: boolean) => void, margin?: string): void;
  child(): Scope;
  dispose(): void;
}

export function createScope(): Scope {
  const closers = new Set<() => void>();
  let disposed = false;

  const keep = (close: () => void): (() => void) => {
    if (disposed) {
      close();
      return () => undefined;
    }
    closers.add(close);
    return () => {
      if (closers.delete(close)) close();
    };
  };

  return {
    get disposed() {
      return disposed;
    },
    add(dispose) {
      keep(dispose);
    },
    listen(target, type, listener, options) {
      target.addEventListener(type, listener, options);
      keep(() => {
        target.removeEventListener(type, listener, options);
      });
    },
    after(ms, run) {
      const timer = setTimeout(() => {
        cancel();
        if (!disposed) run();
      }, ms);
      const cancel = keep(() => {
        clearTimeout(timer);
      });
      return cancel;
    },
    every(ms, run) {
      const timer = setInterval(run, ms);
      return keep(() => {
        clearInterval(timer);
      });
    },
    frames(run) {
      let frame = 0;
      const next = () => {
        frame = requestAnimationFrame(next);
        run();
      };
      frame = requestAnimationFrame(next);
      return keep(() => {
        cancelAnimationFrame(frame);
      });
    },
    resized(element, report) {
      const observer = new ResizeObserver((entries) => {
        for (const { contentRect } of entries) report(contentRect.width, contentRect.height);
      });
      observer.observe(element);
      keep(() => {
        observer.disconnect();
      });
    },
    sighted(element, report, margin = '25%') {
      const observer = new IntersectionObserver(
        (entries) => {
          const last = entries.at(-1);
          if (last) report(last.isIntersecting);
        },
        { rootMargin: margin },
      );
      observer.observe(element);
      keep(() => {
        observer.disconnect();
      });
    },
    child() {
      const child = createScope();
      keep(() => {
        child.dispose();
      });
      return child;
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      for (const close of [...closers].reverse()) close();
      closers.clear();
    },
  };
}
