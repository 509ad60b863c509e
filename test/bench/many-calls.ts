/** @file Bench. A scenario of any number of recorded calls: the casts of `harbour` meet again and again. */
import { hourMs, type Scenario, type ScenarioMeeting } from '../sandbox/scenario.ts';
import { harbour } from '../sandbox/scenarios/harbour.ts';

/** `calls` track recordings within the week before now, each with all files of its cast. */
export function manyCalls(calls: number): Scenario {
  const meetings = Array.from({ length: calls }, (_, number) => {
    const model = harbour.meetings[number % harbour.meetings.length];
    if (model === undefined) throw new Error('The scenario harbour has no meetings.');
    return meetAgain(model, number);
  });
  return { ...harbour, name: `${String(calls)} calls`, meetings };
}

function meetAgain(model: ScenarioMeeting, number: number): ScenarioMeeting {
  const tail = String(number).padStart(12, '0');
  const call = model.calls[0];
  if (call === undefined) throw new Error(`${model.id} has no call.`);
  return {
    ...model,
    id: `bbbc0000-0000-4000-8000-${tail}`,
    title: `${model.title ?? 'Untitled'} ${String(number)}`,
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
