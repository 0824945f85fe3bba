import { alteredHost, type Breakage } from './breakage.ts'

/** Hosts that break duty 1: time, randomness, identity and order that are not its own world alone. */
export const breakagesOfDuty1: readonly Breakage[] = [
  {
    name: 'gives the peers of a node itself among them',
    seenBy: ['tells each node who it is, and who else is there'],
    host: alteredHost((host) => ({ peers: host.nodes })),
  },
  {
    name: 'lists the nodes in any order',
    seenBy: ['tells each node who it is, and who else is there'],
    host: alteredHost((host) => ({ nodes: [...host.nodes].reverse() })),
  },
  {
    name: 'lets time pass in a step',
    seenBy: ['shows one time in one step, and never goes back'],
    host: alteredHost((host) => {
      let reads = 0
      return {
        now: () => {
          reads += 1
          return host.now() + reads
        },
      }
    }),
  },
  {
    name: 'fires timers early',
    seenBy: ['lets a timer go off once, and not before it is due by the clock of its node'],
    host: alteredHost((host) => ({
      setTimer: (timer, delay) => host.setTimer(timer, Math.floor(delay * 0.99)),
    })),
  },
  {
    name: 'leaves a timer where it was first set',
    seenBy: ['moves a timer that is set again'],
    host: alteredHost((host) => {
      const armed = new Set<string>()
      return {
        setTimer: (timer, delay) => {
          if (!armed.has(timer)) host.setTimer(timer, delay)
          armed.add(timer)
        },
      }
    }),
  },
  {
    name: 'cannot cancel timers',
    seenBy: [
      'lets no timer go off that was cancelled',
      'lets a node that was paused cancel a timer that was due meanwhile',
    ],
    host: alteredHost(() => ({ cancelTimer: () => {} })),
  },
  {
    name: 'takes timers that nobody declared',
    seenBy: ['refuses timers that nobody declared'],
    host: alteredHost((host) => ({
      setTimer: (timer, delay) => {
        if (timer !== 'third') host.setTimer(timer, delay)
      },
    })),
  },
  {
    name: 'gives every node the same random numbers',
    seenBy: ['draws numbers from 0 to 1, others for each node'],
    host: alteredHost(() => {
      let draws = 0
      return {
        random: () => {
          draws += 1
          return (draws * 0.618) % 1
        },
      }
    }),
  },
  {
    name: 'draws from a generator without a seed',
    seenBy: ['repeats a run by its seed'],
    host: alteredHost(() => ({ random: () => Math.random() })),
  },
  {
    name: 'takes any signature for good',
    seenBy: ['hashes with SHA-256, and lets nobody sign for another'],
    host: alteredHost(() => ({ verify: () => true })),
  },
  {
    name: 'takes any work for done',
    seenBy: ['mines while it is asked to, and can tell work from none'],
    host: alteredHost(() => ({ verifyWork: () => true })),
  },
  {
    name: 'mines on when it was asked to stop',
    seenBy: ['mines while it is asked to, and can tell work from none'],
    host: alteredHost(() => ({ stopMining: () => {} })),
  },
]
