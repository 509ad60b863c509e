/** @file Main process. The table: each call of the contract → one thing a module does. */
import { type AppInfo, type LibraryStatus, Failure } from '#contract';
import type { Handlers } from './dispatch.ts';
import { type SettingsStore, inContract } from './settings/index.ts';
import type { Workbench } from './workbench.ts';
import type { Workspaces } from './workspaces.ts';

export interface HandlersWorld {
  settings: SettingsStore;
  workspaces: Workspaces;
  workbench: Workbench;
  about: () => Promise<AppInfo>;
  /** Native dialog; null when the person closed it. */
  chooseFolder: () => Promise<string | null>;
  showInFolder: (path: string) => void;
  /** Where a library is made when somebody connects before choosing one. */
  defaultLibraryDir: string;
}

export function createHandlers(world: HandlersWorld): Handlers {
  const { settings, workspaces, workbench } = world;
  const library = () => workbench.library();
  const requireWorkspace = (): void => {
    if (workspaces.current() === null) {
      throw new Failure('credentials.missing', 'No workspace is connected.');
    }
  };

  const openAndRemember = async (dir: string): Promise<LibraryStatus> => {
    const status = await workbench.open(dir);
    if (status.state === 'open') await settings.change({ lastLibraryDir: status.dir });
    return status;
  };

  return {
    'app.info': () => world.about(),
    'app.settings': () => inContract(settings.get()),
    'app.changeSettings': (change) => settings.change(withoutUndefined(change)),
    'app.opening': () => ({ link: null, recovered: false }),
    'app.commandStates': notYet,
    'app.openLogs': notYet,
    'app.diagnostics': notYet,
    'app.licences': notYet,
    'app.contacts': notYet,

    'workspaces.list': () => workspaces.list(),
    'workspaces.check': (form) => workspaces.check(form),
    'workspaces.connect': async (form) => {
      const answer = await workspaces.connect(form);
      if (answer.workspace !== null && workbench.status().state === 'closed') {
        await openAndRemember(settings.get().lastLibraryDir ?? world.defaultLibraryDir);
      }
      return answer;
    },
    'workspaces.use': notYet,
    'workspaces.test': notYet,
    'workspaces.forget': ({ workspaceId }) => workspaces.forget(workspaceId),

    'library.status': () => workbench.status(),
    'library.choose': async () => {
      const dir = await world.chooseFolder();
      return dir === null ? workbench.status() : openAndRemember(dir);
    },
    'library.create': notYet,
    'library.openSample': notYet,
    'library.known': notYet,
    'library.openKnown': notYet,
    'library.forgetKnown': notYet,
    'library.reveal': notYet,
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
      world.showInFolder(
        'trackId' in item
          ? await library().payloadPath(item.trackId)
          : await library().bagPath(item.recordingId),
      );
    },
    'library.vendorWords': notYet,

    'pull.start': () => {
      requireWorkspace();
      workbench.pulling().start();
    },
    'pull.cancel': () => {
      workbench.pulling().cancel();
    },
    'pull.status': () => workbench.pullStatus(),

    'transfers.list': () => workbench.transferring().list(),
    'transfers.files': ({ recordingId }) => workbench.transferring().files(recordingId),
    'transfers.retry': async (wished) => {
      requireWorkspace();
      await workbench.transferring().retry(wished);
    },
    'transfers.cancel': (wished) => workbench.transferring().cancel(wished),

    'review.speech': notYet,
    'review.open': ({ recordingId }) => workbench.reviewing().open(recordingId),
    'review.prepare': ({ trackIds }) => workbench.reviewing().prepare(trackIds),
    'review.playable': ({ trackIds }) => workbench.reviewing().playable(trackIds),
  };
}

const notYet = (): never => {
  throw new Error('This call is not answered yet.');
};

type Present<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** zod writes `| undefined` into optional members; `exactOptionalPropertyTypes` wants them gone. */
function withoutUndefined<Value extends object>(value: Value): Present<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Present<Value>;
}
