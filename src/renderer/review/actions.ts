/** @file Renderer. What the commands of a review do to the open recording. Keys, menus and palette come from the table. */
import type { CommandId } from '#contract';
import type { Actions } from '../commands/action.ts';
import { itemActions } from '../commands/items.ts';
import { layout } from '../layout.svelte.ts';
import type { OpenReview } from './review.svelte.ts';

/** Percent of the work area that is the inspector's, beside the lanes and below them. */
export const inspectorPane = 'review.inspector';
export const inspectorBelowPane = 'review.inspector.below';

const zoomStep = 1.5;

/** Deeds on the lane that is selected, for the menu of a lane. */
export const laneCommands = [
  'review.mute',
  'review.solo',
  'review.soloAlone',
] as const satisfies CommandId[];

export function reviewActions(open: OpenReview): Actions {
  const withLanes = () => open.step === 'open' && open.lanes.length > 0;
  const withVoice = () => withLanes() && open.selectedLane?.playable === true;
  const act = (run: () => void) => ({ run, enabled: withLanes });
  const seekBy = (ms: number) =>
    act(() => {
      open.seek(open.positionMs + ms);
    });
  const onLane = (
    set: ReadonlySet<string>,
    run: (lane: NonNullable<typeof open.selectedLane>) => void,
  ) => ({
    run: () => {
      if (open.selectedLane) run(open.selectedLane);
    },
    enabled: withVoice,
    checked: () => open.selectedLane !== null && set.has(open.selectedLane.key),
  });
  const { 'item.review': _opensThis, ...items } = itemActions(() => open.item());

  return {
    ...items,
    'view.details': {
      run: () => {
        layout.toggle(inspectorPane);
      },
      enabled: withLanes,
      checked: () => !layout.isClosed(inspectorPane),
    },
    'review.play': {
      run: () => {
        open.togglePlay();
      },
      enabled: () => withLanes() && open.sound === 'ready',
    },
    'review.back': seekBy(-5000),
    'review.forward': seekBy(5000),
    'review.backLittle': seekBy(-1000),
    'review.forwardLittle': seekBy(1000),
    'review.start': act(() => {
      open.seek(0);
    }),
    'review.end': act(() => {
      open.seek(open.lengthMs);
    }),
    'review.faster': act(() => {
      open.changeRate(1);
    }),
    'review.slower': act(() => {
      open.changeRate(-1);
    }),
    'review.laneAbove': act(() => {
      open.selectBeside(-1);
    }),
    'review.laneBelow': act(() => {
      open.selectBeside(1);
    }),
    'review.mute': onLane(open.muted, (lane) => {
      open.toggleMute(lane);
    }),
    'review.solo': onLane(open.solo, (lane) => {
      open.toggleSolo(lane);
    }),
    'review.soloAlone': {
      run: () => {
        if (open.selectedLane) open.toggleSolo(open.selectedLane, true);
      },
      enabled: withVoice,
    },
    'review.zoomIn': act(() => {
      open.zoomBy(zoomStep);
    }),
    'review.zoomOut': act(() => {
      open.zoomBy(1 / zoomStep);
    }),
    'review.fit': act(() => {
      open.view.fit();
    }),
  };
}
