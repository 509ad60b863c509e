/** @file Index. Step 20: looking for words in meetings reads their words alone, not their rows. */
export const titles = {
  version: 20,
  sql: `
    CREATE INDEX meetings_by_words ON meetings (sort_at DESC, meeting_key DESC, folded);
  `,
};
