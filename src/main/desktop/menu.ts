/** @file Main process, Electron edge. The menu bar: made once from the table of commands, then greyed and marked in place. */
import { Menu } from 'electron';
import { type CommandId, type CommandStates, commandIds, commands } from '#contract';
import { menuTemplate } from './menu-template.ts';

export interface MenuBar {
  /** Greys and marks; items are made anew only when one bears a mark for the first time. */
  show(states: CommandStates): void;
}

export function createMenuBar(choose: (id: CommandId) => void): MenuBar {
  // Until the page has said what it can do: what needs nothing to act on.
  let states: CommandStates = {
    available: commandIds.filter((id) => commands[id].place === 'Everywhere'),
    checked: [],
  };
  const checkable = new Set<CommandId>();

  const mark = () => {
    const menu = Menu.getApplicationMenu();
    for (const id of commandIds) {
      const item = menu?.getMenuItemById(id);
      if (item == null) continue;
      item.enabled = states.available.includes(id);
      if (checkable.has(id)) item.checked = states.checked.includes(id);
    }
  };

  const make = () => {
    const template = menuTemplate({
      table: commands,
      platform: process.platform,
      isAvailable: (id) => states.available.includes(id),
      isChecked: (id) => states.checked.includes(id),
      isCheckable: (id) => checkable.has(id),
      choose: (id) => {
        // The system has turned the mark already; whether that is right, the page will say.
        mark();
        choose(id);
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  make();

  return {
    show(next) {
      states = next;
      const isNew = next.checked.some((id) => !checkable.has(id));
      for (const id of next.checked) checkable.add(id);
      if (isNew) make();
      else mark();
    },
  };
}
