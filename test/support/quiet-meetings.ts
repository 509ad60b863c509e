/** @file Tests. Meetings of two people each in which nobody calls yet; calls are driven by the test. */
import { MeetingId } from '../../src/preload/contract/index.ts';
import type { Scenario } from '../sandbox/index.ts';
import { harbour } from '../sandbox/scenarios/harbour.ts';

const tail = (index: number): string => `00000-0000-4000-8000-${String(index).padStart(12, '0')}`;

export const meetingOf = (index: number): MeetingId => MeetingId.parse(`bbb${tail(index)}`);
export const userOf = (index: number, who: 'host' | 'guest'): string =>
  `${who === 'host' ? 'aaa' : 'aab'}${tail(index)}`;

export function quietMeetings(count: number): Scenario {
  return {
    ...harbour,
    name: 'quiet',
    meetings: Array.from({ length: count }, (_, index) => {
      const person = (who: 'host' | 'guest', name: string) => ({
        userId: userOf(index, who),
        customId: `${who}-${String(index)}`,
        name,
        preset: who,
      });
      return {
        id: meetingOf(index),
        title: `Call ${String(index)}`,
        people: [person('host', 'Ada'), person('guest', 'Ben')],
        calls: [],
      };
    }),
  };
}
