import type { Beyond } from '../../model/index.ts'

/** One step outside of what clocks of both kinds promise: an event that is undone has been heard of. */
export const logicalClocksBeyond: readonly Beyond[] = [
  {
    name: 'a disk that is lost',
    what: 'A process that comes back with an empty disk counts its events again, and others have heard of them.',
    scenario: {
      faults: ['disk-loss:1@1s+100ms'],
      for: '3s',
      expect: { verdict: 'violated', property: 'event durability' },
    },
    seeds: 3,
  },
  {
    name: 'a disk that lies',
    what: 'A disk that says it has written, and has not, lets messages leave whose sending a crash undoes.',
    scenario: {
      faults: ['disk-lies:1@500ms', 'crash:1@1s+100ms'],
      for: '3s',
      expect: { verdict: 'violated', property: 'event durability' },
    },
    seeds: 3,
  },
]
