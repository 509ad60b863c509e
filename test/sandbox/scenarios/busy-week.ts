/** @file Sandbox. A week of a newsroom: titles short, very long, right to left and missing; names that do not fit. */
import type { Scenario } from '../scenario.ts';
import { meetAgain } from './again.ts';
import { harbour } from './harbour.ts';

const titles = [
  'Morning conference',
  'Interview: port authority',
  'Podcast 118, take two',
  'Legal review of the pilot contracts',
  'مراجعة التحرير الأسبوعية',
  'Weekly with the Rotterdam desk, the Antwerp correspondent, both producers and whoever else finds the link in the calendar entry in time, second attempt after the first one was cut off by the weather',
  'Fact check',
  '编辑部周会',
  'Source call (do not forward)',
  'Board, minutes 14',
  'פגישת מערכת',
  'Støyreduksjon og lydprøver',
];

const longName =
  'Prof. Dr. Maximiliana-Theodora Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst-Bartenstein';

export const busyWeek: Scenario = {
  ...harbour,
  name: 'busy-week',
  meetings: Array.from({ length: 36 }, (_, number) =>
    meetAgain(number, {
      title: titles[number % titles.length] ?? '',
      nameOf: (name, at) => (number % 12 === 5 && at === 1 ? longName : name),
    }),
  ),
};
