/** @file Main process, Electron edge. One channel each way; who speaks is checked before what is said. */
import { type IpcMainInvokeEvent, type WebContents, ipcMain } from 'electron';
import type { Envelope, EventName, EventOf } from '#contract';
import { events } from '#contract';
import type { Dispatch } from '../dispatch.ts';
import { PAGE_ORIGIN } from './page-protocol.ts';

/** Only the top frame of our own page may speak: not a frame in it, not a page that replaced it. */
function isOurPage(event: IpcMainInvokeEvent, devOrigin: string | null): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return false;
  const origin = new URL(frame.url).origin;
  const page = new URL(frame.url);
  return page.protocol === 'app:'
    ? `${page.protocol}//${page.host}` === PAGE_ORIGIN
    : devOrigin !== null && origin === devOrigin;
}

export function answerCalls(dispatch: Dispatch, devOrigin: string | null): void {
  ipcMain.handle(
    'trackvault:call',
    (event, method: unknown, input: unknown): Promise<Envelope<unknown>> | Envelope<unknown> =>
      isOurPage(event, devOrigin)
        ? dispatch(method, input)
        : { ok: false, error: { code: 'input.invalid', message: 'This page may not ask.' } },
  );
}

/** Sends an event to a page; what does not match the contract is a bug and is not sent. */
export function tellPage<Name extends EventName>(
  page: WebContents,
  name: Name,
  value: EventOf<Name>,
): void {
  if (page.isDestroyed()) return;
  page.send('trackvault:event', name, events[name].parse(value));
}
