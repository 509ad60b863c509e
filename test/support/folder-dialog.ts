/** @file Tests. Answers the system’s folder dialog, which no test can click. */
import type { ElectronApplication } from 'playwright/test';

/** Whatever asks for a folder from now on gets this one; null: the person closed the dialog. */
export async function chooseFolder(app: ElectronApplication, dir: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    const answer =
      chosen === null
        ? { canceled: true, filePaths: [] }
        : { canceled: false, filePaths: [chosen] };
    Object.assign(dialog, { showOpenDialog: () => Promise.resolve(answer) });
  }, dir);
}
