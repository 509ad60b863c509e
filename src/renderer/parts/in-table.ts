/** @file Renderer. Lets parts know that they stand in a table, where the rows are the stops of the Tab key. */
import { getContext, setContext } from 'svelte';

const key = Symbol('in a table');

export const enterTable = (): void => {
  setContext(key, true);
};

/** The `tabindex` of a control: in a table the arrow keys reach it from its row. */
export const tableTabIndex = (): 0 | -1 => (getContext(key) === true ? -1 : 0);
