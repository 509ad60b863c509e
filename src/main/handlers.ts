/** @file Main process. The table: each call of the contract → one thing a module does. */
import { join } from 'node:path';
import {
  type AppInfo,
  type CommandStates,
  type LibraryStatus,
  type Licence,
  type OutputOf,
  Failure,
  Order,
} from '#contract';
import type { ControlRoom } from './control-room.ts';
import type { Handlers } from './dispatch.ts';
import type { Libraries } from './libraries.ts';
import type { Lookout } from './lookout.ts';
import type { Relaying } from './relaying.ts';
import { type Contacts, type SettingsStore, inContract } from './settings/index.ts';
import { vendorWords } from './vendor-words.ts';
import { type Workbench, sampleIsForReading } from './workbench.ts';
import type { Workspaces } from './workspaces.ts';

/** What the desktop does for the window; the rest of Electron stays behind it. */
export interface Desk {
  about(): Promise<AppInfo>;
  takeOpening(): OutputOf<'app.opening'>;
  showStates(states: CommandStates): void;
  openLogs(): Promise<void>;
  /** Native dialog with this title; null when the person closed it. */
  chooseFolder(title: string): Promise<string | null>;
  /** Selects a file or folder in the system's file manager. */
  showInFolder(path: string): void;
  licences(): Promise<Licence[]>;
  diagnostics(): Promise<string>;
}

export interface HandlersWorld {
  settings: SettingsStore;
  contacts: Pick<Contacts, 'list'>;
  workspaces: Workspaces;
  workbench: Workbench;
  libraries: Libraries;
  controlRoom: ControlRoom;
  lookout: Pick<Lookout, 'alarms' | 'seen'>;
  relaying: Pick<Relaying, 'status'>;
  desk: Desk;
  /** Where a library is made when somebody connects before choosing one. */
  defaultLibraryDir: string;
}

