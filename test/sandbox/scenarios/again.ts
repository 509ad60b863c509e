/** @file Sandbox. The casts of `harbour` meeting again, as many times as wished. */
import { hourMs, type ScenarioMeeting } from '../scenario.ts';
import { harbour } from './harbour.ts';

/** The number decides cast, ids and how long ago it was; nobody meets twice at one time. */
export function meetAgain(
  number: number,
  change: { title?: string; nameOf?: (name: string | null, at: number) => string | null } = {},
): ScenarioMeeting {
  const model = harbour.meetings[number % harbour.meetings.length];
  const call = model?.calls[0];
  if (model === undefined || call === undefined) throw new Error('The model has no call.');
  const tail = String(number).padStart(12, '0');
  const { title = `${model.title ?? 'Untitled'} ${String(number)}`, nameOf } = change;
  return {
    ...model,
    id: `bbbc0000-0000-4000-8000-${tail}`,
    title,
    people:
      nameOf === undefined
        ? model.people
        : model.people.map((person, at) => ({ ...person, name: nameOf(person.name, at) })),
    calls: [
      {
        ...call,
        sessionId: `5e550000-0000-4000-8000-${tail}`,
        agoMs: (number % 140) * hourMs + 2 * hourMs,
        recordings: [
          {
            kind: 'track',
            id: `fffc0000-0000-4000-8000-${tail}`,
            status: 'UPLOADED',
            prefix: `call${String(number)}`,
          },
        ],
      },
    ],
  };
}