export function createHandlers(world: HandlersWorld): Handlers {
  const { settings, workspaces, workbench, libraries, controlRoom, desk } = world;
  const library = () => workbench.library();
  const requireWorkspace = (): void => {
    if (workspaces.current() === null) {
      throw new Failure('credentials.missing', 'No workspace is connected.');
    }
  };
  const openChosen = async (title: string): Promise<LibraryStatus> => {
    const dir = await desk.chooseFolder(title);
    return dir === null ? workbench.status() : libraries.open(dir);
  };

  return {
    'app.info': () => desk.about(),
    'app.settings': () => inContract(settings.get()),
    'app.changeSettings': (change) => settings.change(withoutUndefined(change)),
    'app.opening': () => desk.takeOpening(),
    'app.commandStates': (states) => {
      desk.showStates(states);
    },
    'app.openLogs': () => desk.openLogs(),
    'app.diagnostics': () => desk.diagnostics(),
    'app.licences': () => desk.licences(),
    'app.relay': () => world.relaying.status(),
    'app.contacts': () => world.contacts.list(),

    'workspaces.list': () => workspaces.list(),
    'workspaces.check': (form) => workspaces.check(form),
    'workspaces.connect': async (form) => {
      const answer = await workspaces.connect(form);
      const now = workbench.status();
      const takesNothingIn = now.state === 'closed' || (now.state === 'open' && now.sample);
      if (answer.workspace !== null && takesNothingIn) {
        // The first pass is begun by the person who is connecting.
        const { lastLibraryDir } = settings.get();
        await (lastLibraryDir === null
          ? libraries.open(world.defaultLibraryDir, 'later')
          : libraries.reopen(lastLibraryDir, 'later'));
      }
      return answer;
    },
    'workspaces.use': ({ workspaceId }) => workspaces.use(workspaceId),
    'workspaces.test': ({ workspaceId }) => workspaces.test(workspaceId),
    'workspaces.archive': ({ workspaceId, archive }) => workspaces.archive(workspaceId, archive),
    'workspaces.forget': ({ workspaceId }) => workspaces.forget(workspaceId),

    'library.status': () => workbench.status(),
    'library.choose': () => openChosen('Choose a library folder'),
    'library.create': () => openChosen('Choose an empty folder for the new library'),
    'library.openSample': () => libraries.openSample(),
    'library.known': () => libraries.known(),
    'library.openKnown': ({ libraryId }) => libraries.openKnown(libraryId),
    'library.forgetKnown': ({ libraryId }) => libraries.forgetKnown(libraryId),
    'library.reveal': () => {
      desk.showInFolder(join(library().dir, 'trackvault.json'));
    },
    'library.today': () => library().today(),
    'library.jump': ({ text }) => library().jump(text),
    'library.meetings': (query) => library().meetings(withoutUndefined(query)),
    'library.countMeetings': ({ text = '' }) => library().countMeetings(text),
    'library.meeting': ({ key }) => library().meeting(key),
    'library.recordings': (query) => library().recordings(withoutUndefined(query)),
    'library.recording': ({ recordingId }) => library().recording(recordingId),
    'library.tracks': (query) => library().tracks(withoutUndefined(query)),
    'library.findByUserId': (query) =>
      library().findById({ field: 'userId', ...withoutUndefined(query) }),
    'library.verify': async ({ recordingId }) => {
      const { verified, damaged, missing, bytes } = await library().verify({
        recordingIds: [recordingId],
      });
      return { verified, damaged, missing, bytes };
    },
    'library.showInFolder': async (item) => {
      desk.showInFolder(
        'trackId' in item
          ? await library().payloadPath(item.trackId)
          : await library().bagPath(item.recordingId),
      );
    },
    'library.coverage': ({ recordingId }) => workbench.coverage(recordingId),
    'library.orders': async ({ meetingId }) => {
      const orders = await library().orders({ meetingId });
      return orders.map((order) => Order.parse(order));
    },
    'library.vendorWords': async ({ recordingId }) => {
      const observation = await library().observation(recordingId);
      if (observation === null) return null;
      const recording = await library().recording(recordingId);
      return vendorWords(observation, recording?.observedAt ?? null);
    },

    'pull.start': () => {
      const now = workbench.status();
      if (now.state === 'open' && now.sample) throw sampleIsForReading();
      requireWorkspace();
      workbench.pulling().start();
    },
    'pull.cancel': () => {
      workbench.pulling().cancel();
    },
    'pull.status': () => workbench.pullStatus(),

    'pull.estimate': () => workbench.pulling().estimate(),
    'pull.take': async (wished) => {
      requireWorkspace();
      await workbench.transferring().take(wished);
    },

    'transfers.list': () => workbench.transferring().list(),
    'transfers.files': ({ recordingId }) => workbench.transferring().files(recordingId),
    'transfers.retry': async (wished) => {
      requireWorkspace();
      await workbench.transferring().retry(wished);
    },
    'transfers.cancel': (wished) => workbench.transferring().cancel(wished),
    'transfers.pause': (wished) => workbench.transferring().pause(wished),
    'transfers.pauseAll': ({ paused }) => workbench.transferring().pauseAll(paused),
    'transfers.forecast': () => workbench.pulling().forecast(),

    'transfers.alarms': () => world.lookout.alarms(),
    'transfers.alarmsSeen': ({ recordingIds }) => world.lookout.seen(recordingIds),

    'live.now': () => controlRoom.now(),
    'live.watch': (wish) => {
      controlRoom.watch(wish);
    },
    'live.refresh': () => {
      requireWorkspace();
      return controlRoom.refresh();
    },

    'record.choices': ({ meetingId }) => controlRoom.recorder().choices(meetingId),
    'record.preview': ({ prefix, userId }) => controlRoom.recorder().preview(prefix, userId),
    'record.preflight': ({ meetingId, whom, prefix }) =>
      controlRoom.recorder().preflight(meetingId, whom, prefix),
    'record.start': (order) => controlRoom.start(order),
    'record.stop': ({ recordingId }) => controlRoom.recorder().stop(recordingId),
    'record.steer': ({ recordingId, action }) => controlRoom.recorder().steer(recordingId, action),
    'record.saveAllowList': ({ meetingId, list }) =>
      controlRoom.recorder().saveAllowList(meetingId, list),
    'record.forgetAllowList': ({ meetingId, name }) =>
      controlRoom.recorder().forgetAllowList(meetingId, name),

    'review.speech': ({ recordingId }) => workbench.reviewing().speech(recordingId),
    'review.open': ({ recordingId }) => workbench.reviewing().open(recordingId),
    'review.prepare': ({ trackIds }) => workbench.reviewing().prepare(trackIds),
    'review.playable': ({ trackIds }) => workbench.reviewing().playable(trackIds),
  };
}

type Present<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** zod writes `| undefined` into optional members; `exactOptionalPropertyTypes` wants them gone. */
function withoutUndefined<Value extends object>(value: Value): Present<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Present<Value>;
}
